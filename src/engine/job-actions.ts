/**
 * Carries out actions on jobs: one call of the batch system for each submission, a few at a time. Whatever dies at
 * whatever line, a part is taken up again and asked for again, which changes nothing for jobs that were reached before.
 * The state of jobs follows by the monitor, from what the batch system says.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionOutcome, BatchSystem } from '../connectors/batch/types.ts';
import { pauseAfter } from '../domain/job-actions.ts';
import { PomsError } from '../errors.ts';
import {
  type ClaimedPart,
  claimParts,
  claimStrayParts,
  PART_LEASE_SECONDS,
  postponePart,
  renewParts,
} from '../services/job-actions/work.ts';
import { stopLaunch } from '../services/launches/queries.ts';
import { recordPart } from './job-action-end.ts';
import { type Loop, startLoop } from './loop.ts';
import type { EngineParts } from './parts.ts';

const POLL_MS = 1000;
/** Submissions of one batch system at a time: its commands are not free. */
const AT_ONCE = 3;
/** A call that has not answered by then is taken for one that failed. Commands have time-outs of their own. */
const CALL_MS = 180_000;
/** Seconds after which a launch that was stopped is looked at again: its script may have been about to start. */
const SETTLE_SECONDS = 3;
const STRAY_MS = 60_000;

/** One loop a batch system, so that one that hangs keeps only its own waiting. */
export function startJobActions(parts: EngineParts, owner: string): Loop[] {
  const loops = [...parts.batchSystems.values()].map((system) =>
    startLoop({
      name: `job actions ${system.name}`,
      log: parts.log,
      step: async () => ((await jobActionStep(parts, owner, system)) > 0 ? 0 : POLL_MS),
    }),
  );
  const strays = startLoop({
    name: 'stray job actions',
    log: parts.log,
    step: async () => {
      await endStrays(parts, owner);
      return STRAY_MS;
    },
  });
  return [...loops, strays];
}

/** Does what is due on one batch system, and returns how many parts that were. */
export async function jobActionStep(parts: EngineParts, owner: string, system: BatchSystem): Promise<number> {
  const { db } = parts.database;
  const claimed = await claimParts(db, owner, system.name, AT_ONCE);
  if (claimed.length === 0) return 0;
  const beat = setInterval(
    () =>
      void renewParts(db, owner, claimed).catch((error: unknown) =>
        parts.log.warn({ err: error }, 'no sign of life'),
      ),
    (PART_LEASE_SECONDS * 1000) / 3,
  );
  try {
    await Promise.all(claimed.map((part) => tryPart(parts, owner, system, part)));
  } finally {
    clearInterval(beat);
  }
  return claimed.length;
}

async function tryPart(
  parts: EngineParts,
  owner: string,
  system: BatchSystem,
  part: ClaimedPart,
): Promise<void> {
  try {
    await doPart(parts, owner, system, part);
  } catch (error) {
    const why = error instanceof PomsError ? error.message : String(error);
    parts.log.warn(
      { err: error, jobAction: part.jobActionId, submission: part.submissionId },
      'job action failed',
    );
    const seconds = pauseAfter(part.tries, parts.settings.retrySeconds);
    if (seconds !== null) await postponePart(parts.database.db, owner, part, { seconds, why });
    else await recordPart(parts, owner, part, { state: 'failed', outcomes: [], detail: `Given up: ${why}` });
  }
}

async function doPart(
  parts: EngineParts,
  owner: string,
  system: BatchSystem,
  part: ClaimedPart,
): Promise<void> {
  if (part.action === 'remove' && part.batchIds === null) {
    const stopped = await stopLaunch(parts.database.db, part.launchId, part.username);
    // A launch that came to its own end has no script, and its host, which may be away, is not asked.
    if (stopped !== 'over') await abortScript(parts, part);
    if (stopped === 'now') {
      const why = 'Its launch was stopped; its jobs are looked for in a moment.';
      await postponePart(parts.database.db, owner, part, { seconds: SETTLE_SECONDS, why, again: false });
      return;
    }
  }
  const outcomes = await ask(system, part);
  await recordPart(parts, owner, part, { state: 'done', outcomes, detail: null });
}

/** Ends the script of a launch that was stopped. Where it never ran, or has ended, that does nothing. */
async function abortScript(parts: EngineParts, part: ClaimedPart): Promise<void> {
  const host = parts.host(part.submitter.host, part.submitter.account);
  const run = await host.look(part.launchId);
  if (run.state === 'running') await host.abort(part.launchId);
}

async function ask(system: BatchSystem, part: ClaimedPart): Promise<ActionOutcome[]> {
  const { action, batchIds, submissionId, username } = part;
  const selector = batchIds === null ? { submissionId } : { batchIds };
  const reason = `${part.reason === '' ? action : part.reason} (${username})`;
  const late = new AbortController();
  const deadline = sleep(CALL_MS, undefined, { signal: late.signal }).then(() => {
    const problem = `it did not answer within ${CALL_MS / 1000} s`;
    throw new PomsError('outside-system', { system: `Batch system ${system.name}`, problem });
  });
  deadline.catch(() => {});
  try {
    const outcomes = await Promise.race([system.act(selector, action, reason, part.submitter), deadline]);
    return part.tries === 1 ? outcomes : outcomes.map(doubtful);
  } finally {
    late.abort();
  }
}

/** What a try before has done cannot be told from what was so already. */
function doubtful(outcome: ActionOutcome): ActionOutcome {
  if (outcome.outcome !== 'not-applicable') return outcome;
  const detail = [outcome.detail, 'An earlier try may have reached it.'].filter(Boolean).join(' ');
  return { ...outcome, detail };
}

/** Ends what waits for batch systems that POMS is not connected to any more. */
export async function endStrays(parts: EngineParts, owner: string): Promise<void> {
  for (const part of await claimStrayParts(parts.database.db, owner, [...parts.batchSystems.keys()])) {
    const detail = 'POMS is not connected to its batch system any more.';
    await recordPart(parts, owner, part, { state: 'failed', outcomes: [], detail });
  }
}
