/**
 * The reading statements of failures. Of a campaign they read groups, never jobs but through the index of a group; of a
 * submission they read its jobs, by the key of `job`.
 */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import type { FailureKind } from '../../domain/failures/classify.ts';
import { afterId, toPage } from '../paging.ts';
import type { Scope } from './scope.ts';

export interface GroupRead {
  failure: number;
  kind: FailureKind;
  code: string;
  text: string;
  jobs: number;
  wallSeconds: number;
  first: Date;
  last: Date;
  groups: number[];
  stage: string;
  stageId: number;
  stageJobs: number;
}

/** Rows of `failure_group`, with the counts of the scope. */
const groupsOf = ({ stages, submission }: Scope) =>
  submission === null
    ? sql`select failure_group, failure, stage_id, jobs, wall_seconds, first, last
        from failure_group where stage_id = any(${stages}::int[]) and jobs > 0`
    : sql`select g.failure_group, g.failure, g.stage_id, j.jobs, j.wall_seconds, j.first, j.last
        from (select failure, count(*) as jobs, coalesce(sum(wall_seconds::float8), 0) as wall_seconds,
            min(state_since) as first, max(state_since) as last
          from job where submission_id = ${submission} and failure is not null group by failure) as j
        join failure_group g on g.failure_group = j.failure`;

/** The same failure of several stages is one; the stage named is that with most of its jobs. */
export async function readGroups(db: Db, scope: Scope, since: Date | null): Promise<GroupRead[]> {
  const rows = await sql<GroupRead>`
    select g.*, n.kind, n.code, n.text
    from (select failure, sum(jobs)::bigint as jobs, greatest(0, sum(wall_seconds)) as wall_seconds, min(first) as first,
        max(last) as last, array_agg(failure_group::float8) as groups,
        (array_agg(name order by jobs desc, name))[1] as stage,
        (array_agg(stage_id order by jobs desc, name))[1] as stage_id, max(jobs) as stage_jobs
      from (${groupsOf(scope)}) as g join stage using (stage_id)
      where ${since}::timestamptz is null or last >= ${since}
      group by failure) as g join failure_signature n using (failure)
    order by g.jobs desc, g.failure`.execute(db);
  return rows.rows;
}

/** All jobs of each stage, as the counters have them; of a submission its own. */
export async function countJobs(db: Db, { stages, submission }: Scope): Promise<Map<number, number>> {
  const sum = sql`jobs_idle + jobs_running + jobs_held + jobs_completed + jobs_failed + jobs_removed`;
  const rows = await sql<{ stageId: number; n: number }>`
    select stage_id, sum(${sum})::bigint as n
    from ${submission === null ? sql`stage_count where stage_id = any(${stages}::int[])` : sql`submission where submission_id = ${submission}`}
    group by stage_id`.execute(db);
  return new Map(rows.rows.map(({ stageId, n }) => [stageId, n]));
}

/** The newest jobs of each group: three index entries of each partition a group. */
export async function readExamples(
  db: Db,
  { submission }: Scope,
  groups: readonly number[],
): Promise<{ failureGroup: number; jobId: number }[]> {
  const rows = await sql<{ failureGroup: number; jobId: number }>`
    select g.id as failure_group, j.job_id from unnest(${groups}::bigint[]) as g(id)
      cross join lateral (select job_id from job where failure = g.id
        ${submission === null ? sql`` : sql`and submission_id = ${submission}`}
        order by job_id desc limit 3) as j`.execute(db);
  return rows.rows;
}

export interface LogRead {
  failure: number;
  /** Null: logs that could not be read. */
  signature: string | null;
  samples: number;
  /** The newest of them; for logs that could not be read, why. */
  line: string;
  stream: 'stdout' | 'stderr' | null;
  jobId: number;
}

/** What jobs of the groups wrote, by signature, the most frequent first: a few samples a group (engine/log-reader.ts). */
export async function readLogs(db: Db, groups: readonly number[]): Promise<LogRead[]> {
  const rows = await sql<LogRead>`
    select g.failure, s.signature, count(*)::int as samples,
      (array_agg(coalesce(s.line, s.problem) order by s.job_id desc))[1] as line,
      (array_agg(s.stream order by s.job_id desc))[1] as stream, max(s.job_id) as job_id
    from failure_sample s join failure_group g using (failure_group)
    where s.failure_group = any(${groups}::bigint[])
    group by g.failure, s.signature order by samples desc, job_id desc`.execute(db);
  return rows.rows;
}

export interface FailureJob {
  jobId: number;
  submissionId: number;
  batchId: string;
  state: string;
  host: string | null;
  site: string | null;
  exitCode: number | null;
  signal: string | null;
  reason: string | null;
  ended: Date | null;
}

/** A page of each stage's group by the index, of which the first are the page: never the group as a whole. */
export async function listFailureJobs(
  db: Db,
  { stages, submission }: Scope,
  failure: number,
  page: { after: string | undefined; limit: number },
): Promise<{ items: FailureJob[]; next: string | null }> {
  const rows = await sql<FailureJob>`
    select j.* from (select failure_group from failure_group
        where failure = ${failure} and stage_id = any(${stages}::int[])) as g
      cross join lateral (
        select job_id, submission_id, batch_id, state, host, site, exit_code, signal, reason, ended
        from job where failure = g.failure_group and job_id > ${afterId(page.after) ?? 0}
          ${submission === null ? sql`` : sql`and submission_id = ${submission}`}
        order by job_id limit ${page.limit + 1}) as j
    order by j.job_id limit ${page.limit + 1}`.execute(db);
  return toPage(rows.rows, page.limit, (row) => row.jobId);
}
