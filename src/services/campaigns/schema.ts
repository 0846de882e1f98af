/** What goes in and out of the campaigns service. */
import { z } from 'zod';
import { holdInfo, jobCounts, objectName, page, pageQuery, parameters, text, timestamp } from '../common.ts';

/** Submissions by what they mean to an operator (console.md, status language). */
export const submissionCounts = z.object({
  waiting: z.number().describe('New, Idle, Approved'),
  approval: z.number().describe('Awaiting Approval'),
  running: z.number(),
  held: z.number(),
  finished: z.number().describe('Completed: output not located yet'),
  done: z.number().describe('Located'),
  failed: z.number().describe('Failed, LaunchFailed'),
  stopped: z.number().describe('Cancelled, Removed'),
});
export type SubmissionCounts = z.infer<typeof submissionCounts>;

/** Launches of the campaign or stage that have not become a running submission. */
export const launchCounts = z.object({
  queued: z.number(),
  starting: z.number(),
  failed: z.number().describe('Launches that failed before they had a submission.'),
});

export const campaignRow = z.object({
  campaignId: z.number(),
  name: z.string(),
  description: z.string(),
  active: z.boolean(),
  type: z.enum(['regular', 'test']),
  creator: z.string(),
  tags: z.array(z.string()),
  stages: z.number(),
  submissions: submissionCounts,
  launches: launchCounts,
  jobs: jobCounts,
  lastActivity: timestamp.nullable(),
  hold: holdInfo.nullable(),
});
export type CampaignRow = z.infer<typeof campaignRow>;

export const campaignListQuery = pageQuery.extend({
  q: z.string().max(200).optional().describe('Part of the name.'),
  tag: z.string().optional(),
  owner: z.string().optional(),
  active: z.enum(['true', 'false']).optional(),
  status: z.enum(['running', 'failed', 'held', 'waiting', 'approval']).optional(),
  sort: z.enum(['activity', 'name']).default('activity').describe('Last activity first, or by name.'),
});
export const campaignList = page(campaignRow);

export const stageView = z.object({
  stageId: z.number(),
  name: z.string(),
  type: z.enum(['regular', 'generator', 'approval', 'datatransfer', 'test']),
  jobType: z.string(),
  loginSetup: z.string(),
  voRole: z.enum(['production', 'analysis']),
  softwareVersion: z.string(),
  dataset: z.string(),
  split: z.string().nullable(),
  testSplit: z.string().nullable(),
  splitCursor: z.unknown(),
  parameters,
  testParameters: parameters,
  mergeOverrides: z.boolean(),
  completionType: z.enum(['located', 'complete']),
  completionPct: z.number(),
  outputAncestorDepth: z.number(),
  inherits: z.array(z.string()),
  version: z.number(),
  leading: z.boolean().describe('Depends on nothing (but perhaps itself).'),
  hold: holdInfo.nullable(),
  submissions: submissionCounts,
  launches: launchCounts,
  jobs: jobCounts,
  files: z.object({ total: z.number(), consumed: z.number(), produced: z.number(), located: z.number() }),
});
export type StageView = z.infer<typeof stageView>;

export const dependencyView = z.object({
  from: z.string(),
  to: z.string(),
  files: z.array(z.string()),
  split: z.boolean(),
  wait: z.enum(['each', 'all']),
});

export const campaignView = campaignRow.omit({ stages: true }).extend({
  experiment: z.string(),
  dataHandling: z.string(),
  defaults: z.record(z.string(), z.unknown()),
  keywords: z.record(z.string(), z.string()),
  positions: z.record(z.string(), z.object({ x: z.number(), y: z.number() })),
  version: z.number(),
  created: timestamp,
  updater: z.string().nullable(),
  updated: timestamp.nullable(),
  stages: z.array(stageView),
  dependencies: z.array(dependencyView),
});
export type CampaignView = z.infer<typeof campaignView>;

/** One difference between a campaign file and what is stored. */
export const change = z.object({
  what: z.enum(['add', 'change', 'remove']),
  kind: z.enum(['campaign', 'stage', 'dependency', 'job type', 'login setup', 'tag']),
  name: z.string(),
  field: z.string().optional(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type Change = z.infer<typeof change>;

/** What of a campaign can be changed without its file. Absent: stays. */
export const campaignPatch = z.strictObject({
  name: objectName.optional(),
  description: text.max(10_000).optional(),
  active: z.boolean().optional(),
  type: z.enum(['regular', 'test']).optional(),
  positions: z.record(z.string(), z.strictObject({ x: z.number(), y: z.number() })).optional(),
  tags: z.array(text.trim().min(1).max(100)).max(100).optional(),
  version: z.number().int().describe('The version the change was made on.'),
});
export type CampaignPatch = z.infer<typeof campaignPatch>;

export const applyRequest = z.object({
  text: z.string().max(2_000_000).describe('The campaign file: YAML (or JSON, which is YAML).'),
  dryRun: z.boolean().default(false),
  /** The version the file was made from; a save on a stale version is refused. Absent: no check. */
  version: z.number().int().optional(),
});
export const applyResult = z.object({
  campaign: z.string(),
  applied: z.boolean(),
  version: z.number().nullable(),
  changes: z.array(change),
  warnings: z.array(z.string()),
});
export type ApplyResult = z.infer<typeof applyResult>;
