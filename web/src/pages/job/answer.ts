/** The one-line answer of a job's page: how it is and why. */
import type { JobRow } from '../../api/types.ts';

export function jobAnswer(job: Pick<JobRow, 'state' | 'exitCode' | 'signal' | 'reason'>): string {
  const reason = job.reason === null ? '' : ` ${sentence(job.reason)}`;
  switch (job.state) {
    case 'idle':
      return `It waits in the batch system.${reason}`;
    case 'running':
      return `It runs.${reason}`;
    case 'held':
      return `The batch system holds it.${reason}`;
    case 'completed':
      return `It ended well.${reason}`;
    case 'removed':
      return `It was removed.${reason}`;
    case 'failed':
      if (job.signal !== null) return `It was stopped by ${job.signal}.${reason}`;
      return `It failed${job.exitCode === null ? '' : ` with exit status ${job.exitCode}`}.${reason}`;
  }
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
