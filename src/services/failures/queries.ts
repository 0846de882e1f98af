/** The reading statements of failures. Of groups, never of jobs but through the index of a group. */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import type { FailureKind } from '../../domain/failures/classify.ts';
import { PomsError } from '../../errors.ts';
import { afterId, toPage } from '../paging.ts';

/** The stages that are meant: all of a campaign, or one. Throws `not-found`. */
export async function findStages(
  db: Db,
  experiment: string,
  campaign: string | undefined,
  stage: string | undefined,
): Promise<{ ids: number[] }> {
  if (campaign === undefined) throw new PomsError('bad-request', { problem: 'campaign: must be given' });
  const rows = await sql<{ stageId: number | null; name: string | null }>`
    select s.stage_id, s.name from campaign c left join stage s using (campaign_id)
    where c.experiment = ${experiment} and c.name = ${campaign}`.execute(db);
  if (rows.rows.length === 0) throw new PomsError('not-found', { kind: 'campaign', name: campaign });
  const meant = rows.rows.filter((row) => stage === undefined || row.name === stage);
  if (meant.length === 0) throw new PomsError('not-found', { kind: 'stage', name: stage ?? '' });
  return { ids: meant.flatMap((row) => row.stageId ?? []) };
}

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
  stageJobs: number;
}

/** The same failure of several stages is one; the stage named is that with most of its jobs. */
export async function readGroups(
  db: Db,
  stages: readonly number[],
  since: Date | null,
): Promise<GroupRead[]> {
  const rows = await sql<GroupRead>`
    select g.*, n.kind, n.code, n.text
    from (select failure, sum(jobs)::bigint as jobs, greatest(0, sum(wall_seconds)) as wall_seconds, min(first) as first,
        max(last) as last, array_agg(failure_group::float8) as groups,
        (array_agg(name order by jobs desc, name))[1] as stage, max(jobs) as stage_jobs
      from failure_group join stage using (stage_id)
      where stage_id = any(${stages}::int[]) and jobs > 0 and (${since}::timestamptz is null or last >= ${since})
      group by failure) as g join failure_signature n using (failure)
    order by g.jobs desc, g.failure`.execute(db);
  return rows.rows;
}

/** All jobs of the stages, as the counters of stages have them. */
export async function countJobs(db: Db, stages: readonly number[]): Promise<number> {
  const rows = await sql<{ n: number }>`
    select coalesce(sum(jobs_idle + jobs_running + jobs_held + jobs_completed + jobs_failed + jobs_removed), 0)::bigint as n
    from stage_count where stage_id = any(${stages}::int[])`.execute(db);
  return rows.rows[0]?.n ?? 0;
}

export interface FactorRead {
  failure: number;
  factor: 'host' | 'site';
  value: string;
  jobs: number;
  of: number;
}

/** The most frequent host and site of each failure, at most 200 rows a group and factor read. */
export async function readFactors(db: Db, groups: readonly number[]): Promise<FactorRead[]> {
  const rows = await sql<FactorRead>`
    select distinct on (failure, factor) failure, factor, value, jobs, "of"
    from (select g.failure, f.factor, f.value, sum(f.jobs)::bigint as jobs,
        (sum(sum(f.jobs)) over (partition by g.failure, f.factor))::bigint as "of"
      from failure_group g join failure_factor f using (failure_group)
      where g.failure_group = any(${groups}::bigint[]) group by g.failure, f.factor, f.value) as sums
    where value <> '' and jobs > 0 order by failure, factor, jobs desc, value`.execute(db);
  return rows.rows;
}

/** The newest jobs of each group: three index entries of each partition a group. */
export async function readExamples(
  db: Db,
  groups: readonly number[],
): Promise<{ failureGroup: number; jobId: number }[]> {
  const rows = await sql<{ failureGroup: number; jobId: number }>`
    select g.id as failure_group, j.job_id from unnest(${groups}::bigint[]) as g(id)
      cross join lateral (select job_id from job where failure = g.id order by job_id desc limit 3) as j`.execute(
    db,
  );
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
  stages: readonly number[],
  failure: number,
  page: { after: string | undefined; limit: number },
): Promise<{ items: FailureJob[]; next: string | null }> {
  const rows = await sql<FailureJob>`
    select j.* from (select failure_group from failure_group
        where failure = ${failure} and stage_id = any(${stages}::int[])) as g
      cross join lateral (
        select job_id, submission_id, batch_id, state, host, site, exit_code, signal, reason, ended
        from job where failure = g.failure_group and job_id > ${afterId(page.after) ?? 0}
        order by job_id limit ${page.limit + 1}) as j
    order by j.job_id limit ${page.limit + 1}`.execute(db);
  return toPage(rows.rows, page.limit, (row) => row.jobId);
}
