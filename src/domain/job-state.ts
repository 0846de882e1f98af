/**
 * The states of a batch job. One axis (tenet 3): what a job waits for, who held it, which attempt it is are
 * kept beside the state, never in it.
 */
export const JOB_STATES = ['idle', 'running', 'held', 'completed', 'failed', 'removed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Jobs of one submission by state: the roll-up that is kept on the submission's row. */
export type JobCounts = Record<JobState, number>;

export const NO_JOBS: Readonly<JobCounts> = Object.freeze({
  idle: 0,
  running: 0,
  held: 0,
  completed: 0,
  failed: 0,
  removed: 0,
});

/** True when no further event can be expected unless a person acts. */
export function isEnded(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'removed';
}

export function totalJobs(counts: JobCounts): number {
  return JOB_STATES.reduce((sum, state) => sum + counts[state], 0);
}

export function endedJobs(counts: JobCounts): number {
  return counts.completed + counts.failed + counts.removed;
}
