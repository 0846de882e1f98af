/** The statements that tell what jobs of a failure have in common, and what the other jobs are like. */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import type { Scope } from './scope.ts';

export interface ValueRead {
  failure: number;
  factor: 'host' | 'site' | 'hour';
  value: string;
  jobs: number;
  /** Of so many of which the factor is known. */
  of: number;
}

/** Hosts and sites of a failure that are looked at, the most frequent. */
const PLACES = 5;

/** Rows of `failure_factor`; of a submission counted from its jobs. */
const valuesOf = ({ submission }: Scope, groups: readonly number[]) =>
  submission === null
    ? sql`select failure_group, factor, value, jobs from failure_factor where failure_group = any(${groups}::bigint[])`
    : sql`select j.failure as failure_group, v.factor, v.value, count(*) as jobs
        from job j cross join lateral (values ('host', j.host), ('site', j.site),
          ('hour', to_char(j.state_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24'))) as v(factor, value)
        where j.submission_id = ${submission} and j.failure = any(${groups}::bigint[]) and v.value is not null
        group by 1, 2, 3`;

/** The most frequent hosts and sites of each failure, and its hours: at most 200 rows a group and factor read. */
export async function readValues(db: Db, scope: Scope, groups: readonly number[]): Promise<ValueRead[]> {
  const rows = await sql<ValueRead>`
    select failure, factor, value, jobs, "of"
    from (select g.failure, f.factor, f.value, sum(f.jobs)::bigint as jobs,
        (sum(sum(f.jobs)) over (partition by g.failure, f.factor))::bigint as "of",
        row_number() over (partition by g.failure, f.factor order by f.value = '', sum(f.jobs) desc, f.value) as place
      from failure_group g join (${valuesOf(scope, groups)}) as f using (failure_group)
      group by g.failure, f.factor, f.value) as sums
    where value <> '' and jobs > 0 and (factor = 'hour' or place <= ${PLACES})
    order by failure, factor, jobs desc, value`.execute(db);
  return rows.rows;
}

/** A job for comparison. */
export interface SampledJob {
  /** The failure group it is in; null: none. */
  failure: number | null;
  host: string | null;
  site: string | null;
  ended: Date | null;
}

/** Submissions of a campaign that are looked at, and jobs of all of them together. */
const SUBMISSIONS = 100;
const JOBS = 1000;

const JOB = sql`select failure, host, site, ended from job where (started is not null or ended is not null)`;

/**
 * Jobs that began, failed or not, to compare with: the first jobs, 10 each or more where there are fewer, of 100
 * submissions that are spread evenly over the stages and over their life (by submission number), whatever the size of the
 * campaign. About 1,000 rows of `job`; of one submission its first 1,000.
 */
export async function sampleJobs(db: Db, { stages, submission }: Scope): Promise<SampledJob[]> {
  const each = Math.max(2, Math.floor(SUBMISSIONS / Math.max(1, stages.length)));
  const rows =
    submission === null
      ? await sql<SampledJob>`
          with ends as materialized (
            select stage_id,
              (select min(submission_id) from submission b where b.stage_id = s.stage_id) as low,
              (select max(submission_id) from submission b where b.stage_id = s.stage_id) as high
            from unnest(${stages}::int[]) as s(stage_id)),
          chosen as materialized (
            select distinct b.submission_id from ends cross join generate_series(0, ${each - 1}::int) as n
              cross join lateral (select submission_id from submission b
                where b.stage_id = ends.stage_id and b.submission_id >= low + (high - low) * n / ${each - 1}
                order by submission_id limit 1) as b
            where low is not null)
          select j.* from chosen cross join lateral (${JOB}
            and submission_id = chosen.submission_id order by job_id
            limit (select ${JOBS}::int / count(*) from chosen)) as j`.execute(db)
      : await sql<SampledJob>`${JOB} and submission_id = ${submission}
          order by job_id limit ${JOBS}`.execute(db);
  return rows.rows;
}
