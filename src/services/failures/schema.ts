/** What goes in and out of the failures service. */
import { z } from 'zod';
import { FAILURE_KINDS } from '../../domain/failures/classify.ts';
import { id, page, pageQuery, timestamp } from '../common.ts';

/** Where: a campaign by its name, a stage of it, or a submission. */
const scope = {
  campaign: z.string().optional(),
  stage: z.string().optional().describe('Of the campaign.'),
  submission: id.optional().describe('By its number; campaign and stage are not looked at then.'),
};
export const failuresQuery = z.object({
  ...scope,
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Only groups in which a job failed since then.'),
});

export const failureFactor = z.object({
  factor: z.enum(['host', 'site', 'stage', 'time']),
  value: z.string().describe('Of `time`: the shortest time with 80 % of them, as FROM/TO.'),
  jobs: z.number(),
  of: z.number().describe('Jobs of the group of which it is known.'),
  others: z
    .number()
    .nullable()
    .describe('Share among other jobs, 0 to 1; null: there are none to compare with.'),
  common: z.boolean().describe('The share among the jobs of the group is clearly above that among others.'),
});
export type FailureFactor = z.infer<typeof failureFactor>;

const timeline = z.object({
  from: timestamp,
  hours: z.number().describe('Of a bar.'),
  jobs: z.array(z.number()).describe('Of each bar; hours beyond the 199 with the most jobs are left out.'),
});

const logs = z.object({
  read: z.number().describe('Jobs whose log was read.'),
  unread: z.number().describe('Jobs whose log was asked for, and could not be read or was empty.'),
  problem: z.string().nullable().describe('Why not, of the newest of them.'),
  signatures: z
    .array(
      z.object({
        signature: z.string().describe('The telling line, with what differs from job to job taken out.'),
        samples: z.number().describe('Of the jobs whose log was read.'),
        line: z.string().describe('As the newest of them wrote it.'),
        stream: z.enum(['stdout', 'stderr']),
        jobId: z.number(),
      }),
    )
    .describe('The most frequent, three at most.'),
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
  logs,
  factors: z
    .array(failureFactor)
    .describe('A host, site, stage and time that is common, else the most frequent.'),
  timeline: timeline.nullable(),
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
