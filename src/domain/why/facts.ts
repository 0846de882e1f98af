/** What is known of a submission or job, and the sentence that is made of it. Types only. */
import type { JobCounts, JobState } from '../job-state.ts';
import type { Status } from '../status.ts';

export type WhyCode =
  | 'launches-held'
  | 'launch-queued'
  | 'launch-host-away'
  | 'no-engine'
  | 'launch-interrupted'
  | 'launch-preparing'
  | 'launch-script-runs'
  | 'launch-failed'
  | 'approval'
  | 'action-under-way'
  | 'batch-away'
  | 'not-seen-yet'
  | 'held'
  | 'idle'
  | 'running'
  | 'output'
  | 'recovery'
  | 'follow-up'
  | 'others-of-run'
  | 'failed'
  | 'stopped'
  | 'done';

export interface Why {
  code: WhyCode;
  text: string;
  /** Since when it is so; null where that is not known. */
  since: Date | null;
  /** It goes on by itself, and nobody need do anything. */
  moving: boolean;
}

/** How a batch system was when it was last looked at. */
export interface BatchFacts {
  system: string;
  looked: Date | null;
  problem: string | null;
  problemSince: Date | null;
}

export interface SubmissionFacts {
  now: Date;
  status: Status;
  statusSince: Date;
  launch: {
    state: 'queued' | 'claimed' | 'running' | 'done' | 'failed' | 'cancelled';
    since: Date;
    /** Why it is put off, or how it ended. */
    detail: string | null;
    host: string;
    /** On the same host: launches that wait longer, and launches that are under way. */
    ahead: number;
    underWay: number;
  };
  hold: { scope: string; heldBy: string; since: Date; reason: string } | null;
  batch: BatchFacts;
  jobs: JobCounts;
  /** The reason that most of its held jobs have, with how many and since when. */
  held: { reason: string | null; count: number; since: Date } | null;
  /** Idle jobs of earlier submissions on the same batch system. */
  idleAhead: number;
  /** The last action on its jobs. */
  action: {
    action: 'hold' | 'release' | 'remove';
    by: string;
    at: Date;
    open: boolean;
    /** Why it is not done, where that is known. */
    detail: string | null;
  } | null;
  /** What the wrap-up does next, why not yet, and when it looks again. */
  work: { kind: 'locate' | 'follow-up'; note: string | null; due: Date } | null;
  /** A recovery that is not over. */
  recovery: { submissionId: number | null; status: string } | null;
  /** A stage that waits for all submissions of the run, and how many are not over. */
  gather: { stage: string; open: number } | null;
}

/** What a batch system answered when it was asked about one job; `problem` where it could not be. */
export type Said = { text: string } | { problem: string } | null;

export interface JobFacts {
  now: Date;
  state: JobState;
  since: Date;
  attempt: number;
  host: string | null;
  exitCode: number | null;
  signal: string | null;
  reason: string | null;
  batch: BatchFacts;
  idleAhead: number;
}
