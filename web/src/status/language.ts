/** The status language (console.md): what each status means to an operator, in one word, one shape, one colour. */
import type { JobState, Status, SubmissionCounts } from '../api/types.ts';

export type Kind = keyof SubmissionCounts;

/** In the order in which they need attention. */
export const KINDS: readonly Kind[] = [
  'failed',
  'held',
  'approval',
  'running',
  'waiting',
  'finished',
  'done',
  'stopped',
];

export const KIND_WORDS: Record<Kind, string> = {
  waiting: 'waiting',
  approval: 'needs approval',
  running: 'running',
  held: 'held',
  finished: 'finished',
  done: 'done',
  failed: 'failed',
  stopped: 'stopped',
};

interface Meaning {
  kind: Kind;
  word: string;
  /** Said on hover where the word alone is not enough. */
  hint: string;
}

const MEANINGS: Record<Status, Meaning> = {
  New: { kind: 'waiting', word: 'waiting', hint: 'Its launch has not submitted jobs yet.' },
  Approved: { kind: 'waiting', word: 'waiting', hint: 'Approved; its launch follows.' },
  Idle: { kind: 'waiting', word: 'waiting', hint: 'All its jobs wait in the batch system.' },
  'Awaiting Approval': { kind: 'approval', word: 'needs approval', hint: 'A person has to approve it.' },
  Running: { kind: 'running', word: 'running', hint: 'Jobs of it run.' },
  Held: { kind: 'held', word: 'held', hint: 'The batch system holds jobs of it.' },
  Completed: { kind: 'finished', word: 'finished', hint: 'Its jobs ended; not all output is located yet.' },
  Located: { kind: 'done', word: 'done', hint: 'Its output is located.' },
  Failed: { kind: 'failed', word: 'failed', hint: 'Too many of its jobs failed.' },
  LaunchFailed: { kind: 'failed', word: 'launch failed', hint: 'The launch script submitted no jobs.' },
  Cancelled: { kind: 'stopped', word: 'cancelled', hint: 'A person cancelled it.' },
  Removed: { kind: 'stopped', word: 'removed', hint: 'A person removed its jobs.' },
};

/** The meaning of a status; one that this console does not know yet is shown by its own name. */
export function meaningOf(status: string): Meaning {
  return Object.hasOwn(MEANINGS, status)
    ? MEANINGS[status as Status]
    : { kind: 'waiting', word: status, hint: `Status ${status}` };
}

/** The statuses that a kind stands for, as the API's filter takes them. */
export function statusesOf(kind: Kind): string {
  return Object.entries(MEANINGS)
    .filter(([, meaning]) => meaning.kind === kind)
    .map(([status]) => status)
    .join(',');
}

export const JOB_KINDS: Record<JobState, Kind> = {
  completed: 'done',
  running: 'running',
  idle: 'waiting',
  held: 'held',
  failed: 'failed',
  removed: 'stopped',
};

export const JOB_WORDS: Record<JobState, string> = {
  completed: 'done',
  running: 'running',
  idle: 'idle',
  held: 'held',
  failed: 'failed',
  removed: 'removed',
};

/** The order of the parts of a roll-up bar. */
export const JOB_ORDER: readonly JobState[] = ['completed', 'running', 'idle', 'held', 'failed', 'removed'];

/** What a launch's state means; `held` when a hold keeps it queued. */
export function launchMeaning(state: string, held: boolean): Meaning {
  if (held) return { kind: 'held', word: 'held', hint: 'A hold keeps it queued.' };
  switch (state) {
    case 'queued':
      return { kind: 'waiting', word: 'queued', hint: 'It waits for its turn.' };
    case 'claimed':
      return { kind: 'running', word: 'starting', hint: 'It is being prepared.' };
    case 'running':
      return { kind: 'running', word: 'launching', hint: 'The launch script runs.' };
    case 'done':
      return { kind: 'done', word: 'launched', hint: 'Its jobs were submitted.' };
    case 'failed':
      return { kind: 'failed', word: 'failed', hint: 'It submitted no jobs.' };
    default:
      return { kind: 'stopped', word: state, hint: 'A person cancelled it.' };
  }
}
