/** Starts idle jobs in the order in which they were queued, and remembers those whose runner has yet to say so. */
import { runnerState } from './attempt.ts';
import type { JobIndex } from './job-index.ts';
import { createRunnerStarter } from './runner-starter.ts';
import type { Spool } from './spool.ts';

export interface Starter {
  /** Starts what there is room for. */
  fill(): void;
  /** Forgets those of which the log tells by now. */
  settle(): void;
  /** The attempts, by job, that are being started. */
  starting(): ReadonlyMap<string, { attempt: number }>;
  /** There is no trace of the attempt: after a while it may be tried again, for a second runner would meet the claim. */
  noTrace(id: string): void;
  /** The attempt has been reported as lost. */
  forget(id: string): void;
  /** Those that are being started go on. */
  stop(): void;
  problem(): string | null;
}

/** A runner that could not begin (no space, no more processes) is not tried again at once. */
const RETRY_MS = 3_000;

export function createStarter(
  spool: Spool,
  index: JobIndex,
  options: { maxRunning: number; host: string },
): Starter {
  const runners = createRunnerStarter(spool, options.host);
  const starting = new Map<string, { attempt: number; since: number }>();
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
      if (!begun) runners.start(job);
      starting.set(job.id, { attempt: job.attempt, since: Date.now() });
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
      const since = starting.get(id)?.since;
      if (since === undefined || Date.now() - since < RETRY_MS) return;
      problem = 'Jobs cannot be started: is the disk full?';
      starting.delete(id);
    },
    forget: (id) => {
      starting.delete(id);
    },
    stop() {
      starting.clear();
      runners.stop();
    },
    problem: () => problem,
  };
}
