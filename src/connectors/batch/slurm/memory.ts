/**
 * What was told of each job, so that a look tells only what is new. It is lost with the process: then everything that
 * Slurm still knows is told once more, with the same keys.
 *
 * A look counts as told once its cursor comes back: until then its events may not have been stored.
 */
import type { BatchCursor, JobEvent } from '../types.ts';

export interface Told {
  /** The last thing told of the job. */
  event: JobEvent;
  /** What the events of the record follow from. */
  sign: string;
  job: number;
  task: number | null;
}

/** By batch id: all jobs of POMS that Slurm had in its memory. */
export type ToldJobs = ReadonlyMap<string, Told>;

export interface Memory {
  /** What is certain to be told where the cursor is `cursor`, and when that was by Slurm's clock; null: never. */
  at(cursor: BatchCursor): { jobs: ToldJobs; looked: number | null };
  /** A look that leads to `cursor`. */
  keep(cursor: BatchCursor, jobs: ToldJobs, looked: number): void;
}

export function createMemory(): Memory {
  let certain: { jobs: ToldJobs; looked: number | null } = { jobs: new Map(), looked: null };
  let open: { cursor: string; jobs: ToldJobs; looked: number } | null = null;
  return {
    at: (cursor) => {
      if (open?.cursor === fingerprint(cursor)) certain = { jobs: open.jobs, looked: open.looked };
      open = null;
      return certain;
    },
    keep: (cursor, jobs, looked) => {
      open = { cursor: fingerprint(cursor), jobs, looked };
    },
  };
}

/** The database gives an object's members back in another order. */
function fingerprint(cursor: BatchCursor): string {
  return JSON.stringify(Object.entries(cursor ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The submission that a job was told to be of. */
export function submissionsOf(told: ToldJobs): (job: number, task: number | null) => number | null {
  const known = new Map<string, number>();
  for (const { job, task, event } of told.values()) {
    known.set(`${job}_${task}`, event.submissionId);
    known.set(`${job}_*`, event.submissionId);
  }
  return (job, task) => known.get(`${job}_${task}`) ?? known.get(`${job}_*`) ?? null;
}
