/**
 * What Slurm says of a job, as a record. It is read from text, which has been the same from 22.05 on: the JSON of these
 * commands changes with every version, says exit code 0 for failed jobs in 22.05, and takes twenty times as long.
 */

/** One job, or one task of an array, as `squeue` or `sacct` tells of it. Times are milliseconds since 1970. */
export interface SlurmJob {
  /** Number of the job, or of the array. */
  job: number;
  /** Null: no array, or an array of which Slurm no longer says the tasks. */
  task: number | null;
  submissionId: number;
  /** Slurm's word for the state: `PENDING`, `RUNNING`, `OUT_OF_MEMORY`, ... */
  state: string;
  /** Who cancelled it, where that is known. */
  cancelledBy: string | null;
  exitCode: number;
  signal: number;
  restarts: number;
  /** Waits until somebody releases it. */
  held: boolean;
  /** Slurm's word for why it waits or has ended. */
  reason: string;
  submitted: number | null;
  /** Since when it may run as far as its owner is concerned: set anew by each release. May lie ahead. */
  eligible: number | null;
  /** When the scheduler last looked at it: it does not look at held jobs. */
  evaluated: number | null;
  started: number | null;
  /** For a job that has ended. */
  ended: number | null;
  host: string | null;
  cpuSeconds: number | null;
  memoryKb: number | null;
}

/**
 * How a comment begins that the sbatch of POMS gave a job; the user's own follows after `; `. Without an instance it is
 * of a POMS that did not write one yet.
 */
const TAG = /^POMS4_SUBMISSION_ID=([1-9]\d{0,14})(?: POMS4_INSTANCE=(\w{1,64}))?(?:;|\s*$)/;
/** Without it a line is about somebody else's job. */
export const MARK = 'POMS4_SUBMISSION_ID=';

/** The submission of a job by its comment; null where it is none of ours. Without `instance` all are. */
export function submissionOf(comment: string, instance?: string): number | null {
  const [, submission, of] = TAG.exec(comment) ?? [];
  if (submission === undefined) return null;
  return of === undefined || instance === undefined || of === instance ? Number(submission) : null;
}
