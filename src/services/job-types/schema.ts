/** What goes in and out of the job types service. */
import { z } from 'zod';
import { timestamp } from '../common.ts';
import { jobTypeFields } from '../definitions.ts';

export const jobTypeCreate = jobTypeFields;
export const jobTypeChange = jobTypeFields.extend({
  active: z.boolean().default(true),
  version: z.number().int().describe('The version the change was made on.'),
});
export type JobTypeChange = z.infer<typeof jobTypeChange>;

export const jobTypeView = z.object({
  jobTypeId: z.number(),
  ...jobTypeFields.shape,
  active: z.boolean(),
  version: z.number(),
  creator: z.string(),
  created: timestamp,
  updater: z.string().nullable(),
  updated: timestamp.nullable(),
  stages: z.number().describe('Stages that use it.'),
});
export type JobTypeView = z.infer<typeof jobTypeView>;
export const jobTypeList = z.object({ items: z.array(jobTypeView) });
