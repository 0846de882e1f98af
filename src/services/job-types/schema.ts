/** What goes in and out of the job types service. */
import { z } from 'zod';
import { RECOVERY_TYPES, type RecoveryType } from '../../domain/recoveries.ts';
import { objectName, parameters, timestamp } from '../common.ts';

export const recovery = z.strictObject({
  type: z
    .enum(Object.keys(RECOVERY_TYPES) as [RecoveryType, ...RecoveryType[]])
    .describe('Which of the input files run again.'),
  parameters: parameters.default([]).describe('The last word over all other parameters.'),
});

/** What a person states of a job type; the same in campaign files. */
export const jobTypeFields = z.strictObject({
  name: objectName,
  launchScript: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .describe('Shell text that submits the jobs; the parameters follow it.'),
  parameters: parameters
    .default([])
    .describe('Ordered pairs; key and value are written without anything in between.'),
  outputFiles: z
    .array(z.string().trim().min(1).max(1000))
    .min(1)
    .max(50)
    .default(['%'])
    .describe('Patterns of the names of output files, with % for any text.'),
  recoveries: z.array(recovery).max(20).default([]).describe('What to do about failures, in this order.'),
});
export type JobTypeFields = z.infer<typeof jobTypeFields>;

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
