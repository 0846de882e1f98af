/** What became of an action on the jobs of one submission: recorded once, with the submission's history. */
import { sql } from 'kysely';
import type { Transaction } from '../database/index.ts';
import { type ClaimedPart, endPart, type PartEnd } from '../services/job-actions/work.ts';
import { moveSubmission, noteEvent } from '../services/submissions/transition.ts';
import type { EngineParts } from './parts.ts';

/** Nothing when the part is not this engine's any more. */
export async function recordPart(
  parts: EngineParts,
  owner: string,
  part: ClaimedPart,
  end: PartEnd,
): Promise<void> {
  await parts.database.db.transaction().execute(async (trx) => {
    // The submission's row first, as the monitor does, so that the two cannot wait for each other.
    const jobs = await lockSubmission(trx, part.submissionId);
    if (!(await endPart(trx, owner, part, end))) return;
    const { submissionId, username } = part;
    await noteEvent(trx, { submissionId, kind: 'action', actor: username, message: wordsOf(part, end) });
    if (part.as === null) return;
    if (end.state === 'failed') await forgetStop(trx, submissionId);
    else if (jobs === 0 && end.outcomes.length === 0) await stopWithoutJobs(trx, part, part.as);
  });
}

/** How many jobs of it are known. */
async function lockSubmission(trx: Transaction, submissionId: number): Promise<number> {
  const { rows } = await sql<{ jobs: number }>`
    select jobs_idle + jobs_running + jobs_held + jobs_completed + jobs_failed + jobs_removed as jobs
    from submission where submission_id = ${submissionId} for no key update`.execute(trx);
  return rows[0]?.jobs ?? 0;
}

const ASKED = { hold: 'Hold its jobs', release: 'Release its jobs', remove: 'Remove its jobs' } as const;

function wordsOf(part: ClaimedPart, { state, outcomes, detail }: PartEnd): string {
  const asked = `${ASKED[part.action]}${part.reason === '' ? '' : `: ${part.reason}`}.`;
  if (state === 'failed') return `${asked} ${detail ?? ''}`.trim();
  if (outcomes.length === 0) return `${asked} The batch system knows no job of it.`;
  const accepted = outcomes.filter((one) => one.outcome === 'accepted').length;
  const failed = outcomes.filter((one) => one.outcome === 'failed').length;
  const failures = failed === 0 ? '' : ` ${failed} could not be asked for.`;
  return `${asked} Accepted for ${accepted} of ${outcomes.length} jobs.${failures}`;
}

/** Nothing was removed: the submission ends as its jobs do. */
async function forgetStop(trx: Transaction, submissionId: number): Promise<void> {
  await sql`update submission set stop_as = null where submission_id = ${submissionId}`.execute(trx);
}

/** No job was ever seen, here and in the batch system: nothing will say that they have gone. */
async function stopWithoutJobs(
  trx: Transaction,
  part: ClaimedPart,
  to: 'Removed' | 'Cancelled',
): Promise<void> {
  await moveSubmission(trx, {
    submissionId: part.submissionId,
    to,
    mover: 'jobs',
    actor: part.username,
    message: `It has no jobs. ${part.reason}`.trim(),
  });
}
