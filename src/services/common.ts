/** Shapes that more than one noun's schema uses. */
import { z } from 'zod';
import { JOB_STATES } from '../domain/job-state.ts';
import { STATUSES } from '../domain/status.ts';

export const experimentName = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'is no name of an experiment');
/** Names of campaigns, stages, job types, login setups: anything a person can read, on one line. */
export const objectName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}/]+$/u, 'must not contain control characters or slashes');
export const id = z.coerce.number().int().positive();
/** RFC 3339 in UTC. */
export const timestamp = z
  .date()
  .transform((date) => date.toISOString())
  .or(z.string());
export const status = z.enum(STATUSES as [string, ...string[]]);
export const jobCounts = z.object(
  Object.fromEntries(JOB_STATES.map((state) => [state, z.number().int()])) as Record<
    (typeof JOB_STATES)[number],
    z.ZodNumber
  >,
);
/** Text that the database can keep: no NUL, no half of a surrogate pair. */
export const text = z.string().regex(/^[^\0\p{Surrogate}]*$/u, 'must not contain NUL or broken characters');
/** Ordered [key, value] pairs (spec/backend.md 2.5). */
export const parameters = z.array(z.tuple([text, text]));

/** Keyset pagination: pass `next` of one page as `after` of the following one. */
export const pageQuery = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Pass as `after`; null on the last page.'),
  });

/** A hold that applies to a campaign, stage or launch. */
export const holdInfo = z.object({
  holdId: z.number(),
  scope: z.enum(['everything', 'experiment', 'campaign', 'stage']),
  heldBy: z.string(),
  since: timestamp,
  reason: z.string(),
});

/** Part of a growing text: a launch log, a job's output. */
export const logPage = z.object({
  text: z.string(),
  offset: z.number(),
  size: z.number(),
  ended: z.boolean(),
});
export const logQuery = z.object({
  offset: z.coerce.number().int().default(0).describe('Bytes; negative counts from the end.'),
  limit: z.coerce.number().int().min(1).max(1_048_576).default(65_536),
});
