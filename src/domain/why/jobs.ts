/** Why the jobs of a submission do not go on. */
import { endedJobs, totalJobs } from '../job-state.ts';
import type { Said, SubmissionFacts, Why } from './facts.ts';
import { counted, lasting, opened, saidWords, sentence } from './words.ts';

const ASKED = { hold: 'Holding', release: 'Releasing', remove: 'Removing' } as const;

export function whyAction({ action, now }: SubmissionFacts): Why | null {
  if (action === null || !action.open) return null;
  const rest = action.detail === null ? 'The batch system has not done it yet.' : opened(action.detail);
  const text = `${ASKED[action.action]} its jobs was asked for by ${action.by} ${lasting(action.at, now)} ago. ${rest}`;
  return { code: 'action-under-way', text, since: action.at, moving: true };
}

export function whyJobs(facts: SubmissionFacts, said: Said): Why {
  const { jobs, statusSince: since, now, batch, held, idleAhead } = facts;
  const total = totalJobs(jobs);
  if (total === 0) {
    const text = `It was submitted to ${batch.system}, and no job of it was seen yet for ${lasting(since, now)}.`;
    return { code: 'not-seen-yet', text, since, moving: false };
  }
  if (jobs.held > 0) {
    const asked = askedWords(facts);
    const reason = held?.reason == null ? '.' : `: ${sentence(held.reason)}`;
    const part = held !== null && held.count < jobs.held ? ` (${held.count} of them for this reason)` : '';
    const text = `${jobs.held} of ${counted(total, 'job')} ${jobs.held === 1 ? 'is' : 'are'} held${asked}${part}${reason}`;
    return { code: 'held', text, since: held?.since ?? since, moving: false };
  }
  const ended = endedJobs(jobs);
  if (jobs.running > 0) {
    const waiting = jobs.idle > 0 ? `, ${jobs.idle} wait` : '';
    const text = `${jobs.running} of ${counted(total, 'job')} run${jobs.running === 1 ? 's' : ''}, ${ended} ${ended === 1 ? 'has' : 'have'} ended${waiting}.`;
    return { code: 'running', text, since, moving: true };
  }
  const line =
    idleAhead > 0
      ? `behind ${counted(idleAhead, 'idle job')} of earlier submissions`
      : 'with no job of earlier submissions before them';
  const text = `${counted(jobs.idle, 'job')} wait${jobs.idle === 1 ? 's' : ''} on ${batch.system}, ${line}.${saidWords(said)}`;
  return { code: 'idle', text, since, moving: false };
}

/** Who has asked for it: POMS gives the name with the reason. A batch system may hold jobs for reasons of its own. */
function askedWords({ action, held, now }: SubmissionFacts): string {
  if (action?.action !== 'hold' || !held?.reason?.includes(`(${action.by})`)) return '';
  return `, as ${action.by} asked ${lasting(action.at, now)} ago`;
}
