/**
 * Jobs that have not been heard of for long are asked for by their ids, in bulk: a batch system may have forgotten one
 * before a look saw its end (a history that was rotated, a schedd that was away). What it does not know in two looks
 * is failed, with the reason; a later word of it corrects that.
 */
import { sql } from 'kysely';
import type { BatchSystem, JobEvent } from '../connectors/batch/types.ts';
import { applyJobEvents } from '../services/jobs/ingest.ts';
import { type Loop, startLoop } from './loop.ts';
import { followJobs } from './monitor.ts';
import type { EngineParts } from './parts.ts';

const INTERVAL_MS = 60_000;
/** A job that nothing was heard of for so long is asked for, and again after as long. */
const SILENT_MS = 600_000;
/** Between the two looks in which a job has to be missing. */
const MISSING_MS = 120_000;
/** Jobs in one question. */
const LIMIT = 5000;

export const LOST = 'the batch system no longer knows the job; how it ended was not seen';

/** What this engine has asked before. Forgotten when it ends, which costs a question. */
interface Asked {
  at: number;
  missingSince: number | null;
}

interface SilentJob {
  submissionId: number;
  batchId: string;
  attempt: number;
  since: Date;
  last: boolean;
}

/** Null where the system's changes miss nothing. */
export function startRecall(parts: EngineParts, system: BatchSystem): Loop | null {
  if (system.recall === undefined) return null;
  const recollect = createRecall(parts, system);
  return startLoop({
    name: `recall ${system.name}`,
    log: parts.log,
    step: async () => {
      await recollect();
      return INTERVAL_MS;
    },
  });
}

/** One question, and what follows from its answer; returns how many events that gave. */
export function createRecall(parts: EngineParts, system: BatchSystem): () => Promise<number> {
  const asked = new Map<string, Asked>();
  return async () => {
    const now = parts.now().getTime();
    const silent = await silentJobs(
      parts,
      system.name,
      new Date(now - SILENT_MS),
      new Date(now - INTERVAL_MS),
    );
    const names = new Set(silent.map(({ batchId }) => batchId));
    for (const batchId of asked.keys()) if (!names.has(batchId)) asked.delete(batchId);
    const due = silent.filter((job) => isDue(job, asked.get(job.batchId), now)).slice(0, LIMIT);
    if (due.length === 0) return 0;
    const known = (await system.recall?.(due.map(({ batchId }) => batchId))) ?? new Map();
    const events = due.flatMap((job): JobEvent[] => {
      const event = known.get(job.batchId);
      // Left out: it could not be asked for.
      if (event === undefined) return [];
      const missingSince = event === null ? (asked.get(job.batchId)?.missingSince ?? now) : null;
      asked.set(job.batchId, { at: now, missingSince });
      if (event !== null) return [event];
      return now - (missingSince ?? now) >= MISSING_MS ? [lost(job, now)] : [];
    });
    if (events.length === 0) return 0;
    await parts.database.db
      .transaction()
      .execute(async (trx) => followJobs(trx, await applyJobEvents(trx, events)));
    return events.length;
  };
}

/** A missing job is asked for again soon, and so is the last one of a submission, which waits for nothing else. */
function isDue({ last }: SilentJob, asked: Asked | undefined, now: number): boolean {
  if (asked === undefined || last) return true;
  return now - asked.at >= (asked.missingSince === null ? SILENT_MS : MISSING_MS);
}

/** Later than all that is known of the job, by whatever clock, for it is what POMS knows last. */
function lost({ submissionId, batchId, attempt, since }: SilentJob, now: number): JobEvent {
  return {
    key: `${batchId}#lost`,
    submissionId,
    batchId,
    at: new Date(Math.max(now, since.getTime())),
    state: 'failed',
    attempt,
    reason: LOST,
  };
}

/**
 * Unfinished jobs with the time of their last word. From the open submissions whose roll-up says that they have some
 * (index `submission_open`: a handful among millions) down the key of `job`, for jobs have no index by state.
 * Stragglers of a submission that counts as complete are not looked for. `last`: the only one left of a submission
 * that had more.
 */
async function silentJobs(
  parts: EngineParts,
  system: string,
  before: Date,
  lastBefore: Date,
): Promise<SilentJob[]> {
  const rows = await sql<SilentJob>`
    select j.submission_id, j.batch_id, j.attempt, j.state_since as since, open.jobs = 1 and open.ended > 0 as last
    from (select submission_id, jobs_idle + jobs_running + jobs_held as jobs,
        jobs_completed + jobs_failed + jobs_removed as ended
      from submission where batch_system = ${system} and status_id < 6000 and jobs_idle + jobs_running + jobs_held > 0) as open
    cross join lateral (select batch_id, attempt, state_since, submission_id from job
      where submission_id = open.submission_id and state in ('idle', 'running', 'held')
        and state_since < case when open.jobs = 1 and open.ended > 0 then ${lastBefore}::timestamptz
          else ${before}::timestamptz end) as j
    order by j.state_since limit ${20 * LIMIT}`.execute(parts.database.db);
  return rows.rows;
}
