/** What goes in and out of the failures service. */
import { z } from 'zod';
import { FAILURE_KINDS } from '../../domain/failures/classify.ts';
import { id, page, pageQuery, timestamp } from '../common.ts';

/** Where: a campaign by its name, or a stage of it. */
const scope = {
  campaign: z.string().optional(),
  stage: z.string().optional().describe('Of the campaign.'),
};
export const failuresQuery = z.object({
  ...scope,
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Only groups in which a job failed since then.'),
});

export const failureGroup = z.object({
  failure: z.number().describe('The same for the same failure everywhere.'),
  kind: z.enum(FAILURE_KINDS),
  code: z.string(),
  text: z.string().describe('The reason, with what differs from job to job taken out.'),
  words: z.string(),
  jobs: z.number(),
  share: z.number().nullable().describe('Of all jobs, 0 to 1.'),
  wallSeconds: z.number().describe('s, wall time lost'),
  wallShare: z.number().nullable().describe('Of the wall time lost, 0 to 1.'),
  first: timestamp,
  last: timestamp,
  factors: z
    .array(
      z.object({
        factor: z.enum(['host', 'site', 'stage']),
        value: z.string(),
        jobs: z.number(),
        of: z.number(),
      }),
    )
    .describe('The most frequent host, site and stage: on how many of how many jobs of which it is known.'),
  examples: z.array(z.number()).describe('Numbers of jobs, the newest.'),
});
export type FailureGroup = z.output<typeof failureGroup>;
/** As it is before its times are written. */
export type FailureGroupRead = z.input<typeof failureGroup>;
export const failureList = z.object({
  jobs: z.number().describe('All jobs, failed or not.'),
  failed: z.number(),
  groups: z.array(failureGroup),
});

export const failureJob = z.object({
  jobId: z.number(),
  submissionId: z.number(),
  batchId: z.string(),
  state: z.string(),
  host: z.string().nullable(),
  site: z.string().nullable(),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  reason: z.string().nullable(),
  ended: timestamp.nullable(),
});
export const failureJobsQuery = pageQuery.extend(scope);
export const failureJobs = page(failureJob);
export const failureParams = z.object({ failure: id });
