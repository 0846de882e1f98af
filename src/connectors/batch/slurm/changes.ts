/**
 * One look at Slurm: the queue as it is, compared with what was told before, and with the accounting for what the
 * queue no longer or never says (docs/adr/0012). The cost follows the jobs of POMS, not those of the cluster: the
 * accounting is asked for single jobs, and for a time only after POMS was away.
 */
import { randomBytes } from 'node:crypto';
import { isEnded } from '../../../domain/job-state.ts';
import type { BatchChanges, BatchCursor, JobEvent } from '../types.ts';
import { batchIdOf, nameOf } from './batch-ids.ts';
import { eventsOf, stateOf, wasRefused } from './job-events.ts';
import { createMemory, submissionsOf, type Told, type ToldJobs } from './memory.ts';
import type { Questions } from './questions.ts';
import type { SlurmJob } from './records.ts';

/** Slurm keeps ended jobs for MinJobAge, seldom less than this: after a longer gap the accounting is asked. */
const GAP_MS = 60_000;
/** At most so much of a gap in one look. */
const SPAN_MS = 6 * 3600_000;
/** How often the cursor moves while nothing happens. */
const CURSOR_MS = 30_000;

export function createChanges(
  ask: Questions,
  system: string,
): (cursor: BatchCursor) => Promise<BatchChanges> {
  const memory = createMemory();

  return async (cursor) => {
    const told = memory.at(cursor);
    const now = await ask.now();
    const queued = (await ask.queue()).filter((job) => !wasRefused(job));
    const after = timeIn(cursor) ?? now;
    const gap = told.looked === null || now - told.looked > GAP_MS;
    const to = gap ? Math.min(now, after + SPAN_MS) : now;
    const missed = gap && after < now ? await ask.ended(after - GAP_MS, to) : [];
    const { jobs, unsure } = await complete(ask, system, told.jobs, queued, missed ?? []);

    const next = new Map<string, Told>();
    const events: JobEvent[] = [];
    for (const job of jobs) {
      const id = batchIdOf(job, system);
      const known = told.jobs.get(id);
      const sign = signOf(job, now);
      if (known?.sign === sign) {
        next.set(id, known);
        continue;
      }
      const before = known?.event;
      const all = eventsOf(job, system, now, before?.at.getTime());
      const last = all.at(-1);
      if (last === undefined) continue;
      next.set(id, { event: last, sign, job: job.job, task: job.task });
      if (last.key !== before?.key)
        events.push(...all.slice(all.findIndex(({ key }) => key === before?.key) + 1));
    }
    for (const [id, one] of unsure) if (!next.has(id)) next.set(id, one);
    if (ask.hasAccounting() || !gap) events.push(...takenOut(told.jobs, next, now));

    const at = gap && (missed !== null || !ask.hasAccounting()) ? to : gap ? after : now;
    const moved = events.length > 0 || cursor === null || at - after >= CURSOR_MS;
    const moves = { at, look: randomBytes(6).toString('hex') };
    const becomes = moved ? moves : cursor;
    memory.keep(becomes, next, now);
    return { events, cursor: becomes, more: gap && missed !== null && to < now };
  };
}

/**
 * The queue, what is new in it filled in from the accounting, and what is no longer in it. `unsure` are those of the
 * latter for which the accounting could not be asked now.
 */
async function complete(
  ask: Questions,
  system: string,
  told: ToldJobs,
  queued: readonly SlurmJob[],
  missed: readonly SlurmJob[],
): Promise<{ jobs: SlurmJob[]; unsure: [string, Told][] }> {
  const jobs = new Map(queued.map((job) => [batchIdOf(job, system), job]));
  const isNews = (id: string): boolean => !told.has(id) || !isEnded(told.get(id)?.event.state ?? 'idle');
  const ended = queued.filter((job) => isEnded(stateOf(job) ?? 'idle') && isNews(batchIdOf(job, system)));
  const vanished = [...told].filter(([id, { event }]) => !jobs.has(id) && !isEnded(event.state));
  const whole = new Set(ended.filter(({ task }) => task === null).map(({ job }) => job));
  const single = vanished.map(([, one]) => one).filter(({ job }) => !whole.has(job));
  const asked = new Map([...ended, ...single].map((one) => [nameOf(one), one]));
  const accounts = asked.size === 0 ? [] : await ask.account([...asked.values()], submissionsOf(told));
  const wanted = (accounts ?? []).filter((one) => asked.has(nameOf(one)) || whole.has(one.job));
  for (const account of [...missed, ...wanted]) {
    if (wasRefused(account)) continue;
    const id = batchIdOf(account, system);
    const job = jobs.get(id);
    if (job === undefined) jobs.set(id, account);
    else if (isEnded(stateOf(account) ?? 'idle')) jobs.set(id, withAccount(job, account));
    // An array that was cancelled while it waited is one record in the queue, which no longer says its tasks.
    if (account.task !== null && !told.has(`${account.job}@${system}`))
      jobs.delete(`${account.job}@${system}`);
  }
  for (const job of ended) {
    if (job.task !== null || !jobs.has(batchIdOf(job, system))) continue;
    const tasks = vanished.filter(([, one]) => one.job === job.job && one.task !== null);
    if (tasks.length > 0) jobs.delete(batchIdOf(job, system));
    for (const [id, { task }] of tasks) if (!jobs.has(id)) jobs.set(id, { ...job, task });
  }
  const away = accounts === null && ask.hasAccounting();
  return { jobs: [...jobs.values()], unsure: away ? vanished.filter(([id]) => !jobs.has(id)) : [] };
}

/** The queue has the exit code right, which the accounting tells less 128 where it is higher. */
function withAccount(job: SlurmJob, account: SlurmJob): SlurmJob {
  const { cancelledBy, cpuSeconds, memoryKb } = account;
  return { ...job, cancelledBy, cpuSeconds, memoryKb };
}

/**
 * Tasks that waited and are gone, while the rest of their array is there: Slurm takes a task that is cancelled before
 * it started out of its array and keeps no record of it.
 */
function takenOut(told: ToldJobs, now: ToldJobs, time: number): JobEvent[] {
  const arrays = new Set([...now.values()].map(({ job }) => job));
  return [...told].flatMap(([id, { job, task, event }]) => {
    const waited = event.state === 'idle' || event.state === 'held';
    if (task === null || !waited || now.has(id) || !arrays.has(job)) return [];
    const at = new Date(Math.max(time, event.at.getTime()));
    return [takenOutEvent(event, at)];
  });
}

export function takenOutEvent(
  { submissionId, batchId, attempt }: Pick<JobEvent, 'submissionId' | 'batchId' | 'attempt'>,
  at: Date,
): JobEvent {
  return {
    key: `${batchId}:${attempt - 1}:removed:taken-out`,
    submissionId,
    batchId,
    at,
    state: 'removed',
    attempt,
    reason: 'cancelled before it started',
  };
}

/** Most jobs are at most looks as they were: then no events need be made of them. */
function signOf(
  { state, held, restarts, submitted, eligible, started, ended }: SlurmJob,
  now: number,
): string {
  const free = eligible !== null && eligible <= now ? eligible : '';
  return `${state} ${held} ${restarts} ${submitted} ${free} ${started} ${ended}`;
}

function timeIn(cursor: BatchCursor): number | null {
  const { at } = cursor ?? {};
  return typeof at === 'number' ? at : null;
}
