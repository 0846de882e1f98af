/** What became of a launch: decided from the script's end and from the jobs that the batch system knows. */
import type { Transaction } from '../database/index.ts';
import { PomsError } from '../errors.ts';
import { endLaunch, type LaunchEnd } from '../services/launches/intents.ts';
import { moveSubmission, noteEvent } from '../services/submissions/transition.ts';

export interface ScriptEnd {
  /** Null: it was stopped, or no trace of its end was left. */
  exitCode: number | null;
  timedOut: boolean;
  /** Batch ids of the submission's jobs, as the script printed them and as the batch system knows them. */
  batchIds: string[];
}

export interface LaunchPlace {
  stage: string;
  host: string;
  system: string;
  timeoutSeconds: number;
  tries: number;
}

/**
 * Jobs that exist make a launch good, however its script ended: they run. Without jobs it has failed, for the first
 * of the reasons below.
 */
export function judge(end: ScriptEnd, place: LaunchPlace): PomsError | null {
  if (end.batchIds.length > 0) return null;
  if (end.timedOut)
    return new PomsError('launch-timed-out', { stage: place.stage, seconds: place.timeoutSeconds });
  if (end.exitCode === null)
    return new PomsError('launch-lost', { stage: place.stage, tries: place.tries, system: place.system });
  if (end.exitCode === 126 || end.exitCode === 127) {
    return new PomsError('launch-script-not-found', {
      stage: place.stage,
      host: place.host,
      exitCode: end.exitCode,
    });
  }
  if (end.exitCode !== 0)
    return new PomsError('launch-script-failed', { stage: place.stage, exitCode: end.exitCode });
  return new PomsError('launch-no-job', { stage: place.stage, system: place.system });
}

/** Records the end in one transaction; nothing when the launch is not this engine's any more. */
export async function recordEnd(
  trx: Transaction,
  owner: string,
  launchId: number,
  submissionId: number,
  end: ScriptEnd,
  place: LaunchPlace,
): Promise<void> {
  const problem = judge(end, place);
  const launchEnd: LaunchEnd = {
    state: problem === null ? 'done' : 'failed',
    outcome: problem?.code ?? null,
    detail: problem?.message ?? oddity(end, place),
    exitCode: end.exitCode,
  };
  if (!(await endLaunch(trx, owner, launchId, launchEnd))) return;
  if (problem !== null) {
    await moveSubmission(trx, {
      submissionId,
      to: 'LaunchFailed',
      mover: 'engine',
      actor: 'launcher',
      message: `${problem.message} ${problem.advice}`,
    });
    return;
  }
  await trx
    .updateTable('submission')
    .set({ batchIds: end.batchIds })
    .where('submissionId', '=', submissionId)
    .execute();
  await noteEvent(trx, {
    submissionId,
    kind: 'launch',
    actor: 'launcher',
    message: `Submitted as ${end.batchIds.join(', ')}.${launchEnd.detail === null ? '' : ` ${launchEnd.detail}`}`,
  });
}

/** What a person should know of a launch that is good all the same. */
function oddity(end: ScriptEnd, place: LaunchPlace): string | null {
  if (end.timedOut)
    return `The launch script was stopped after ${place.timeoutSeconds} s, but had submitted jobs.`;
  if (end.exitCode === null) return 'The launch was interrupted, but its jobs were found.';
  return end.exitCode === 0
    ? null
    : `The launch script ended with exit status ${end.exitCode}, but had submitted jobs.`;
}

/** A launch that failed before its script ran: a defect of the definitions, or nothing left to do. */
export async function recordRefusal(
  trx: Transaction,
  owner: string,
  launchId: number,
  error: PomsError,
): Promise<void> {
  const nothingLeft = error.code === 'no-slice-left';
  await endLaunch(trx, owner, launchId, {
    state: nothingLeft ? 'done' : 'failed',
    outcome: error.code,
    detail: error.message,
    exitCode: null,
  });
}
