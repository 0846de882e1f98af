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
 * From which states a report may lead to each state. What has been reported stays: a late or repeated message
 * cannot turn it round. A file whose process ended without a word may still be reported.
 */
const FROM: Partial<Record<FileState, readonly FileState[]>> = {
  transferred: ['delivered'],
  consumed: ['delivered', 'transferred', 'unknown'],
  completed: ['delivered', 'transferred', 'consumed', 'unknown'],
  failed: ['delivered', 'transferred', 'unknown'],
  skipped: ['delivered', 'transferred', 'unknown'],
};

export const REPORT_WORDS = Object.keys(REPORTS);

export function reportedState(word: string): FileState | null {
  return Object.hasOwn(REPORTS, word) ? (REPORTS[word] ?? null) : null;
}

export function mayReport(from: FileState, to: FileState): boolean {
  return FROM[to]?.includes(from) ?? false;
}
