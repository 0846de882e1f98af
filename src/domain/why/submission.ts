/**
 * Why a submission is not moving, in one sentence: the first of these rules that holds, from what is in its way now to
 * what it waits for by nature. Pure: the facts are gathered elsewhere.
 */
import { totalJobs } from '../job-state.ts';
import { whyBatch } from './batch.ts';
import type { Said, SubmissionFacts, Why } from './facts.ts';
import { whyAction, whyJobs } from './jobs.ts';
import { whyLaunch } from './launch.ts';
import { coming, counted, lasting, opened } from './words.ts';

/** `said`: of its first idle job, where it was asked. */
export function whySubmission(facts: SubmissionFacts, said: Said = null): Why {
  return (
    whyLaunch(facts) ??
    whyStatus(facts) ??
    whyAction(facts) ??
    whyBatch(facts.batch, facts.now) ??
    whyJobs(facts, said)
  );
}

/** Where it stands when its jobs are not what it waits for. */
function whyStatus(facts: SubmissionFacts): Why | null {
  const { status, statusSince: since, jobs, now, work } = facts;
  switch (status) {
    case 'Awaiting Approval':
      return {
        code: 'approval',
        text: `It has waited for ${lasting(since, now)} for a person to approve it.`,
        since,
        moving: false,
      };
    case 'Completed': {
      const note = work?.note ?? 'Its jobs have ended; whether its output is there is looked at.';
      const next = work === null ? '' : ` The next look is ${coming(work.due, now)}.`;
      return { code: 'output', text: `${opened(note)}${next}`, since, moving: true };
    }
    case 'Failed': {
      const text = `${counted(jobs.failed, 'job')} of ${totalJobs(jobs)} failed. Nothing follows by itself: launch a recovery, or launch it again.`;
      return { code: 'failed', text, since, moving: false };
    }
    case 'Located':
    case 'Removed':
    case 'Cancelled':
      return whatFollows(facts);
    default:
      return null;
  }
}

function whatFollows({ status, statusSince: since, recovery, work, gather, now }: SubmissionFacts): Why {
  if (recovery !== null) {
    const what =
      recovery.submissionId === null ? 'recovery' : `recovery, submission ${recovery.submissionId}`;
    const text = `What follows waits for its ${what}, which is ${recovery.status}.`;
    return { code: 'recovery', text, since, moving: true };
  }
  if (work !== null) {
    const note = work.note === null ? 'What follows is being launched.' : opened(work.note);
    const next = work.note === null ? '' : ` It is tried again ${coming(work.due, now)}.`;
    return { code: 'follow-up', text: `${note}${next}`, since, moving: true };
  }
  if (gather !== null && gather.open > 0) {
    const text = `Stage ${gather.stage} waits for ${counted(gather.open, 'more submission')} of the run.`;
    return { code: 'others-of-run', text, since, moving: true };
  }
  return status === 'Located'
    ? { code: 'done', text: 'Nothing is left to do: its output is located.', since, moving: false }
    : { code: 'stopped', text: 'A person stopped it. Nothing follows by itself.', since, moving: false };
}
