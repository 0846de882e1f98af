/**
 * The statements of a batch of job events: each once a batch, whatever its size, with a column an array.
 *
 * The locked rows of the submissions come first, in order of their numbers. Who holds them is alone with their jobs,
 * so that jobs need no locks of their own and two batches cannot wait for each other.
 */
import { sql } from 'kysely';
import { arrayText } from '../../database/arrays.ts';
import type { Transaction } from '../../database/index.ts';
import type { JobCounts, JobState } from '../../domain/job-state.ts';
import type { JobKnown } from './batch.ts';

type Column = readonly (string | number | null)[];

export interface LockedSubmission extends JobCounts {
  submissionId: number;
  stageId: number;
  campaignId: number;
  statusId: number;
  isRecovery: boolean;
  stopAs: 'Removed' | 'Cancelled' | null;
  completionPct: number;
}

/** Locks those that exist and whose jobs are not folded. `ids` in order. */
export async function lockSubmissions(trx: Transaction, ids: readonly number[]): Promise<LockedSubmission[]> {
  const rows = await sql<LockedSubmission>`
    select b.submission_id, b.stage_id, b.campaign_id, b.status_id, b.recovery_of is not null as is_recovery, b.stop_as,
      (n.content ->> 'completionPct')::real as completion_pct, b.jobs_idle as idle, b.jobs_running as running,
      b.jobs_held as held, b.jobs_completed as completed, b.jobs_failed as failed, b.jobs_removed as removed
    from submission b join snapshot n on n.snapshot_id = b.stage_snapshot_id
    where b.submission_id = any(${ids}::bigint[])
      and not exists (select from job_partition p
        where p.folded is not null and b.submission_id >= p.from_id and b.submission_id < p.to_id)
    order by b.submission_id for no key update of b`.execute(trx);
  return rows.rows;
}

export interface JobRead {
  /** Place in what was asked for, from 1. */
  n: number;
  jobId: number;
  state: JobState;
  /** Milliseconds since 1970, as the other times. */
  since: number;
  attempt: number;
  submitted: number;
  started: number | null;
  exitCode: number | null;
  signal: string | null;
  reason: string | null;
  known: JobKnown;
}

/**
 * The jobs that are known. `lateral` with `offset 0` keeps to one look into `job_by_batch_id` for each: a new partition
 * has no statistics, and a hash join over all of it is what the planner would try. That partitions are left out only
 * when it runs costs little; a condition with the first and the last submission, which would leave them out in the
 * plan, made it believe that a submission has one job and read all jobs of a submission for each (64 us an event).
 */
export async function readJobs(trx: Transaction, submissions: Column, batchIds: Column): Promise<JobRead[]> {
  const rows = await sql<Omit<JobRead, 'known'> & JobKnown>`
    select d.n, j.* from unnest(${arrayText(submissions)}::bigint[], ${arrayText(batchIds)}::text[])
        with ordinality as d(submission_id, batch_id, n)
      cross join lateral (
        select job_id, state, date_part('epoch', state_since) * 1000 as since, attempt,
          date_part('epoch', submitted) * 1000 as submitted, date_part('epoch', started) * 1000 as started,
          exit_code, signal, reason, host, site, wall_seconds, failure
        from job where submission_id = d.submission_id and batch_id = d.batch_id
          and hashtextextended(batch_id, 0) = hashtextextended(d.batch_id, 0) offset 0) as j`.execute(trx);
  return rows.rows.map(({ host, site, wallSeconds, failure, ...life }) => ({
    ...life,
    known: { host, site, wallSeconds, failure },
  }));
}

/** Which of these events were seen before: their places, from 1. */
export async function findKnownEvents(
  trx: Transaction,
  submissions: Column,
  jobs: Column,
  keys: Column,
): Promise<number[]> {
  const rows = await sql<{ n: number }>`
    select d.n from unnest(${arrayText(submissions)}::bigint[], ${arrayText(jobs)}::bigint[], ${arrayText(keys)}::text[])
      with ordinality as d(submission_id, job_id, event_key, n)
    where exists (select from job_event e where e.submission_id = d.submission_id and e.job_id = d.job_id
      and e.event_key = hashtextextended(d.event_key, 0))`.execute(trx);
  return rows.rows.map((row) => row.n);
}

/** Numbers for new jobs. */
export async function takeJobNumbers(trx: Transaction, count: number): Promise<number[]> {
  const rows = await sql<{ ids: number[] }>`
    select array_agg(nextval('job_number')::float8) as ids from generate_series(1, ${count})`.execute(trx);
  return rows.rows[0]?.ids ?? [];
}

/** A column of `job` for each, in this order. Times are milliseconds since 1970. */
export const JOB_COLUMNS = [
  'submission_id',
  'job_id',
  'batch_id',
  'state',
  'state_since',
  'attempt',
  'submitted',
  'started',
  'ended',
  'exit_code',
  'signal',
  'reason',
  'host',
  'site',
  'wall_seconds',
  'cpu_seconds',
  'memory_kb',
  'failure',
] as const;
export type JobColumns = Record<(typeof JOB_COLUMNS)[number], (string | number | null)[]>;

const jobRows = (c: JobColumns) => {
  const names = sql.raw(JOB_COLUMNS.join(', '));
  return sql`job as j (${names})
    select submission_id, job_id, batch_id, state, to_timestamp(state_since / 1000), attempt,
      to_timestamp(submitted / 1000), to_timestamp(started / 1000), to_timestamp(ended / 1000), exit_code, signal, reason,
      host, site, wall_seconds, cpu_seconds, memory_kb, failure
    from unnest(${arrayText(c.submission_id)}::bigint[], ${arrayText(c.job_id)}::bigint[], ${arrayText(c.batch_id)}::text[],
      ${arrayText(c.state)}::text[], ${arrayText(c.state_since)}::float8[], ${arrayText(c.attempt)}::int[],
      ${arrayText(c.submitted)}::float8[], ${arrayText(c.started)}::float8[], ${arrayText(c.ended)}::float8[],
      ${arrayText(c.exit_code)}::int[], ${arrayText(c.signal)}::text[], ${arrayText(c.reason)}::text[],
      ${arrayText(c.host)}::text[], ${arrayText(c.site)}::text[], ${arrayText(c.wall_seconds)}::real[],
      ${arrayText(c.cpu_seconds)}::real[], ${arrayText(c.memory_kb)}::bigint[], ${arrayText(c.failure)}::bigint[])
      as d(${names})`;
};

/** Jobs seen for the first time, straight in the state they have come to: one write for what may be many events. */
export async function insertJobs(trx: Transaction, columns: JobColumns): Promise<void> {
  await sql`insert into ${jobRows(columns)}`.execute(trx);
}

/**
 * Jobs that exist; host, site and resources stay where an event is silent on them. Written as an insert whose rows are
 * all there already, for that looks each one up by its key: an update that joins the array was planned as a hash join
 * over whole partitions until those are large (30 of 45 ms for 1,000 of 40,000 jobs).
 */
export async function updateJobs(trx: Transaction, columns: JobColumns): Promise<void> {
  await sql`
    insert into ${jobRows(columns)}
    on conflict (submission_id, job_id) do update set state = excluded.state, state_since = excluded.state_since,
      attempt = excluded.attempt, submitted = excluded.submitted, started = excluded.started, ended = excluded.ended,
      exit_code = excluded.exit_code, signal = excluded.signal, reason = excluded.reason,
      host = coalesce(excluded.host, j.host), site = coalesce(excluded.site, j.site),
      wall_seconds = coalesce(excluded.wall_seconds, j.wall_seconds),
      cpu_seconds = coalesce(excluded.cpu_seconds, j.cpu_seconds),
      memory_kb = greatest(excluded.memory_kb, j.memory_kb), failure = excluded.failure`.execute(trx);
}

export type EventColumns = Record<
  'submissions' | 'jobs' | 'times' | 'attempts' | 'states' | 'keys' | 'details',
  (string | number | null)[]
>;

/** Appends those that are new. */
export async function insertEvents(trx: Transaction, c: EventColumns): Promise<void> {
  await sql`
    insert into job_event (submission_id, job_id, at, attempt, state, event_key, detail)
    select submission_id, job_id, to_timestamp(at / 1000), attempt, state, hashtextextended(event_key, 0), detail
    from unnest(${arrayText(c.submissions)}::bigint[], ${arrayText(c.jobs)}::bigint[], ${arrayText(c.times)}::float8[],
        ${arrayText(c.attempts)}::int[], ${arrayText(c.states)}::text[], ${arrayText(c.keys)}::text[],
        ${arrayText(c.details)}::jsonb[])
      as e(submission_id, job_id, at, attempt, state, event_key, detail)
    on conflict do nothing`.execute(trx);
}

/** The roll-ups, by the counts of rows that are locked. */
export async function storeCounts(
  trx: Transaction,
  rows: readonly { submissionId: number; jobs: JobCounts }[],
): Promise<void> {
  const column = (state: JobState) => arrayText(rows.map((row) => row.jobs[state]));
  await sql`
    update submission s set jobs_idle = d.idle, jobs_running = d.running, jobs_held = d.held,
      jobs_completed = d.completed, jobs_failed = d.failed, jobs_removed = d.removed, updated = now()
    from unnest(${arrayText(rows.map((row) => row.submissionId))}::bigint[], ${column('idle')}::int[], ${column('running')}::int[],
        ${column('held')}::int[], ${column('completed')}::int[], ${column('failed')}::int[], ${column('removed')}::int[])
      as d(id, idle, running, held, completed, failed, removed)
    where s.submission_id = d.id`.execute(trx);
}
