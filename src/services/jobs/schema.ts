/** What goes out of the jobs service. */
import { z } from 'zod';
import { JOB_STATES } from '../../domain/job-state.ts';
import { page, pageQuery, timestamp } from '../common.ts';

export const jobRow = z.object({
  jobId: z.number(),
  submissionId: z.number(),
  batchId: z.string(),
  state: z.enum(JOB_STATES),
  stateSince: timestamp,
  attempt: z.number(),
  host: z.string().nullable(),
  site: z.string().nullable(),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  reason: z.string().nullable(),
  submitted: timestamp,
  started: timestamp.nullable(),
  ended: timestamp.nullable(),
  wallSeconds: z.number().nullable().describe('s'),
  cpuSeconds: z.number().nullable().describe('s, user and system'),
  memoryKb: z.number().nullable().describe('kB, peak resident'),
});
export type JobRow = z.infer<typeof jobRow>;

export const jobListQuery = pageQuery.extend({
  submission: z.coerce.number().int().optional(),
  state: z.string().optional().describe('Comma list of states.'),
});
export const jobList = page(jobRow);
