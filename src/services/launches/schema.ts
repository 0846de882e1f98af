/** What goes in and out of the launches service. */
import { z } from 'zod';
import { holdInfo, page, pageQuery, parameters, timestamp } from '../common.ts';

export const launchState = z.enum(['queued', 'claimed', 'running', 'done', 'failed', 'cancelled']);
export const launchCause = z.enum([
  'manual',
  'schedule',
  'dependency',
  'recovery',
  'relaunch',
  'test',
  'script',
]);

export const launchRow = z.object({
  launchId: z.number(),
  runId: z.number(),
  campaign: z.string(),
  stage: z.string(),
  cause: launchCause,
  state: launchState,
  stateSince: timestamp,
  created: timestamp,
  requestedBy: z.string(),
  isTest: z.boolean(),
  submissionId: z.number().nullable(),
  dataset: z.string().nullable(),
  recoveryOf: z.number().nullable(),
  triggeredBy: z.number().nullable(),
  /** The hold that keeps it queued. */
  hold: holdInfo.nullable(),
  outcome: z.string().nullable(),
  outcomeDetail: z.string().nullable(),
});
export type LaunchRow = z.infer<typeof launchRow>;

export const launchListQuery = pageQuery.extend({
  campaign: z.string().optional(),
  state: z.string().optional().describe('Comma list of states.'),
});
export const launchList = page(launchRow);

export const launchRequest = z.object({
  campaign: z.string(),
  /** Absent: the campaign's only leading stage. */
  stage: z.string().optional(),
  test: z.boolean().default(false),
  /** Instead of the stage's dataset and split. */
  dataset: z.string().min(1).optional(),
  parameters: parameters.default([]),
  /** The same key launches only once: a button pressed twice, a request sent again. */
  requestKey: z.string().min(1).max(100).optional(),
});
export type LaunchRequest = z.infer<typeof launchRequest>;

export const launchPreview = z.object({
  stage: z.string(),
  host: z.string(),
  account: z.string(),
  command: z.string(),
  parameters: z.array(z.object({ key: z.string(), value: z.string(), from: z.string() })),
  /** The next ones. */
  slices: z.array(z.object({ dataset: z.string(), files: z.number().nullable() })),
  slicesLeft: z
    .number()
    .nullable()
    .describe(
      'Slices that the split has left at most, the next ones included; null where it depends on files.',
    ),
  hold: holdInfo.nullable(),
  follows: z.array(z.string()),
});

export const launchCommands = z.object({
  stage: z.string(),
  host: z.string(),
  account: z.string(),
  text: z.string().describe('Shell text: give it to a shell of your own.'),
});
