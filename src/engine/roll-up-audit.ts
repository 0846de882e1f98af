/**
 * Compares what is derived with what it is derived from, a little at a time (tenet 1): job counters of submissions
 * with their jobs, counters of stages with their submissions, failure groups with their jobs. What differs is a defect: it goes into the log, and what
 * the last look has found is kept for metrics. Nothing is put right by itself, for that would hide the defect.
 */
import { auditCounts } from '../services/campaigns/queries.ts';
import {
  auditSlice,
  countFailureGroups,
  countStageCounters,
  findDrift,
  findFailureDrift,
  storeAudit,
} from '../services/jobs/audit.ts';
import type { EngineParts } from './parts.ts';

const SUBMISSIONS_EVERY_MS = 10 * 60_000;
/** Of a look, newest first, so that a million are gone round within a week. */
const SLICE = 1000;
/** This reads all submissions: a second for each million. */
const STAGES_EVERY_MS = 24 * 3_600_000;
const EXAMPLES = 10;

export interface RollUpAudit {
  /** Looks at what is due. Returns how many of what was looked at differ. */
  step(): Promise<number>;
}

/** Remembers, for as long as the engine runs, how far it has come; after a start it begins with the newest. */
export function createRollUpAudit(parts: EngineParts): RollUpAudit {
  let before: number | null = null;
  let submissionsDue = 0;
  // The first full look is left to an engine that lasts.
  let stagesDue = parts.now().getTime() + STAGES_EVERY_MS;
  return {
    step: async () => {
      const now = parts.now().getTime();
      let differing = 0;
      if (now >= submissionsDue) {
        const looked = await auditSubmissions(parts, before);
        before = looked.next;
        differing += looked.differing;
        submissionsDue = now + SUBMISSIONS_EVERY_MS;
      }
      if (now >= stagesDue) {
        differing += await auditStages(parts);
        differing += await auditFailures(parts);
        stagesDue = now + STAGES_EVERY_MS;
      }
      return differing;
    },
  };
}

/** The slice that ends before this submission; null begins with the newest. */
export async function auditSubmissions(
  parts: EngineParts,
  before: number | null,
): Promise<{ next: number | null; differing: number }> {
  const { db } = parts.database;
  const ids = await auditSlice(db, before, SLICE);
  const drift = ids.length === 0 ? [] : await findDrift(db, ids);
  for (const one of drift) parts.log.error(one, 'the job counters of a submission differ from its jobs');
  await report(parts, 'submissions', ids.length, drift);
  return { next: ids.length < SLICE ? null : (ids.at(-1) ?? null), differing: drift.length };
}

/** Returns how many counters of stages differ. */
export async function auditStages(parts: EngineParts): Promise<number> {
  const drift = await auditCounts(parts.database.db);
  for (const one of drift) parts.log.error(one, 'the counters of a stage differ from its submissions');
  await report(parts, 'stages', await countStageCounters(parts.database.db), drift);
  return drift.length;
}

/** Returns how many failure groups differ. */
async function auditFailures(parts: EngineParts): Promise<number> {
  const drift = await findFailureDrift(parts.database.db);
  for (const one of drift) parts.log.error(one, 'the count of a failure group differs from its jobs');
  await report(parts, 'failures', await countFailureGroups(parts.database.db), drift);
  return drift.length;
}

async function report(
  parts: EngineParts,
  subject: 'submissions' | 'stages' | 'failures',
  checked: number,
  drift: readonly unknown[],
): Promise<void> {
  await storeAudit(parts.database.db, {
    subject,
    checked,
    differing: drift.length,
    examples: drift.slice(0, EXAMPLES),
  });
}
