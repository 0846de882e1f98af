/** What goes in and out of the login setups service. */
import { z } from 'zod';
import { timestamp } from '../common.ts';
import { loginSetupFields } from '../definitions.ts';

export const loginSetupCreate = loginSetupFields;
export const loginSetupChange = loginSetupFields.extend({
  active: z.boolean().default(true),
  version: z.number().int().describe('The version the change was made on.'),
});
export type LoginSetupChange = z.infer<typeof loginSetupChange>;

export const loginSetupView = z.object({
  loginSetupId: z.number(),
  ...loginSetupFields.shape,
  active: z.boolean(),
  version: z.number(),
  creator: z.string(),
  created: timestamp,
  updater: z.string().nullable(),
  updated: timestamp.nullable(),
  stages: z.number().describe('Stages that use it.'),
});
export type LoginSetupView = z.infer<typeof loginSetupView>;
export const loginSetupList = z.object({ items: z.array(loginSetupView) });
