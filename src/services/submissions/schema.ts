/** What goes in and out of the submissions service. */
import { z } from 'zod';
import { id, jobCounts, page, pageQuery, parameters, status, timestamp } from '../common.ts';

export const submissionRow = z.object({
  submissionId: z.number(),
  campaign: z.string(),
  stage: z.string(),
  stageId: z.number(),
  runId: z.number().describe('The launch that began the chain this submission belongs to.'),
  status,
  statusSince: timestamp,
  created: timestamp,
  creator: z.string(),
  cause: z.string(),
  isTest: z.boolean(),
  recoveryOf: z.number().nullable(),
  recoveryType: z.string().nullable(),
  triggeredBy: z.number().nullable(),
  dataset: z.string(),
  batchIds: z.array(z.string()),
  jobs: jobCounts,
  files: z.object({
    total: z.number().nullable(),
    consumed: z.number().nullable(),
    failed: z.number().nullable(),
    produced: z.number().nullable(),
    located: z.number().nullable(),
  }),
  /** What POMS will do next with it and why it waits, in words; null when nothing is left to do. */
  next: z.string().nullable(),
});
export type SubmissionRow = z.infer<typeof submissionRow>;

export const submissionListQuery = pageQuery.extend({
  campaign: z.string().optional(),
  stage: z.string().optional(),
  run: id.optional(),
  status: z.string().optional().describe('Comma list of statuses.'),
});
export const submissionList = page(submissionRow);

/** An action a person can take, and if not now, why not. */
export const actionView = z.object({
  name: z.string(),
  label: z.string(),
  allowed: z.boolean(),
  why: z.string().nullable(),
  /** Destructive: the console asks for a reason. */
  needsReason: z.boolean(),
});

export const submissionView = submissionRow.extend({
  experiment: z.string(),
  launchId: z.number(),
  project: z.string().nullable(),
  batchSystem: z.string(),
  dataHandling: z.string(),
  parameters,
  command: z.string(),
  host: z.string(),
  account: z.string(),
  softwareVersion: z.string(),
  launch: z.object({
    state: z.string(),
    exitCode: z.number().nullable(),
    started: timestamp.nullable(),
    ended: timestamp.nullable(),
    outcome: z.string().nullable(),
    detail: z.string().nullable(),
    advice: z.string().nullable(),
  }),
  recoveries: z.array(z.object({ submissionId: z.number(), status, recoveryType: z.string() })),
  launched: z.array(z.object({ submissionId: z.number(), status, stage: z.string() })),
  snapshots: z.object({ stage: z.unknown(), jobType: z.unknown(), loginSetup: z.unknown() }),
  actions: z.array(actionView),
});
export type SubmissionView = z.infer<typeof submissionView>;

export const eventView = z.object({
  eventId: z.number(),
  at: timestamp,
  kind: z.enum(['status', 'launch', 'jobs', 'files', 'follow-up', 'action', 'note']),
  status: status.nullable(),
  actor: z.string(),
  message: z.string(),
});
export const eventList = page(eventView);
export type EventView = z.infer<typeof eventView>;

/** A file that a submission made. */
export const outputFile = z.object({
  name: z.string(),
  size: z.number().nullable(),
  events: z.number().nullable(),
  created: timestamp,
  located: z.boolean(),
  /** Media type where the console can show it, else null. */
  shows: z.string().nullable(),
  /** Path on this server where its bytes can be read; null when POMS cannot reach them. */
  content: z.string().nullable(),
});
export const outputList = page(outputFile);

export const actionRequest = z.object({
  reason: z.string().trim().max(2000).default(''),
  /** For `recover`: which recovery type; for `remove`: whether the submission counts as Removed or Cancelled. */
  recoveryType: z.string().optional(),
  as: z.enum(['Removed', 'Cancelled']).optional(),
  /** For `recover`, `relaunch`, `hold`, `release`, `remove`: the same key acts only once: a button pressed twice, a request sent again. */
  requestKey: z.string().min(1).max(100).optional(),
});
export const actionResult = z.object({
  done: z.string().describe('What was done, in words.'),
  launchId: z.number().nullable(),
  jobActionId: z
    .number()
    .nullable()
    .describe('For `hold`, `release` and `remove`: the action on jobs that tells how far it is.'),
});
