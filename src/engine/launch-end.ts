/** What became of a launch: decided from the script's end and from the jobs that the batch system knows. */
import { sql } from 'kysely';
import type { Db, Transaction } from '../database/index.ts';
import { PomsError } from '../errors.ts';
import { endLaunch } from '../services/launches/intents.ts';
import { moveSubmission } from '../services/submissions/transition.ts';

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

/** Records the end at once or not at all; nothing when the launch is not this engine's any more. */
export async function recordEnd(
  db: Db,
  owner: string,
  launchId: number,
  submissionId: number,
  end: ScriptEnd,
  place: LaunchPlace,
): Promise<void> {
  const problem = judge(end, place);
  if (problem === null) return recordSubmitted(db, owner, launchId, submissionId, end, oddity(end, place));
  return recordFailure(db, owner, launchId, submissionId, problem, end.exitCode);
}

/** The launch and its submission have failed, before or after the script ran. */
export async function recordFailure(
  db: Db,
  owner: string,
  launchId: number,
  submissionId: number,
  problem: PomsError,
  exitCode: number | null = null,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const failed = { state: 'failed', outcome: problem.code, detail: problem.message, exitCode } as const;
    if (!(await endLaunch(trx, owner, launchId, failed))) return;
    await moveSubmission(trx, {
      submissionId,
      to: 'LaunchFailed',
      mover: 'engine',
      actor: 'launcher',
      message: `${problem.message} ${problem.advice}`,
    });
  });
}

/** One statement, for every launch pays for it: as a transaction of three it took five round trips. */
async function recordSubmitted(
  db: Db,
  owner: string,
  launchId: number,
  submissionId: number,
  { batchIds, exitCode }: ScriptEnd,
  detail: string | null,
): Promise<void> {
  const message = `Submitted as ${batchIds.join(', ')}.${detail === null ? '' : ` ${detail}`}`;
  await sql`
    with ended as (
      update launch set state = 'done', state_since = now(), outcome = null, outcome_detail = ${detail},
        exit_code = ${exitCode}, ended = now(), lease_owner = null, lease_until = null
      where launch_id = ${launchId} and lease_owner = ${owner} and state in ('claimed', 'running')
      returning launch_id),
    submitted as (
      update submission set batch_ids = ${batchIds}::text[]
      where submission_id = ${submissionId} and exists (select from ended)
      returning submission_id)
    insert into submission_event (submission_id, kind, actor, message)
    select submission_id, 'launch', 'launcher', ${message} from submitted`.execute(db);
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
