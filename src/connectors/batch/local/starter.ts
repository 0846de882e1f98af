/** Starts idle jobs in the order in which they were queued, and remembers those whose runner has yet to say so. */
import { runnerState, startRunner } from './attempt.ts';
import type { JobIndex } from './job-index.ts';
import type { Spool } from './spool.ts';

export interface Starter {
  /** Starts what there is room for. */
  fill(): void;
  /** Forgets those of which the log tells by now. */
  settle(): void;
  /** The attempts, by job, that are being started. */
  starting(): ReadonlyMap<string, { attempt: number }>;
  /** There is no trace of the attempt. If its runner has gone it could not begin, and the job may be tried again. */
  noTrace(id: string): void;
  /** The attempt has been reported as lost. */
  forget(id: string): void;
  clear(): void;
  problem(): string | null;
}

/** A runner that could not begin (no space, no more processes) is not tried again at once. */
const RETRY_MS = 1_000;

export function createStarter(
  spool: Spool,
  index: JobIndex,
  options: { maxRunning: number; host: string; onExit: () => void },
): Starter {
  const starting = new Map<string, { attempt: number; exitedAt: number | null }>();
  let problem: string | null = null;

  function fill(): void {
    let free = options.maxRunning - index.running().size - starting.size;
    if (free <= 0) return;
    for (const job of index.idle()) {
      if (free <= 0) return;
      if (starting.has(job.id)) continue;
      free -= 1;
      // A pool that died may have begun it already: then its runner will tell.
      const begun = runnerState(spool.attempt(job.id, job.attempt)) !== 'none';
      const start: { attempt: number; exitedAt: number | null } = { attempt: job.attempt, exitedAt: null };
      if (!begun) {
        startRunner(spool, job, options.host, () => {
          start.exitedAt = Date.now();
          options.onExit();
        });
      }
      starting.set(job.id, start);
    }
  }

  return {
    fill,
    settle() {
      for (const [id, { attempt }] of starting) {
        const job = index.job(id);
        if (job?.state === 'idle' && job.attempt === attempt) continue;
        starting.delete(id);
        problem = null;
      }
    },
    starting: () => starting,
    noTrace(id) {
      const exitedAt = starting.get(id)?.exitedAt ?? null;
      if (exitedAt === null) return;
      problem = 'Jobs cannot be started: is the disk full?';
      if (Date.now() - exitedAt >= RETRY_MS) starting.delete(id);
    },
    forget: (id) => {
      starting.delete(id);
    },
    clear: () => starting.clear(),
    problem: () => problem,
  };
}
