/** What goes in and out of the login setups service. */
import { z } from 'zod';
import { objectName, timestamp } from '../common.ts';

/** What a person states of a login setup; the same in campaign files. */
export const loginSetupFields = z.strictObject({
  name: objectName,
  host: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, 'is no host name')
    .describe('Where launch scripts run: `local` is this machine, anything else a host name.'),
  account: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'is no account name')
    .describe('The account on that host.'),
  setup: z.string().max(100_000).default('').describe('Shell text that runs before the launch script.'),
  batchSystem: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'is no name of a batch system')
    .default('local')
    .describe('The batch system that its launch scripts submit to.'),
});
export type LoginSetupFields = z.infer<typeof loginSetupFields>;

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
