/** Does what was asked for: holds, releases and removals, each to be seen in the event log afterwards. */
import { endSession } from '../../processes.ts';
import type { JobAction } from '../types.ts';
import { markStopped, runnerState, sessionOf, stopMark } from './attempt.ts';
import type { Job, JobIndex } from './job-index.ts';
import { type FiledRequest, isPossible, keepJobs, openRequests } from './requests.ts';
import { appendLines, type Spool } from './spool.ts';

export interface Stopper {
  /** Does all open requests as far as that is possible now. */
  doRequests(isStarting: (job: string) => boolean): Promise<void>;
  /** Goes on with ending a job that runs although it was to be stopped. */
  goOn(job: string, folder: string): void;
}

export function createStopper(spool: Spool, index: JobIndex, graceMs: number): Stopper {
  const ending = new Set<string>();

  async function doRequests(isStarting: (job: string) => boolean): Promise<void> {
    // A job with a request that waits keeps its later ones waiting, and nobody else's.
    const busy = new Set<string>();
    for (const request of openRequests(spool)) {
      const lines: string[] = [];
      const waiting: string[] = [];
      for (const id of request.jobs) {
        const job = index.job(id);
        if (busy.has(id) || isStarting(id) || ending.has(id)) waiting.push(id);
        else if (!job || !isPossible(request.action, job.state)) continue;
        else if (job.state !== 'running') lines.push(lineOf(job, request));
        else {
          await stop(job, request);
          waiting.push(id);
        }
      }
      for (const id of waiting) busy.add(id);
      if (lines.length > 0) {
        await appendLines(spool, lines);
        await index.follow();
      }
      if (waiting.length < request.jobs.length) await keepJobs(request, waiting);
    }
  }

  function lineOf({ id, cluster, attempt }: Job, { action, reason }: FiledRequest): string {
    // A job that never began keeps its attempt.
    const began = action === 'release' && runnerState(spool.attempt(id, attempt)) !== 'none';
    return JSON.stringify({
      event: action === 'release' ? 'released' : stoppedAs(action),
      job: id,
      submission: cluster.submission,
      attempt: began ? attempt + 1 : attempt,
      at: Date.now(),
      reason,
    });
  }

  /** Leaves the report to the job's runner, which lives on if this process does not. */
  async function stop({ id, attempt }: Job, { action, reason }: FiledRequest): Promise<void> {
    const folder = spool.attempt(id, attempt);
    if (stopMark(folder) !== null) return;
    await markStopped(folder, stoppedAs(action), reason);
    goOn(id, folder);
  }

  /** Not waited for: a stubborn job takes seconds. What fails is tried again at the next look. */
  function goOn(id: string, folder: string): void {
    const session = sessionOf(folder);
    // Without a session the job is just beginning.
    if (!session || ending.has(id)) return;
    ending.add(id);
    void endSession(session, graceMs)
      .catch(() => false)
      .finally(() => ending.delete(id));
  }

  return { doRequests, goOn };
}

function stoppedAs(action: JobAction): 'held' | 'removed' {
  return action === 'hold' ? 'held' : 'removed';
}
