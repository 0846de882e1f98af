/**
 * The pool: starts idle jobs, does what was asked for, and notices runners that died. All it knows stands in the
 * spool, so a pool that starts anew, here or in another process, goes on where the last one was.
 */
import { type FSWatcher, watch } from 'node:fs';
import { endSession } from '../../processes.ts';
import type { JobAction } from '../types.ts';
import {
  endLeftovers,
  markStopped,
  resultOf,
  runnerState,
  sessionOf,
  startRunner,
  stopMark,
} from './attempt.ts';
import type { Job, JobIndex } from './job-index.ts';
import { createLeadership } from './leadership.ts';
import { sampleMemory } from './memory.ts';
import { isPossible, keepJobs, openRequests } from './requests.ts';
import { appendLines, makeSpool, type Spool } from './spool.ts';

export interface PoolOptions {
  /** Jobs that run at the same time. */
  maxRunning: number;
  host: string;
  /** Between looks when nothing seems to happen. */
  pollMs: number;
  /** From TERM to KILL. */
  graceMs: number;
}

export interface Pool {
  start(): Promise<void>;
  /** Lets go of the spool; jobs go on. */
  stop(): Promise<void>;
  /** What keeps the pool from working, or null. */
  problem(): string | null;
}

const SAMPLE_MS = 500;

export function createPool(spool: Spool, index: JobIndex, options: PoolOptions): Pool {
  const leadership = createLeadership(spool);
  /** Attempts with a runner that has not yet said that it runs, by job, and whether the runner has gone. */
  const starting = new Map<string, { attempt: number; exited: boolean }>();
  const stopping = new Set<string>();
  let problem: string | null = null;
  let leads = false;
  let stopped = true;
  let again = false;
  let inspectNext = true;
  let turn: Promise<void> | null = null;
  let timers: NodeJS.Timeout[] = [];
  let watchers: FSWatcher[] = [];

  /** Takes a turn soon; one that comes during a turn makes another follow it. */
  function poke(): void {
    if (stopped) return;
    again = true;
    turn ??= turns().finally(() => {
      turn = null;
    });
  }

  async function turns(): Promise<void> {
    while (again && !stopped) {
      again = false;
      try {
        leads = await leadership.lead();
        if (leads) await work();
        problem = null;
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
    }
  }

  async function work(): Promise<void> {
    await index.follow();
    settleStarts();
    await doRequests();
    if (inspectNext) {
      inspectNext = false;
      await inspect();
    }
    startJobs();
  }

  function settleStarts(): void {
    for (const [id, { attempt }] of starting) {
      const job = index.job(id);
      if (job?.state !== 'idle' || job.attempt !== attempt) starting.delete(id);
    }
  }

  async function doRequests(): Promise<void> {
    const busy = new Set<string>();
    for (const request of openRequests(spool)) {
      const lines: string[] = [];
      const waiting: string[] = [];
      for (const id of request.jobs) {
        const job = index.job(id);
        const settled = !job || !isPossible(request.action, job.state);
        if (busy.has(id) || starting.has(id) || stopping.has(id)) waiting.push(id);
        else if (!settled && job.state === 'running') {
          await stopJob(job, request.action === 'hold' ? 'held' : 'removed', request.reason);
          waiting.push(id);
        } else if (!settled) lines.push(actionLine(job, request.action, request.reason));
      }
      for (const id of waiting) busy.add(id);
      if (lines.length > 0) {
        await appendLines(spool, lines);
        await index.follow();
      }
      if (waiting.length < request.jobs.length) await keepJobs(request, waiting);
    }
  }

  function actionLine({ id, cluster, attempt }: Job, action: JobAction, reason: string): string {
    const about = { job: id, submission: cluster.submission, at: Date.now(), reason };
    if (action === 'release') {
      return JSON.stringify({ event: 'released', ...about, attempt: nextAttempt(id, attempt) });
    }
    return JSON.stringify({ event: action === 'hold' ? 'held' : 'removed', ...about, attempt });
  }

  /** The same attempt when it never began. */
  function nextAttempt(id: string, attempt: number): number {
    return runnerState(spool.attempt(id, attempt)) === 'none' ? attempt : attempt + 1;
  }

  async function stopJob({ id, attempt }: Job, event: 'held' | 'removed', reason: string): Promise<void> {
    const folder = spool.attempt(id, attempt);
    await markStopped(folder, event, reason);
    endStopped(id, folder);
  }

  /** Ends the job's session and leaves the report to its runner. Not waited for: a stubborn job takes seconds. */
  function endStopped(id: string, folder: string): void {
    const session = sessionOf(folder);
    // Without a session the job is just beginning: the next look finds it.
    if (!session || stopping.has(id)) return;
    stopping.add(id);
    void endSession(session, options.graceMs)
      .catch((error: unknown) => {
        problem = String(error);
      })
      .finally(() => {
        stopping.delete(id);
        inspectNext = true;
        poke();
      });
  }

  /** Looks after every job that should have a runner. */
  async function inspect(): Promise<void> {
    for (const id of [...index.running(), ...starting.keys()]) {
      const attempt = starting.get(id)?.attempt ?? index.job(id)?.attempt ?? 1;
      const folder = spool.attempt(id, attempt);
      const runner = runnerState(folder);
      if (runner === 'alive') {
        if (!starting.has(id) && stopMark(folder) !== null) endStopped(id, folder);
      } else if (runner === 'gone') await reportLost(id, attempt, folder);
      else if (starting.get(id)?.exited) starting.delete(id);
    }
  }

  /** Reports what a runner could not. Its own last words may stand in the log by now, or in its result. */
  async function reportLost(id: string, attempt: number, folder: string): Promise<void> {
    await index.follow();
    const job = index.job(id);
    if (!job || job.attempt !== attempt || (job.state !== 'running' && !starting.has(id))) return;
    await endLeftovers(folder);
    const about = {
      job: id,
      submission: job.cluster.submission,
      attempt,
      at: Date.now(),
      host: options.host,
    };
    const mark = stopMark(folder);
    const lost = mark
      ? `{${mark},${JSON.stringify(about).slice(1)}`
      : JSON.stringify({ event: 'end', ...about, code: 137, reason: "the job's runner disappeared" });
    await appendLines(spool, [resultOf(folder) ?? lost]);
    starting.delete(id);
    await index.follow();
  }

  function startJobs(): void {
    let free = options.maxRunning - index.running().size - starting.size;
    if (free <= 0) return;
    for (const job of index.idle()) {
      if (free <= 0) return;
      if (starting.has(job.id)) continue;
      const start = { attempt: job.attempt, exited: false };
      starting.set(job.id, start);
      free -= 1;
      // A pool that died may have started it already: then its runner will tell.
      if (runnerState(spool.attempt(job.id, job.attempt)) !== 'none') continue;
      startRunner(spool, job, options.host, () => {
        start.exited = true;
        inspectNext = true;
        poke();
      });
    }
  }

  function sample(): void {
    const sessions = new Map<number, string>();
    for (const id of leads ? index.running() : []) {
      const folder = spool.attempt(id, index.job(id)?.attempt ?? 1);
      const session = sessionOf(folder);
      if (session) sessions.set(session.pid, folder);
    }
    if (sessions.size > 0) void sampleMemory(sessions).catch(() => undefined);
  }

  return {
    async start() {
      if (!stopped) return;
      await makeSpool(spool);
      stopped = false;
      inspectNext = true;
      // Where watching is not possible the poll still sees everything.
      watchers = [spool.folder, spool.requests].map((folder) =>
        watch(folder, poke).on('error', () => undefined),
      );
      timers = [
        setInterval(() => {
          inspectNext = true;
          poke();
        }, options.pollMs),
        setInterval(sample, SAMPLE_MS),
      ];
      for (const timer of timers) timer.unref();
      poke();
      await turn;
    },
    async stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      for (const watcher of watchers) watcher.close();
      await turn;
      leads = false;
      starting.clear();
      await leadership.release();
    },
    problem: () => problem,
  };
}
