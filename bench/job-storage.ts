/**
 * Bytes that a job takes in the database, with its indexes, and those of its events, after whole lives of jobs.
 *
 * `npm run bench -- job-storage [JOBS]`. Jobs of 1,000 a submission are told of as HTCondor tells of them: queued all at
 * once, started some hundreds at a time, ended one by one in another order, with the long names of a real pool. One in
 * fifty fails. PostgreSQL vacuums by itself, as always.
 */
import type { JobEvent } from '../src/connectors/batch/types.ts';
import { applyJobEvents } from '../src/services/jobs/ingest.ts';
import { loadHistory } from './support/history.ts';
import { withPoms } from './support/poms.ts';
import { figure, heading, wholeNumber } from './support/report.ts';

const jobs = wholeNumber(process.argv[2], 1_000_000);
const JOBS_EACH = 1000;
/** Submissions whose jobs are in the queue together. */
const TOGETHER = 20;
const submissions = Math.ceil(jobs / JOBS_EACH / TOGETHER) * TOGETHER;
const BATCH = 5000;

await withPoms({ engine: false }, async ({ parts }) => {
  const { db, pool, url } = parts.database;
  await loadHistory(url, { submissions, campaigns: 10, stages: 40, jobsEach: 0 });
  await pool.query('update submission set status_id = 1000');
  heading('Bytes a job', `${submissions} submissions of ${JOBS_EACH} jobs, three events each`);
  const begun = performance.now();
  for (let first = 1; first <= submissions; first += TOGETHER) {
    const events = lives(first);
    for (let from = 0; from < events.length; from += BATCH) {
      await db.transaction().execute((trx) => applyJobEvents(trx, events.slice(from, from + BATCH)));
    }
  }
  const count = submissions * JOBS_EACH;
  const seconds = (performance.now() - begun) / 1000;
  figure('events per second', `${Math.round((3 * count) / seconds)} (${seconds.toFixed(0)} s)`);
  const { rows } = await pool.query<{ part: string; bytes: number; total: boolean }>(
    `select case when t.relname like 'job_event%' then 'events' else 'jobs' end as part,
       sum(pg_total_relation_size(t.oid))::float8 as bytes, true as total
     from pg_class t where t.relkind = 'r' and t.relname ~ '^job_(event_)?[0-9]+$' group by 1
     union all
     select regexp_replace(c.relname, '[0-9]+_?', ''), sum(pg_relation_size(c.oid))::float8, false
     from pg_class t join pg_class c on c.oid = t.oid or c.oid in (select indexrelid from pg_index where indrelid = t.oid)
     where t.relkind = 'r' and t.relname ~ '^job_(event_)?[0-9]+$' group by 1
     order by 3 desc, 1`,
  );
  for (const { part, bytes, total } of rows) {
    figure(`${total ? '' : '  of it '}${part}`, `${(bytes / count).toFixed(1)} bytes a job`);
  }
  const updates = await pool.query<{ hot: number }>(
    `select sum(n_tup_hot_upd)::float8 / nullif(sum(n_tup_upd), 0) as hot from pg_stat_user_tables where relname ~ '^job_[0-9]+$'`,
  );
  figure('updates that left the indexes alone', `${((updates.rows[0]?.hot ?? 0) * 100).toFixed(0)} %`);
});

/** The events of the jobs of some submissions, in the order in which they happen. */
function lives(first: number): JobEvent[] {
  const count = TOGETHER * JOBS_EACH;
  const at = Date.UTC(2026, 0, 1) + first * 3_600_000;
  const queued: JobEvent[] = [];
  const moves: JobEvent[] = [];
  for (let n = 0; n < count; n++) {
    const submissionId = first + Math.floor(n / JOBS_EACH);
    const process = n % JOBS_EACH;
    const batchId = `${41_234_000 + submissionId}.${process}@jobsub03.fnal.gov`;
    const base = { submissionId, batchId, attempt: 1 };
    // Primes spread starts and ends over the pages, each in an order of its own.
    const started = at + 60_000 + Math.floor(((n * 7919) % count) / 300) * 20_000;
    const ended = started + 1_800_000 + ((n * 104_729) % count) * 250;
    const place = { host: `fnpc${17_000 + (n % 900)}.fnal.gov`, site: 'FermiGrid' };
    const usage = { wallSeconds: (ended - started) / 1000, cpuSeconds: 1700, memoryKb: 1_900_000 };
    const failed = n % 50 === 0;
    queued.push({ ...base, key: `${batchId}#${at / 1000}S`, at: new Date(at), state: 'idle' });
    moves.push({
      ...base,
      key: `${batchId}#${at / 1000}R${started / 1000}`,
      at: new Date(started),
      state: 'running',
      ...place,
    });
    moves.push({
      ...base,
      ...{ key: `${batchId}#${at / 1000}E`, at: new Date(ended), state: failed ? 'failed' : 'completed' },
      ...{ exitCode: failed ? 1 : 0, ...place, ...usage },
    });
  }
  moves.sort((a, b) => a.at.getTime() - b.at.getTime());
  return [...queued, ...moves];
}
