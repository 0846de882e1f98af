/**
 * The local batch system: for laptops, demonstrations and tests. Everything is files below one folder (spool.ts), so
 * that submitting works and jobs go on while no server runs. Jobs are queued by bin/job/poms-submit.
 *
 *     const batch = createLocalBatch({ folder: '.poms/batch', maxRunning: 4 });
 *     await batch.start();
 */
import { stat } from 'node:fs/promises';
import { availableParallelism, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { PomsError } from '../../../errors.ts';
import { packageRoot } from '../../../package-root.ts';
import { readPage, storageError } from '../../text-files.ts';
import type { ActionOutcome, BatchCursor, BatchSystem, JobAction, JobSelector } from '../types.ts';
import { placeOf, readChanges } from './changes.ts';
import { removeClusters, shortenLog } from './cleanup.ts';
import { createJobIndex, type Job } from './job-index.ts';
import { hasLeader } from './leadership.ts';
import { createPool, type PoolOptions } from './pool.ts';
import { fileRequest, isPossible, openRequests, stateOnce } from './requests.ts';
import { makeSpool, spoolAt } from './spool.ts';

export interface LocalBatch extends BatchSystem {
  /** Starts the pool: it runs jobs while no other server's pool over the same folder does. */
  start(): Promise<void>;
  /** Stops the pool. Jobs that run go on, and are reported. */
  stop(): Promise<void>;
  cleanup(olderThan: Date, applied: BatchCursor): Promise<number>;
}

export interface LocalBatchOptions extends Partial<PoolOptions> {
  /** The spool; made when it is not there. */
  folder: string;
}

export function createLocalBatch(options: LocalBatchOptions): LocalBatch {
  const folder = resolve(options.folder);
  const spool = spoolAt(folder);
  const index = createJobIndex(spool);
  const pool = createPool(spool, index, {
    maxRunning: options.maxRunning ?? availableParallelism(),
    // Goes into lines that a shell writes.
    host: (options.host ?? hostname()).replace(/[^\w.-]/g, '-'),
    pollMs: options.pollMs ?? 1_000,
    graceMs: options.graceMs ?? 5_000,
  });

  function chosen(selector: JobSelector): { id: string; job: Job | null }[] {
    if ('submissionId' in selector)
      return index.jobsOf(selector.submissionId).map((job) => ({ id: job.id, job }));
    return selector.batchIds.map((batchId) => ({ id: jobId(batchId), job: index.job(jobId(batchId)) }));
  }

  async function act(selector: JobSelector, action: JobAction, reason: string): Promise<ActionOutcome[]> {
    await makeSpool(spool);
    const requests = openRequests(spool).map(({ action, jobs }) => ({ action, jobs: new Set(jobs) }));
    // After the requests, so that an effect of one that was just done is not missed.
    await index.follow();
    const outcomes = chosen(selector).map(({ id, job }): ActionOutcome => {
      const batchId = `${id}@local`;
      if (!job) return { batchId, outcome: 'unknown-job' };
      const state = stateOnce(requests, id, job.state);
      if (isPossible(action, state)) return { batchId, outcome: 'accepted' };
      return { batchId, outcome: 'not-applicable', detail: `The job is ${state}.` };
    });
    const accepted = outcomes
      .filter(({ outcome }) => outcome === 'accepted')
      .map(({ batchId }) => jobId(batchId));
    try {
      if (accepted.length > 0) await fileRequest(spool, action, accepted, reason);
    } catch (error) {
      throw storageError(error, folder);
    }
    return outcomes;
  }

  async function cleanup(olderThan: Date, applied: BatchCursor): Promise<number> {
    await index.follow();
    const removed = await removeClusters(spool, index, olderThan);
    await shortenLog(spool, index, placeOf(applied).offset);
    return removed;
  }

  return {
    name: 'local',
    launchEnvironment: () => ({
      env: { POMS_LOCAL_BATCH: folder },
      path: [join(packageRoot, 'bin/job')],
    }),
    changes: (cursor) => readChanges(spool, cursor),
    async find(submissionId) {
      await index.follow();
      return index.jobsOf(submissionId).map(({ id }) => `${id}@local`);
    },
    act,
    async log(batchId, stream, offset, limit) {
      await index.follow();
      const job = index.job(jobId(batchId));
      if (!job) throw new PomsError('not-found', { kind: 'job', name: batchId });
      return readPage(join(spool.attempt(job.id, await latestAttempt(job)), stream), offset, limit);
    },
    async health() {
      await makeSpool(spool);
      await index.follow();
      const { idle, running, held } = index.counts();
      const detail =
        pool.problem() ?? (hasLeader(spool) ? null : 'No server runs its pool, so its jobs wait.');
      return { reachable: true, ...(detail && { detail }), jobs: { idle, running, held } };
    },
    start: () => pool.start(),
    stop: () => pool.stop(),
    cleanup,
  };

  /** An idle job that ran before has the logs of that attempt. */
  async function latestAttempt({ id, attempt }: Job): Promise<number> {
    const begun = await stat(spool.attempt(id, attempt)).then(
      () => true,
      () => false,
    );
    return begun ? attempt : Math.max(1, attempt - 1);
  }
}

/** `17.3@local` or `17.3` to `17.3`. */
function jobId(batchId: string): string {
  return batchId.replace(/@local$/, '');
}
