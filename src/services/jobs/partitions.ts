/** The partitions of jobs: made ahead, and folded into summaries when their jobs are no longer kept one by one. */
import { sql } from 'kysely';
import type { Db, Transaction } from '../../database/index.ts';

export interface PartitionState {
  /** The first submission that has no partition yet. */
  end: number;
  /** The newest submission's number; 0 before the first. */
  lastSubmission: number;
  /** Of the newest partition that is in use: its first number, and when its first submission was made. */
  usedFrom: number;
  usedSince: Date | null;
}

/** Four looks into indices, whatever the size. */
export async function readPartitionState(db: Db | Transaction): Promise<PartitionState> {
  const rows = await sql<PartitionState>`
    with last as (select coalesce(max(submission_id), 0) as id from submission),
    used as (select max(from_id) as from_id from job_partition, last where from_id <= last.id)
    select (select coalesce(max(to_id), 0) from job_partition) as "end", last.id as last_submission,
      coalesce(used.from_id, 0) as used_from,
      (select created from submission where submission_id >= used.from_id order by submission_id limit 1) as used_since
    from last, used`.execute(db);
  return rows.rows[0] ?? { end: 0, lastSubmission: 0, usedFrom: 0, usedSince: null };
}

/** Makes the next partition, unless another engine has made one since `end` was read. */
export async function makePartition(trx: Transaction, end: number, width: number): Promise<void> {
  await limitWaiting(trx);
  await sql`select pg_advisory_xact_lock(7276704)`.execute(trx);
  await sql`
    select make_job_partition(${width}::bigint)
    where (select coalesce(max(to_id), 0) from job_partition) = ${end}`.execute(trx);
}

/**
 * The oldest partition whose jobs may go: it is full, the youngest of its submissions is older than `before`, and no
 * submission in it can still change. Null when there is none. Partitions are folded in order, so only the oldest
 * that is whole is looked at.
 */
export async function findFoldable(db: Db, before: Date): Promise<{ fromId: number; toId: number } | null> {
  const rows = await sql<{ fromId: number; toId: number }>`
    select p.from_id, p.to_id
    from (select from_id, to_id from job_partition where folded is null order by from_id limit 1) as p
    where exists (select from submission where submission_id >= p.to_id)
      and not exists (select from submission where submission_id >= p.from_id and submission_id < p.to_id
        and (created >= ${before} or work is not null or status_id in (1000, 2400, 2500, 3000, 4000, 5000, 7000)))`.execute(
    db,
  );
  return rows.rows[0] ?? null;
}

/**
 * Puts a summary of each submission's jobs in the place of the jobs and their events. The partition is closed to
 * writers first, so that what is counted is what goes; readers wait only while the tables are dropped. False when
 * another engine has done it.
 */
export async function foldPartition(trx: Transaction, fromId: number): Promise<boolean> {
  await limitWaiting(trx);
  // Reading millions of jobs may take longer than a statement is otherwise given.
  await sql`set local statement_timeout = '15min'`.execute(trx);
  const mine = await sql`
    update job_partition set folded = now() where from_id = ${fromId} and folded is null`.execute(trx);
  if (mine.numAffectedRows === 0n) return false;
  const jobs = sql.id(`job_${fromId}`);
  const events = sql.id(`job_event_${fromId}`);
  await sql`lock table ${jobs}, ${events} in share mode`.execute(trx);
  await insertSummaries(trx, jobs);
  await keepFailures(trx, jobs);
  await sql`drop table ${events}`.execute(trx);
  await sql`drop table ${jobs}`.execute(trx);
  return true;
}

/** What a job's end is called in a summary. */
export const EXIT_WORD = sql`case when signal is not null then 'signal ' || signal
  when exit_code is not null then exit_code::text else 'none' end`;

/** Place in the histogram, from 0; null where there is no CPU or wall time. */
const EFFICIENCY = sql`least(10, floor(10 * cpu_seconds / nullif(wall_seconds, 0)))::integer`;

/** The columns of a summary, over jobs named `j` that are all of one submission or are grouped by it. */
export const SUMMARY = sql`
  count(*)::integer as jobs,
  ${sql.raw('array[')}${sql.join(Array.from({ length: 11 }, (_, n) => sql`count(*) filter (where ${EFFICIENCY} = ${sql.lit(n)})::integer`))}${sql.raw(']')} as efficiency,
  coalesce(sum(wall_seconds::float8), 0) as wall_seconds, coalesce(sum(cpu_seconds::float8), 0) as cpu_seconds,
  max(memory_kb) as memory_kb_most, min(submitted) as first_submitted, min(started) as first_started,
  min(ended) as first_ended, max(ended) as last_ended`;

/** Read twice, once for the exits: a map cannot be gathered in the same pass. */
async function insertSummaries(trx: Transaction, jobs: ReturnType<typeof sql.id>): Promise<void> {
  await sql`
    insert into job_summary (submission_id, exits, jobs, efficiency, wall_seconds, cpu_seconds, memory_kb_most,
      first_submitted, first_started, first_ended, last_ended)
    select submission_id, e.exits, s.jobs, s.efficiency, s.wall_seconds, s.cpu_seconds, s.memory_kb_most,
      s.first_submitted, s.first_started, s.first_ended, s.last_ended
    from (select submission_id, ${SUMMARY} from ${jobs} j group by submission_id) as s
    join (select submission_id, jsonb_object_agg(word, n) as exits
      from (select submission_id, ${EXIT_WORD} as word, count(*) as n from ${jobs} j group by 1, 2) as words
      group by submission_id) as e using (submission_id)
    order by submission_id`.execute(trx);
}

/**
 * Failure groups keep their counts: how many of their jobs are gone is told beside. Locked in order, as by batches of
 * events.
 */
async function keepFailures(trx: Transaction, jobs: ReturnType<typeof sql.id>): Promise<void> {
  await sql`
    with gone as materialized (
      select failure, count(*) as n from ${jobs} where failure is not null group by failure),
    locked as materialized (
      select failure_group, n from failure_group join gone on gone.failure = failure_group
      order by failure_group for no key update of failure_group)
    update failure_group g set folded = g.folded + locked.n from locked
    where g.failure_group = locked.failure_group`.execute(trx);
}

/** A lock that is not had soon is asked for again in a minute, for others would queue behind the one who waits. */
async function limitWaiting(trx: Transaction): Promise<void> {
  await sql`set local lock_timeout = '2s'`.execute(trx);
}
