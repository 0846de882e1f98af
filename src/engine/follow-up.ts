/**
 * What comes after a submission: the next recovery that has input, and when none is left every dependent stage,
 * each exactly once and independently of the others (design 6, 4; spec/backend.md 4.3, 5.1).
 */
import { sql } from 'kysely';
import type { Transaction } from '../database/index.ts';
import { type WrapUpStep, wrapUpStep } from '../domain/recoveries.ts';
import type { Status } from '../domain/status.ts';
import { PomsError } from '../errors.ts';
import {
  claimWork,
  type FinishedSubmission,
  finishWork,
  loadDependencies,
  loadFinished,
  loadFinishedOne,
  loadRecoveries,
  type Postponed,
  postponeWork,
  withDependencies,
} from '../services/submissions/following.ts';
import { launchDependent } from './dependents.ts';
import { launchGathers, lockRun } from './gather.ts';
import { type Loop, startLoop } from './loop.ts';
import type { EngineParts } from './parts.ts';
import { launchRecovery } from './recovery.ts';

const CLAIM = 200;
const POLL_MS = 1000;
const RETRY_SECONDS = 30;
/** A recovery tells when it has ended, but not one that a person cancels before it began. */
const WAIT_SECONDS = 60;
/** Submissions at a time; more would only wait for each other's runs and for the same two cores. */
const AT_ONCE = 4;

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
  const rest = await finishPlain(parts, ids);
  const one = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await tryFollowUp(parts, next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return ids.length;
}

async function tryFollowUp(parts: EngineParts, finished: FinishedSubmission): Promise<void> {
  const { submissionId } = finished;
  try {
    await followUp(parts, finished);
  } catch (error) {
    parts.log.error({ err: error, submission: submissionId }, 'follow-up failed; it will be tried again');
    const why = `What follows could not be launched: ${String(error)}`;
    await postponeWork(parts.database.db, [{ submissionId, seconds: RETRY_SECONDS, why }]);
  }
}

/** Those after which nothing can come are done in one statement, which most are; returns the others. */
async function finishPlain(parts: EngineParts, ids: number[]): Promise<FinishedSubmission[]> {
  if (ids.length === 0) return [];
  const { db } = parts.database;
  const finished = await loadFinished(db, ids);
  const linked = await withDependencies(db, [...new Set(finished.map((one) => one.campaignId))]);
  const launched = await loadRecoveries(db, ids);
  const plain = finished.filter(
    (one) =>
      one.recoveryOf === null &&
      !linked.has(one.campaignId) &&
      (one.status !== 'Located' || stepAfter(one, launched, one.nextRecovery).step === 'dependents'),
  );
  await finishWork(
    db,
    plain.map((one) => one.submissionId),
  );
  const done = new Set(plain.map((one) => one.submissionId));
  return finished.filter((one) => !done.has(one.submissionId));
}

/** Takes the next step after this submission; doing it again changes nothing. */
async function followUp(parts: EngineParts, finished: FinishedSubmission): Promise<void> {
  const { db } = parts.database;
  await db.transaction().execute(async (trx) => {
    const { submissionId } = finished;
    const originalId = finished.recoveryOf ?? submissionId;
    await lockRun(trx, finished.runId);
    const original = await loadFinishedOne(trx, originalId, true);
    const wait = await nextStep(trx, parts, original);
    // What is still to come is the original's: its recovery has nothing more to do.
    const done =
      wait === null ? [submissionId, originalId] : [submissionId].filter((id) => id !== originalId);
    await finishWork(trx, done);
    if (wait !== null) await postponeWork(trx, [{ submissionId: originalId, ...wait }]);
    await launchGathers(trx, parts, original);
  });
}

type Wait = Pick<Postponed, 'seconds' | 'why'>;

/** Launches the next recovery, or the dependents. Returns what is waited for; null when all is done. */
async function nextStep(
  trx: Transaction,
  parts: EngineParts,
  original: FinishedSubmission,
): Promise<Wait | null> {
  if (original.status !== 'Located') return null;
  const launched = await loadRecoveries(trx, [original.submissionId]);
  let step = stepAfter(original, launched, original.nextRecovery);
  while (step.step === 'recover') {
    if (await launchRecovery(trx, parts, original, step)) {
      return { seconds: WAIT_SECONDS, why: `Recovery ${step.after} is queued.` };
    }
    step = stepAfter(original, launched, step.after);
  }
  if (step.step === 'wait') return { seconds: WAIT_SECONDS, why: step.why };
  const failures = await launchDependents(trx, parts, original);
  return failures.length === 0 ? null : { seconds: RETRY_SECONDS, why: failures.join(' ') };
}

function stepAfter(
  original: FinishedSubmission,
  launched: ReadonlyMap<number, Status[]>,
  position: number,
): WrapUpStep {
  return wrapUpStep({
    original: original.status,
    launched: launched.get(original.submissionId) ?? [],
    recoveries: original.recoveries,
    position,
  });
}

/** Each on its own. Returns what went wrong with single ones. */
async function launchDependents(
  trx: Transaction,
  parts: EngineParts,
  original: FinishedSubmission,
): Promise<string[]> {
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
