/** Login setups and job types as people state them: the same through the API and in campaign files. */
import { z } from 'zod';
import { RECOVERY_TYPES, type RecoveryType } from '../domain/recoveries.ts';
import { objectName, parameters, text, timestamp } from './common.ts';

export const accountName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'is no account name');

/** What a person states of a login setup; the same in campaign files. */
export const loginSetupFields = z.strictObject({
  name: objectName,
  host: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, 'is no host name')
    .describe('Where launch scripts run: `local` is this machine, anything else a host name.'),
  account: accountName.describe('The account on that host.'),
  setup: text.max(100_000).default('').describe('Shell text that runs before the launch script.'),
  batchSystem: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'is no name of a batch system')
    .default('local')
    .describe('The batch system that its launch scripts submit to.'),
});

export const recovery = z.strictObject({
  type: z
    .enum(Object.keys(RECOVERY_TYPES) as [RecoveryType, ...RecoveryType[]])
    .describe('Which of the input files run again.'),
  parameters: parameters.default([]).describe('The last word over all other parameters.'),
});

/** What a person states of a job type; the same in campaign files. */
export const jobTypeFields = z.strictObject({
  name: objectName,
  launchScript: text
    .trim()
    .min(1)
    .max(10_000)
    .describe('Shell text that submits the jobs; the parameters follow it.'),
  parameters: parameters
    .default([])
    .describe('Ordered pairs; key and value are written without anything in between.'),
  outputFiles: z
    .array(text.trim().min(1).max(1000))
    .min(1)
    .max(50)
    .default(['%'])
    .describe('Patterns of the names of output files, with % for any text.'),
  recoveries: z.array(recovery).max(20).default([]).describe('What to do about failures, in this order.'),
});

/** What a change of a stored one states beside its fields. */
export const definitionChange = {
  active: z.boolean().default(true),
  version: z.number().int().describe('The version the change was made on.'),
};

/** What is shown of a stored one beside its fields. */
export const definitionView = {
  active: z.boolean(),
  version: z.number(),
  creator: z.string(),
  created: timestamp,
  updater: z.string().nullable(),
  updated: timestamp.nullable(),
  stages: z.number().describe('Stages that use it.'),
};
