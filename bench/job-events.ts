/**
 * Job events a second: appended, jobs and roll-ups brought up to them, in durable batches of 1,000.
 *
 * `npm run bench -- job-events [SUBMISSIONS] [JOBS]`. Once as the statements alone, once as the monitor does it, with
 * the status of each submission following its jobs. `together`: a batch is of few submissions; `spread`: of as many
 * as there are. At the end the roll-ups are compared with the jobs.
 */
import type { BatchSystem, JobEvent } from '../src/connectors/batch/types.ts';
import type { JobState } from '../src/domain/job-state.ts';
import { look } from '../src/engine/monitor.ts';
import type { EngineParts } from '../src/engine/parts.ts';
import { auditCounts } from '../src/services/campaigns/queries.ts';
import { findDrift } from '../src/services/jobs/audit.ts';
import { applyJobEvents } from '../src/services/jobs/ingest.ts';
import { commitTime, createMeter } from './support/cost.ts';
import { loadHistory } from './support/history.ts';
import { withPoms } from './support/poms.ts';
import { figure, heading, quantile, spread, wholeNumber } from './support/report.ts';

const submissions = wholeNumber(process.argv[2], 1000);
const jobs = wholeNumber(process.argv[3], 100);
const BATCH = 1000;

await withPoms({ engine: false }, async ({ parts }) => {
  // Four times as many, all New: each way of measuring has its own.
  await loadHistory(parts.database.url, {
    submissions: 4 * submissions,
    campaigns: 10,
    stages: 40,
    jobsEach: 0,
  });
  await parts.database.pool.query('update submission set status_id = 1000');
  const size = `${submissions} submissions of ${jobs} jobs, start and end of each: ${2 * submissions * jobs} events, batches of ${BATCH}`;
  let first = 1;
  for (const order of ['together', 'spread'] as const) {
    for (const way of ['statements', 'monitor'] as const) {
      heading(`Job events, ${order}, ${way}`, size);
      const batches = inBatches(eventsOf(first, order));
      await measure(parts, way === 'statements' ? byStatements(parts) : byMonitor(parts), batches);
      first += submissions;
    }
  }
  const drift = await findDrift(parts.database.db, null);
  const counters = await auditCounts(parts.database.db);
  figure('submissions whose roll-up differs from its jobs', String(drift.length));
  figure('counters of stages that differ', String(counters.length));
  if (drift.length + counters.length > 0) process.exitCode = 1;
});

/** All starts of a group of submissions, then all its ends; the group is ten submissions, or all. */
function eventsOf(first: number, order: 'together' | 'spread'): JobEvent[] {
  const group = order === 'together' ? 10 : submissions;
  const events: JobEvent[] = [];
  const at = Date.now() - 86_400_000;
  for (let from = 0; from < submissions; from += group) {
    for (const state of ['running', 'completed'] as const) {
      for (let job = 0; job < jobs; job++) {
        for (let n = from; n < Math.min(from + group, submissions); n++) {
          events.push(event(first + n, job, state, new Date(at + events.length)));
        }
      }
    }
  }
  return events;
}

function event(submissionId: number, job: number, state: JobState, at: Date): JobEvent {
  const batchId = `${submissionId}.${job}@local`;
  const end =
    state === 'completed' ? { exitCode: 0, wallSeconds: 60, cpuSeconds: 55, memoryKb: 250_000 } : {};
  return {
    key: `${batchId}:${state}`,
    submissionId,
    batchId,
    at,
    state,
    attempt: 1,
    host: `node${job}`,
    ...end,
  };
}

function inBatches(events: JobEvent[]): JobEvent[][] {
  return Array.from({ length: Math.ceil(events.length / BATCH) }, (_, n) =>
    events.slice(n * BATCH, (n + 1) * BATCH),
  );
}

type Apply = (events: JobEvent[]) => Promise<void>;

function byStatements({ database }: EngineParts): Apply {
  return async (events) => {
    await database.db.transaction().execute((trx) => applyJobEvents(trx, events));
  };
}

/** The monitor over a batch system that has just these events to tell. */
function byMonitor(parts: EngineParts): Apply {
  const local = parts.batchSystems.get('local');
  if (local === undefined) throw new Error('this POMS has no local batch system');
  let batch = 0;
  return async (events) => {
    batch += 1;
    const changes = async () => ({ events, cursor: { batch }, more: false });
    const system: BatchSystem = { ...local, name: 'bench', changes };
    const { events: applied } = await look(parts, system);
    if (applied !== events.length)
      throw new Error(`the monitor applied ${applied} of ${events.length} events`);
  };
}

async function measure(parts: EngineParts, apply: Apply, batches: JobEvent[][]): Promise<void> {
  const { pool } = parts.database;
  const meter = await createMeter(pool);
  const before = { poms: meter.poms(), postgres: meter.postgres() };
  const times: number[] = [];
  const commits: number[] = [];
  for (const batch of batches) {
    const begun = performance.now();
    await apply(batch);
    times.push(performance.now() - begun);
    commits.push(await commitTime(pool));
  }
  const events = batches.reduce((sum, batch) => sum + batch.length, 0);
  const perEvent = (milliseconds: number) => ((milliseconds * 1000) / events).toFixed(1);
  const total = times.reduce((sum, time) => sum + time, 0);
  figure(
    'events per second',
    `${Math.round((events * 1000) / total)}, at the fastest batch ${Math.round((BATCH * 1000) / quantile(times, 0))}`,
  );
  figure('a batch', spread(times));
  figure('reference: a durable commit', spread(commits));
  figure(
    'processor time an event',
    `POMS ${perEvent(meter.poms() - before.poms)} us, PostgreSQL ${perEvent(meter.postgres() - before.postgres)} us`,
  );
}
