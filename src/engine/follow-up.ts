/**
 * What comes after a submission: the next recovery that has input, and when none is left every dependent stage,
 * each exactly once and independently of the others (design 6, 4; spec/backend.md 4.3, 5.1).
 */
import { sql } from 'kysely';
import type { Transaction } from '../database/index.ts';
import { recoveryName } from '../domain/recoveries.ts';
import { STATUS_IDS } from '../domain/status.ts';
import { PomsError } from '../errors.ts';
import { recordIntent } from '../services/launches/intents.ts';
import {
  claimWork,
  type FinishedSubmission,
  loadDependencies,
  loadFinishedOne,
  postponeWork,
} from '../services/submissions/following.ts';
import { noteEvent } from '../services/submissions/transition.ts';
import { launchDependent } from './dependents.ts';
import { launchGathers, lockRun } from './gather.ts';
import { inherited } from './inherited.ts';
import { type Loop, startLoop } from './loop.ts';
import { outputOf } from './output.ts';
import { dataHandling, type EngineParts } from './parts.ts';

const CLAIM = 50;
const POLL_MS = 1000;
const RETRY_SECONDS = 30;

export function startFollowUp(parts: EngineParts, owner: string): Loop {
  return startLoop({
    name: 'follow-up',
    log: parts.log,
    step: async () => ((await followUpStep(parts, owner)) === CLAIM ? 0 : POLL_MS),
  });
}

/** Follows up what is due; one that fails is tried again later and does not stop the others. */
export async function followUpStep(parts: EngineParts, owner: string): Promise<number> {
  const { db } = parts.database;
  const ids = await claimWork(db, owner, 'follow-up', CLAIM);
  for (const id of ids) {
    try {
      await followUp(parts, id);
    } catch (error) {
      parts.log.error({ err: error, submission: id }, 'follow-up failed; it will be tried again');
      await postponeWork(db, [id], RETRY_SECONDS, `What follows could not be launched: ${String(error)}`);
    }
  }
  return ids.length;
}

/** Takes the next step after this submission; doing it again changes nothing. */
export async function followUp(parts: EngineParts, submissionId: number): Promise<void> {
  const { db } = parts.database;
  await db.transaction().execute(async (trx) => {
    const finished = await loadFinishedOne(trx, submissionId);
    const originalId = finished.recoveryOf ?? submissionId;
    await lockRun(trx, finished.runId);
    const original = await loadFinishedOne(trx, originalId, true);
    const open = original.statusId === STATUS_IDS.Located ? await openRecovery(trx, originalId) : null;
    const failures =
      original.statusId === STATUS_IDS.Located && open === null ? await nextStep(trx, parts, original) : [];
    if (failures.length > 0) {
      await postponeInside(trx, submissionId, failures.join(' '));
      return;
    }
    await clearWork(trx, submissionId, open);
    await launchGathers(trx, parts, original);
  });
}

/** A recovery of this submission that is not finished: nothing follows before it has. */
async function openRecovery(trx: Transaction, originalId: number): Promise<string | null> {
  const rows = await sql<{ what: string }>`
    select 'recovery ' || b.submission_id || ' is ' || t.status as what
    from submission b join submission_status t using (status_id)
    where b.recovery_of = ${originalId} and t.status not in ('Located', 'Removed', 'Cancelled')
    union all
    select 'its recovery is queued' from launch l
    where l.recovery_of = ${originalId} and l.state in ('queued', 'claimed', 'running')
      and not exists (select from submission b where b.launch_id = l.launch_id)
    limit 1`.execute(trx);
  return rows.rows[0]?.what ?? null;
}

/** Launches the next recovery, or the dependents. Returns what went wrong with single dependents. */
async function nextStep(
  trx: Transaction,
  parts: EngineParts,
  original: FinishedSubmission,
): Promise<string[]> {
  if (await launchRecovery(trx, parts, original)) return [];
  const failures: string[] = [];
  for (const dependency of await loadDependencies(trx, original.stageId)) {
    if (dependency.wait === 'all') continue;
    await sql`savepoint dependent`.execute(trx);
    try {
      await launchDependent(trx, parts, original, dependency);
      await sql`release savepoint dependent`.execute(trx);
    } catch (error) {
      if (!(error instanceof PomsError)) throw error;
      await sql`rollback to savepoint dependent`.execute(trx);
      failures.push(`Stage ${dependency.downstream}: ${error.message}`);
    }
  }
  return failures;
}

/** Looks for the next recovery that has input, from the list's present position; false when there is none. */
async function launchRecovery(
  trx: Transaction,
  parts: EngineParts,
  original: FinishedSubmission,
): Promise<boolean> {
  const source = await latestLocated(trx, original);
  for (let position = original.nextRecovery; position < original.recoveries.length; position++) {
    const recovery = original.recoveries[position];
    if (recovery === undefined || source.project === null) break;
    const data = dataHandling(parts, original.dataHandling).within(trx);
    const query = await data.recoveryQuery(original.experiment, recovery.type, {
      project: source.project,
      dataset: original.dataset,
      output: outputOf(original),
    });
    const files = query === '' ? 0 : await data.count(original.experiment, query);
    await trx
      .updateTable('submission')
      .set({ nextRecovery: position + 1 })
      .where('submissionId', '=', original.submissionId)
      .execute();
    if (files === 0) {
      await note(trx, original, `Recovery ${position + 1} (${recovery.type}): nothing to recover.`);
      continue;
    }
    const dataset = recoveryName(original.submissionId, position);
    await data.defineDataset(original.experiment, dataset, query, true);
    const { launchId } = await recordIntent(trx, {
      ...inherited(original),
      stageId: original.stageId,
      cause: 'recovery',
      causeKey: `recovery:${original.submissionId}:${position}`,
      dataset,
      parameters: recovery.parameters,
      recoveryOf: original.submissionId,
      recoveryType: recovery.type,
      recoveryPosition: position,
      triggeredBy: null,
    });
    await note(
      trx,
      original,
      `Recovery ${position + 1} (${recovery.type}): ${files} files, launch ${launchId}.`,
    );
    return true;
  }
  return false;
}

/** A later recovery works on what the one before it left (spec/backend.md 4.3). */
async function latestLocated(
  trx: Transaction,
  original: FinishedSubmission,
): Promise<{ project: string | null }> {
  const last = await trx
    .selectFrom('submission')
    .select('project')
    .where('recoveryOf', '=', original.submissionId)
    .where('statusId', '=', STATUS_IDS.Located)
    .where('project', 'is not', null)
    .orderBy('submissionId', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { project: original.project };
}

async function note(trx: Transaction, original: FinishedSubmission, message: string): Promise<void> {
  await noteEvent(trx, { submissionId: original.submissionId, kind: 'follow-up', actor: 'wrap-up', message });
}

async function clearWork(trx: Transaction, submissionId: number, waitsFor: string | null): Promise<void> {
  await trx
    .updateTable('submission')
    .set({ work: null, workDue: null, workNote: waitsFor, leaseOwner: null, leaseUntil: null })
    .where('submissionId', '=', submissionId)
    .where('work', '=', 'follow-up')
    .execute();
}

async function postponeInside(trx: Transaction, submissionId: number, why: string): Promise<void> {
  await postponeWork(trx, [submissionId], RETRY_SECONDS, why);
}
