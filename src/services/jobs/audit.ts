/** The audit of the roll-ups: do the job counters of a submission agree with its jobs? */
import { sql } from 'kysely';
import type { Db, Transaction } from '../../database/index.ts';
import { JOB_STATES, type JobCounts } from '../../domain/job-state.ts';

export interface Drift {
  submissionId: number;
  kept: JobCounts;
  counted: JobCounts;
}

const pairs = (prefix: string) =>
  sql.raw(`jsonb_build_object(${JOB_STATES.map((state) => `'${state}', ${prefix}${state}`).join(', ')})`);

/**
 * Of the submissions with these numbers, those whose counters differ from their jobs; null: of all whose jobs are
 * kept. One statement, for one snapshot. Costs the jobs of what it looks at: the key of `job` is read for each
 * submission, and rows for their states.
 */
export async function findDrift(db: Db | Transaction, ids: readonly number[] | null): Promise<Drift[]> {
  const rows = await sql<Drift>`
    select s.submission_id, ${pairs('s.jobs_')} as kept, ${pairs('c.')} as counted
    from submission s cross join lateral (
      select ${sql.raw(JOB_STATES.map((state) => `count(*) filter (where state = '${state}') as ${state}`).join(', '))}
      from job where job.submission_id = s.submission_id) c
    where ${ids === null ? sql`true` : sql`s.submission_id = any(${ids}::bigint[])`}
      and not exists (select from job_partition p
        where p.folded is not null and s.submission_id >= p.from_id and s.submission_id < p.to_id)
      and ${pairs('s.jobs_')} <> ${pairs('c.')}`.execute(db);
  return rows.rows;
}

/** The next submissions to look at, backwards from `before`; null begins with the newest. */
export async function auditSlice(db: Db, before: number | null, limit: number): Promise<number[]> {
  const rows = await sql<{ submissionId: number }>`
    select submission_id from submission where ${before}::bigint is null or submission_id < ${before}
    order by submission_id desc limit ${limit}`.execute(db);
  return rows.rows.map((row) => row.submissionId);
}

/** How many counters of stages there are. */
export async function countStageCounters(db: Db): Promise<number> {
  const rows = await sql<{ n: number }>`select count(*) as n from stage_count`.execute(db);
  return rows.rows[0]?.n ?? 0;
}

/** Keeps what a look has found, for pages and metrics of all processes. */
export async function storeAudit(
  db: Db,
  found: {
    subject: 'submissions' | 'stages' | 'failures';
    checked: number;
    differing: number;
    examples: readonly unknown[];
  },
): Promise<void> {
  await sql`
    insert into roll_up_audit (subject, looked, checked, differing, examples)
    values (${found.subject}, now(), ${found.checked}, ${found.differing}, ${JSON.stringify(found.examples)}::jsonb)
    on conflict (subject) do update set looked = excluded.looked, checked = excluded.checked,
      differing = excluded.differing, examples = excluded.examples`.execute(db);
}

export interface FailureDrift {
  failureGroup: number;
  kept: number;
  counted: number;
}

/** Failure groups that differ from the jobs that say they are in them. Costs an index entry for each failed job. */
export async function findFailureDrift(db: Db | Transaction): Promise<FailureDrift[]> {
  const rows = await sql<FailureDrift>`
    select g.failure_group, g.jobs - g.folded as kept, coalesce(c.n, 0) as counted
    from failure_group g
      left join (select failure, count(*) as n from job where failure is not null group by failure) c
        on c.failure = g.failure_group
    where g.jobs - g.folded <> coalesce(c.n, 0)`.execute(db);
  return rows.rows;
}

/** How many failure groups there are. */
export async function countFailureGroups(db: Db): Promise<number> {
  const rows = await sql<{ n: number }>`select count(*) as n from failure_group`.execute(db);
  return rows.rows[0]?.n ?? 0;
}
