/**
 * The one interface behind which every batch system stands (design 7).
 *
 * A batch system is asked for *changes since the last look* for all submissions at once, never once per
 * submission. It knows jobs by its own batch id (`cluster.process@system`) and by the submission's id that the
 * launch environment put into their attributes (`POMS4_SUBMISSION_ID`).
 */
import type { JobAction } from '../../domain/job-actions.ts';
import type { JobState } from '../../domain/job-state.ts';

export type { JobAction };

/** One thing that happened to one job. Events of one job are delivered in order; an event may come twice. */
export interface JobEvent {
  /** Unique within the batch system for ever; the same event seen again carries the same key. */
  key: string;
  submissionId: number;
  /** `<cluster>.<process>@<system>`, for example `17.3@local`. */
  batchId: string;
  /** When it happened by the batch system's clock. */
  at: Date;
  /** The state the job is in after this event. */
  state: JobState;
  /** Starts at 1; a job that was held while it ran and was released runs again as attempt 2. */
  attempt: number;
  host?: string;
  site?: string;
  exitCode?: number;
  signal?: string;
  /** Why the job is held or was removed, or why it failed where there is more to say than the exit code. */
  reason?: string;
  /** Seconds by the wall clock. */
  wallSeconds?: number;
  /** User and system CPU seconds. */
  cpuSeconds?: number;
  /** Peak resident memory in kB. */
  memoryKb?: number;
}

/** Opaque to the caller, kept beside the applied events in the same transaction. Null: from the beginning. */
export type BatchCursor = Record<string, unknown> | null;

export interface BatchChanges {
  events: JobEvent[];
  cursor: BatchCursor;
  /** True when there is more to read at once, without waiting for the next look. */
  more: boolean;
  /** One sentence where a part of the system could not be asked; what the others said is here all the same. */
  problem?: string;
}

/** Which jobs an action is meant for. */
export type JobSelector = { submissionId: number } | { batchIds: string[] };

/** What became of an action on one job. `accepted` means asked for; the state follows by events. */
export interface ActionOutcome {
  batchId: string;
  outcome: 'accepted' | 'not-applicable' | 'unknown-job' | 'failed';
  detail?: string;
}

/** `events`: what the batch system itself wrote down about the job, where it does. */
export type JobLogStream = 'stdout' | 'stderr' | 'events';

/** The account from which a submission was launched: some systems let only it act on its jobs. */
export interface Submitter {
  host: string;
  account: string;
  /** Shell text of the login setup. */
  setup: string;
  experiment: string;
  /** The stage's role: `production`, `analysis`, ... */
  role: string;
}

export interface LogPage {
  text: string;
  /** Bytes from the start of the file at which this page begins. */
  offset: number;
  /** Size of the whole file in bytes at the time of reading. */
  size: number;
}

export interface BatchHealth {
  reachable: boolean;
  /** One sentence for a person where something is wrong. */
  detail?: string;
  jobs: { idle: number; running: number; held: number };
}

/** What a batch system says of one job when it is asked for it by its id; null: it knows no such job (any more). */
export type Recollection = ReadonlyMap<string, JobEvent | null>;

export interface BatchSystem {
  /** The name that a login setup chooses it by. */
  readonly name: string;
  /** Milliseconds between looks while something happens; the engine's own pace where absent. */
  readonly pollMs?: number;
  /**
   * Variables and folders that the launch environment needs so that submitted jobs are tagged; `variables` are those
   * that the launch has anyway (`POMS4_SUBMISSION_ID` and the others of domain/launch-environment.ts).
   */
  launchEnvironment(variables: Readonly<Record<string, string>>): {
    env: Record<string, string>;
    path: string[];
  };
  changes(cursor: BatchCursor): Promise<BatchChanges>;
  /** The batch ids that carry this submission's id: the question of reconciliation (tenet 2). */
  find(submissionId: number): Promise<string[]>;
  /** Without a submitter it acts as the account that POMS's own commands run with. */
  act(
    selector: JobSelector,
    action: JobAction,
    reason: string,
    submitter?: Submitter,
  ): Promise<ActionOutcome[]>;
  /** At most `limit` bytes from `offset`; a negative offset counts from the end. Works while the job runs. */
  log(batchId: string, stream: JobLogStream, offset: number, limit: number): Promise<LogPage>;
  health(): Promise<BatchHealth>;
  /**
   * The present state of jobs that have not been heard of for long, all in one question: a batch system may have
   * forgotten them before they were looked at. Absent where `changes` cannot miss any.
   */
  recall?(batchIds: readonly string[]): Promise<Recollection>;
  /** One sentence why the job does not run, from what the batch system knows; null: it has nothing to say. */
  why?(batchId: string): Promise<string | null>;
  /**
   * Removes what it keeps of jobs that ended before, where that is POMS's to remove; returns how many clusters. Of
   * events it keeps all from `applied` on, the cursor up to which they were applied.
   */
  cleanup?(endedBefore: Date, applied: BatchCursor): Promise<number>;
}
