/** What becomes of a file in a project. */
export type FileState =
  | 'unassigned'
  | 'transferred'
  | 'delivered'
  | 'consumed'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'unknown';

/** Handed to a process that has not said what became of it. */
export const OPEN_STATES = ['delivered', 'transferred'] as const satisfies FileState[];
export const CONSUMED_STATES = ['consumed', 'completed'] as const satisfies FileState[];
/** Handed out, and certainly not consumed. */
export const FAILED_STATES = ['failed', 'skipped', 'cancelled', 'unknown'] as const satisfies FileState[];

/** What a process may report; `ok` and `bad` are the words of old clients. */
const REPORTS: Record<string, FileState> = {
  transferred: 'transferred',
  consumed: 'consumed',
  completed: 'completed',
  ok: 'consumed',
  skipped: 'skipped',
  failed: 'failed',
  bad: 'failed',
};

/**
 * What may become of a file in each state. What has been reported stays: a late or repeated message cannot turn it
 * round. `unknown` is what a process or project held without a word when it ended; that may still be reported.
 */
export const TRANSITIONS: Readonly<Record<FileState, readonly FileState[]>> = {
  unassigned: ['delivered'],
  delivered: ['transferred', 'consumed', 'completed', 'failed', 'skipped', 'unknown'],
  transferred: ['consumed', 'completed', 'failed', 'skipped', 'unknown'],
  unknown: ['consumed', 'completed', 'failed', 'skipped'],
  consumed: ['completed'],
  completed: [],
  failed: [],
  skipped: [],
  cancelled: [],
};

export const REPORT_WORDS = Object.keys(REPORTS);

export function reportedState(word: string): FileState | null {
  return Object.hasOwn(REPORTS, word) ? (REPORTS[word] ?? null) : null;
}

export function mayBecome(from: FileState, to: FileState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** The states in which a file may be for this to become of it. */
export function statesBefore(to: FileState): FileState[] {
  return (Object.keys(TRANSITIONS) as FileState[]).filter((from) => mayBecome(from, to));
}
