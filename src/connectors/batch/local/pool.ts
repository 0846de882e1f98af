/**
 * The pool: starts idle jobs, does what was asked for, and notices runners that died. All it knows stands in the
 * spool, so a pool that starts anew, here or in another process, goes on where the last one was.
 */
import { type FSWatcher, watch } from 'node:fs';
import { endLeftovers, resultOf, runnerState, sessionOf, stopMark } from './attempt.ts';
import type { JobIndex } from './job-index.ts';
import { createLeadership } from './leadership.ts';
import { sampleMemory } from './memory.ts';
import { appendLines, makeSpool, type Spool } from './spool.ts';
import { createStarter } from './starter.ts';
import { createStopper } from './stopper.ts';

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
  const starter = createStarter(spool, index, options);
  const stopper = createStopper(spool, index, options.graceMs);
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

  /** Takes a turn in which it looks after every runner. */
  function look(): void {
    inspectNext = true;
    poke();
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
    starter.settle();
    await stopper.doRequests((id) => starter.starting().has(id));
    if (inspectNext) {
      inspectNext = false;
      for (const id of index.running()) await inspect(id, index.job(id)?.attempt ?? 1);
      for (const [id, { attempt }] of starter.starting()) await inspect(id, attempt);
    }
    starter.fill();
  }

  async function inspect(id: string, attempt: number): Promise<void> {
    const folder = spool.attempt(id, attempt);
    const runner = runnerState(folder);
    if (runner === 'gone') await reportLost(id, attempt, folder);
    else if (runner === 'none' && starter.starting().has(id)) starter.noTrace(id);
    else if (runner === 'none') await reportLost(id, attempt, folder);
    else if (stopMark(folder) !== null) stopper.goOn(id, folder);
  }

  /** Reports what a runner could not. Its own last words may stand in the log by now, or in its result. */
  async function reportLost(id: string, attempt: number, folder: string): Promise<void> {
    await index.follow();
    const job = index.job(id);
    if (job?.attempt !== attempt || (job.state !== 'running' && !starter.starting().has(id))) return;
    await endLeftovers(folder);
    const { submission } = job.cluster;
    const about = { job: id, submission, attempt, at: Date.now(), host: options.host };
    const mark = stopMark(folder);
    const lost = mark
      ? `{${mark},${JSON.stringify(about).slice(1)}`
      : JSON.stringify({ event: 'end', ...about, code: 137, reason: "the job's runner disappeared" });
    await appendLines(spool, [resultOf(folder) ?? lost]);
    starter.forget(id);
    await index.follow();
  }

  function sample(): void {
    const sessions = new Map<number, string>();
    for (const id of leads ? index.running() : []) {
      const folder = spool.attempt(id, index.job(id)?.attempt ?? 1);
      const session = sessionOf(folder);
      if (session) sessions.set(session.pid, folder);
    }
    // Memory is nice to know: where it cannot be learned it stays unknown.
    if (sessions.size > 0) void sampleMemory(sessions).catch(() => undefined);
  }

  /** Where watching is not possible the poll still sees everything. */
  function watchFolder(folder: string): FSWatcher[] {
    try {
      return [watch(folder, { persistent: false }, poke).on('error', () => undefined)];
    } catch {
      return [];
    }
  }

  return {
    async start() {
      if (!stopped) return;
      await makeSpool(spool);
      stopped = false;
      watchers = [spool.folder, spool.requests].flatMap(watchFolder);
      timers = [setInterval(look, options.pollMs), setInterval(sample, SAMPLE_MS)];
      for (const timer of timers) timer.unref();
      look();
      await turn;
    },
    async stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      for (const watcher of watchers) watcher.close();
      await turn;
      leads = false;
      starter.stop();
      await leadership.release();
    },
    problem: () => problem ?? starter.problem(),
  };
}
