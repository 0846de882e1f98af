/**
 * Submission statuses and their transition table.
 *
 * Names and numbers are those of the original (spec/backend.md 1.1): clients and people know them. The table is
 * ours: total and explicit. Final statuses are final for machines; a person may reopen them with a reason; only
 * first-hand sight of its jobs reopens a `LaunchFailed` (design 5).
 */
import { endedJobs, type JobCounts, totalJobs } from './job-state.ts';

export const STATUS_IDS = {
  New: 1000,
  Cancelled: 1500,
  LaunchFailed: 2000,
  'Awaiting Approval': 2400,
  Approved: 2500,
  Idle: 3000,
  Running: 4000,
  Held: 5000,
  Failed: 6000,
  Completed: 7000,
  Located: 8000,
  Removed: 9000,
} as const;

export type Status = keyof typeof STATUS_IDS;
export const STATUSES = Object.keys(STATUS_IDS) as Status[];

/** Who asks for a change: the sight of jobs, POMS's own decision, or a person. */
export type Mover = 'jobs' | 'engine' | 'person';

const FINAL: ReadonlySet<Status> = new Set(['Located', 'Removed', 'Cancelled', 'Failed', 'LaunchFailed']);

/** What job sightings may lead to from each status. */
const BY_JOBS: Record<Status, readonly Status[]> = {
  New: ['Idle', 'Running', 'Held', 'Completed', 'Failed', 'Removed', 'Cancelled'],
  'Awaiting Approval': [],
  Approved: ['Idle', 'Running', 'Held', 'Completed', 'Failed', 'Removed', 'Cancelled'],
  Idle: ['Running', 'Held', 'Completed', 'Failed', 'Removed', 'Cancelled'],
  Running: ['Idle', 'Held', 'Completed', 'Failed', 'Removed', 'Cancelled'],
  Held: ['Idle', 'Running', 'Completed', 'Failed', 'Removed', 'Cancelled'],
  LaunchFailed: ['Idle', 'Running', 'Held', 'Completed', 'Failed', 'Removed', 'Cancelled'],
  Completed: [],
  Failed: [],
  Located: [],
  Removed: [],
  Cancelled: [],
};

/** What the engine decides by itself. */
const BY_ENGINE: Record<Status, readonly Status[]> = {
  New: ['LaunchFailed', 'Awaiting Approval', 'Cancelled'],
  'Awaiting Approval': [],
  Approved: ['LaunchFailed'],
  Idle: [],
  Running: [],
  Held: [],
  LaunchFailed: [],
  Completed: ['Located'],
  Failed: [],
  Located: [],
  Removed: [],
  Cancelled: [],
};

/** A person may move anything anywhere but back to the beginning. */
const NOT_BY_PERSON: ReadonlySet<Status> = new Set(['New', 'LaunchFailed', 'Awaiting Approval']);

export function isFinal(status: Status): boolean {
  return FINAL.has(status);
}

/** May `mover` bring a submission from one status to another? The same status is no transition. */
export function mayMove(from: Status, to: Status, mover: Mover): boolean {
  if (from === to) return false;
  if (mover === 'jobs') return BY_JOBS[from].includes(to);
  if (mover === 'engine') return BY_ENGINE[from].includes(to);
  return !NOT_BY_PERSON.has(to);
}

/** All statuses from which the mover may reach `to`: the guard of an update. */
export function sourcesOf(to: Status, mover: Mover): Status[] {
  return STATUSES.filter((from) => mayMove(from, to, mover));
}

export interface CompletionRule {
  completionPct: number;
  isRecovery: boolean;
  stopAs: 'Removed' | 'Cancelled' | null;
}

/**
 * The status that a submission's jobs speak of, by the rules of the original's agent (spec/backend.md 3.6):
 * all ended and more than half as many failed as completed: Failed; all removed: Removed; any held: Held;
 * running: Running. A recovery that fails counts as Completed, for its original goes on (spec 3.3).
 * A submission that runs and of which `completionPct` percent of the jobs have ended is Completed, whatever the stragglers do (spec 3.4).
 * Null: no jobs are known yet.
 */
export function statusOfJobs(jobs: JobCounts, rule: CompletionRule): Status | null {
  const total = totalJobs(jobs);
  if (total === 0) return null;
  const ended = endedJobs(jobs);
  if (ended === total) {
    if (rule.stopAs !== null) return rule.stopAs;
    if (jobs.removed === total) return 'Removed';
    const failed = jobs.failed * 2 > jobs.completed;
    return failed && !rule.isRecovery ? 'Failed' : 'Completed';
  }
  if (jobs.held > 0) return 'Held';
  if (jobs.running > 0 && (ended * 100) / total >= rule.completionPct) return 'Completed';
  if (jobs.running > 0) return 'Running';
  return 'Idle';
}
