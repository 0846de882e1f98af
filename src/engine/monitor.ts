/**
 * Follows the jobs: per batch system one question for what changed since the last look, applied with the cursor in
 * one transaction, so that every event counts once whatever dies and however many engines run (design 6, 3).
 */
import { sql } from 'kysely';
import type { BatchChanges, BatchCursor, BatchSystem } from '../connectors/batch/types.ts';
import { json, type Transaction } from '../database/index.ts';
import { totalJobs } from '../domain/job-state.ts';
import { STATUS_IDS, type Status, statusOfJobs } from '../domain/status.ts';
import { applyJobEvents, type TouchedSubmission } from '../services/jobs/ingest.ts';
import { moveSubmissions } from '../services/submissions/transition.ts';
import { type Loop, startLoop } from './loop.ts';
import type { EngineParts } from './parts.ts';

/** Between looks while something happens, where the system has no pace of its own, and the longest while nothing does. */
const BUSY_MS = 250;
const QUIET_MS = 2000;
/** A system with a pace of its own is asked so many times less often while nothing happens. */
const QUIET_FACTOR = 1.5;

export function startMonitor(parts: EngineParts, system: BatchSystem): Loop {
  const busy = system.pollMs ?? BUSY_MS;
  const longest = system.pollMs === undefined ? QUIET_MS : system.pollMs * QUIET_FACTOR;
  let quiet = busy;
  return startLoop({
    name: `monitor ${system.name}`,
    log: parts.log,
    step: async () => {
      try {
        const { events, more } = await look(parts, system);
        if (more) return 0;
        quiet = events > 0 ? busy : Math.min(quiet * 1.3, longest);
        return quiet;
      } catch (error) {
        await noteProblem(parts, system.name, String(error)).catch(() => {});
        throw error;
      }
    },
  });
}

/** One look: reads and applies what changed. */
export async function look(
  parts: EngineParts,
  system: BatchSystem,
): Promise<{ events: number; more: boolean }> {
  const { db } = parts.database;
  const cursor = await readCursor(parts, system.name);
  const changes = await system.changes(cursor);
  if (changes.events.length === 0 && json(changes.cursor) === json(cursor)) {
    await noteLook(parts, system.name, changes.problem ?? null);
    return { events: 0, more: changes.more };
  }
  const applied = await db.transaction().execute(async (trx) => {
    // Another engine may have read the same: whoever is second finds the cursor moved and leaves it.
    if (!(await moveCursor(trx, system.name, cursor, changes))) return false;
    await followJobs(trx, await applyJobEvents(trx, changes.events));
    return true;
  });
  return { events: applied ? changes.events.length : 0, more: changes.more };
}

/** Brings the statuses of submissions to what their jobs speak of: one statement for each status that is reached. */
export async function followJobs(trx: Transaction, touched: readonly TouchedSubmission[]): Promise<void> {
  const byStatus = new Map<Status, TouchedSubmission[]>();
  for (const one of touched) {
    const to = statusOfJobs(one.jobs, one);
    if (to === null || STATUS_IDS[to] === one.statusId) continue;
    const others = byStatus.get(to);
    if (others === undefined) byStatus.set(to, [one]);
    else others.push(one);
  }
  for (const [to, all] of byStatus) {
    const submissions = all.map((one) => ({ submissionId: one.submissionId, message: jobWords(one, to) }));
    await moveSubmissions(trx, { to, mover: 'jobs', actor: 'monitor', submissions });
  }
}

function jobWords({ jobs }: TouchedSubmission, to: Status): string {
  const parts = (['completed', 'failed', 'removed', 'running', 'idle', 'held'] as const).flatMap((state) =>
    jobs[state] === 0 ? [] : `${jobs[state]} ${state}`,
  );
  return `${to === 'Completed' || to === 'Failed' ? 'Jobs have ended' : 'Jobs'}: ${parts.join(', ')} of ${totalJobs(jobs)}.`;
}

/** Up to where the events of a batch system were applied. */
export async function readCursor(parts: EngineParts, name: string): Promise<BatchCursor> {
  const { db } = parts.database;
  const row = await db
    .selectFrom('batchCursor')
    .select('cursor')
    .where('batchSystem', '=', name)
    .executeTakeFirst();
  if (row !== undefined) return row.cursor as BatchCursor;
  await db
    .insertInto('batchCursor')
    .values({ batchSystem: name, cursor: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return null;
}

async function moveCursor(
  trx: Transaction,
  name: string,
  from: BatchCursor,
  { cursor: to, problem }: BatchChanges,
): Promise<boolean> {
  const moved = await sql`
    update batch_cursor set cursor = ${to === null ? null : json(to)}::jsonb, looked = now(), ${problemNow(problem ?? null)}
    where batch_system = ${name} and cursor is not distinct from ${from === null ? null : json(from)}::jsonb`.execute(
    trx,
  );
  return moved.numAffectedRows === 1n;
}

async function noteLook(parts: EngineParts, name: string, problem: string | null): Promise<void> {
  await sql`
    update batch_cursor set looked = now(), ${problemNow(problem)} where batch_system = ${name}`.execute(
    parts.database.db,
  );
}

/** A problem keeps the time since which there is one. */
const problemNow = (problem: string | null) => sql`problem = ${problem}::text,
  problem_since = case when ${problem}::text is null then null else coalesce(problem_since, now()) end`;

async function noteProblem(parts: EngineParts, name: string, problem: string): Promise<void> {
  await sql`
    update batch_cursor set problem = ${problem}, problem_since = coalesce(problem_since, now())
    where batch_system = ${name}`.execute(parts.database.db);
}
