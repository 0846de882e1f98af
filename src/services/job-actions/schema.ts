/** What goes in and out of actions on jobs. */
import { z } from 'zod';
import { isWhole, JOB_ACTIONS } from '../../domain/job-actions.ts';
import { JOB_STATES } from '../../domain/job-state.ts';
import { id, jobCounts, objectName, page, pageQuery, status, text, timestamp } from '../common.ts';

const listOf = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(1000);

export const jobActionScope = z
  .strictObject({
    jobs: listOf(id).optional().describe('Numbers of jobs in POMS.'),
    batchIds: listOf(text.min(3).max(200).regex(/@/, 'must name its batch system: 123.0@farm'))
      .optional()
      .describe('Of jobs that have not ended.'),
    submissions: listOf(id).optional(),
    campaign: objectName.optional(),
    stage: objectName.optional(),
    batchSystem: objectName.optional(),
    states: listOf(z.enum(JOB_STATES)).optional(),
    hosts: listOf(text.min(1).max(255)).optional(),
    exitCodes: listOf(z.number().int().min(-32768).max(65535)).optional(),
    reason: text.trim().min(1).max(200).optional().describe('Contained in the reason of the batch system.'),
  })
  .refine((scope) => Object.values(scope).some((condition) => condition !== undefined), {
    message: 'names no jobs: give jobs, submissions, a campaign or a condition',
  })
  .refine(({ campaign, stage }) => stage === undefined || campaign !== undefined, {
    path: ['stage'],
    message: 'needs its campaign',
  });
export type JobActionScope = z.infer<typeof jobActionScope>;

const request = z.strictObject({
  action: z.enum(JOB_ACTIONS),
  scope: jobActionScope,
  as: z
    .enum(['Removed', 'Cancelled'])
    .optional()
    .describe('What the submissions count as when their jobs have gone; only to remove whole submissions.'),
});
const asIsRight = ({ action, scope, as }: z.infer<typeof request>): boolean =>
  as === undefined || (action === 'remove' && isWhole(scope));
const AS_WRONG = { path: ['as'], message: 'is possible only when whole submissions are removed' };

export const jobActionPreviewRequest = request.refine(asIsRight, AS_WRONG);
export const jobActionRequest = request
  .extend({
    reason: text.trim().max(2000).default(''),
    requestKey: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('The same key acts only once: a button pressed twice, a request sent again.'),
  })
  .refine(asIsRight, AS_WRONG)
  .refine(({ action, reason }) => action === 'release' || reason !== '', {
    path: ['reason'],
    message: 'is needed to hold or remove',
  });
export type JobActionPreviewRequest = z.infer<typeof jobActionPreviewRequest>;
export type JobActionRequest = z.infer<typeof jobActionRequest>;

/** Jobs, submissions or launches that are left out. */
export const skippedView = z.object({
  what: z.enum(['job', 'submission']),
  count: z.number(),
  why: z.string().describe('As it reads after the name: `has ended: completed`.'),
});
export type Skipped = z.infer<typeof skippedView>;

export const jobActionPreview = z.object({
  scope: z.string().describe('In words.'),
  jobs: z.number().describe('Jobs that would be asked for, as far as POMS knows them.'),
  byState: jobCounts,
  submissions: z.number(),
  launches: z.number().describe('Launches that wait or run and would be cancelled.'),
  firstSubmissions: z.array(
    z.object({
      submissionId: z.number(),
      campaign: z.string(),
      stage: z.string(),
      status,
      jobs: z.number(),
    }),
  ),
  firstJobs: z.array(
    z.object({
      jobId: z.number(),
      submissionId: z.number(),
      batchId: z.string(),
      state: z.enum(JOB_STATES),
      host: z.string().nullable(),
    }),
  ),
  skipped: z.array(skippedView),
});

const outcomeCounts = {
  accepted: z.number().describe('The batch system has taken it on; the state follows when it has done it.'),
  notApplicable: z.number(),
  unknownJob: z.number(),
  failed: z.number(),
};

export const jobActionRow = z.object({
  jobActionId: z.number(),
  action: z.enum(JOB_ACTIONS),
  as: z.enum(['Removed', 'Cancelled']).nullable(),
  scope: z.string().describe('In words.'),
  reason: z.string(),
  requestedBy: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed']),
  parts: z.number().describe('Submissions, each asked for in one call of its batch system.'),
  partsEnded: z.number(),
  jobs: z.number().describe('As far as POMS knew them when it was asked.'),
  ...outcomeCounts,
  launchesCancelled: z.number(),
  skipped: z.array(skippedView),
  created: timestamp,
  ended: timestamp.nullable(),
});
export type JobActionRow = z.infer<typeof jobActionRow>;
export const jobActionList = page(jobActionRow);
export const jobActionListQuery = pageQuery.extend({
  submission: z.coerce.number().int().optional(),
  state: z.string().optional().describe('Comma list of queued, running, done, failed.'),
});

/** At most so many parts and outcomes are told: those that failed or are not done first. */
export const DETAILS = 200;
export const jobActionView = jobActionRow.extend({
  partList: z.array(
    z.object({
      submissionId: z.number(),
      batchSystem: z.string(),
      state: z.enum(['queued', 'running', 'done', 'failed']),
      jobs: z.number(),
      tries: z.number(),
      ...outcomeCounts,
      detail: z.string().nullable(),
    }),
  ),
  outcomes: z.array(
    z.object({
      submissionId: z.number(),
      batchId: z.string(),
      outcome: z.enum(['not-applicable', 'unknown-job', 'failed']),
      detail: z.string().nullable(),
    }),
  ),
});
export type JobActionView = z.infer<typeof jobActionView>;
