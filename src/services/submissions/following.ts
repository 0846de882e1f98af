/** What the wrap-up needs to know of a submission to decide what comes next, as it was at its launch. */
import { sql } from 'kysely';
import type { Db, Transaction } from '../../database/index.ts';
import type { Recovery } from '../../domain/recoveries.ts';
import type { Status } from '../../domain/status.ts';
import { PomsError } from '../../errors.ts';

export interface FinishedSubmission {
  submissionId: number;
  runId: number;
  stageId: number;
  campaignId: number;
  experiment: string;
  status: Status;
  work: 'locate' | 'follow-up' | null;
  dataset: string;
  project: string | null;
  created: Date;
  /**
   * Since when output counts that stands against what its project consumed: a project that it shares with the
   * submission that it recovers has consumed files since then, and one that the stage names since anybody knows when.
   */
  countsSince: Date;
  isTest: boolean;
  creatorId: number;
  recoveryOf: number | null;
  recoveryPosition: number | null;
  nextRecovery: number;
  forceLocated: boolean;
  jobs: number;
  dataHandling: string;
  stage: {
    name: string;
    stageType: string;
    voRole: 'production' | 'analysis';
    softwareVersion: string;
    creator: string;
    completionType: 'located' | 'complete';
    completionPct: number;
    outputAncestorDepth: number;
  };
  outputFilePatterns: string[];
  recoveries: Recovery[];
  /** Of the dependencies of which its stage is upstream (spec/backend.md 3.5 step 3). */
  dependencyPatterns: string[];
}

/** The submissions with these ids, in no order. `lock` keeps them until the transaction ends. */
export async function loadFinished(
  db: Db | Transaction,
  ids: number[],
  lock = false,
): Promise<FinishedSubmission[]> {
  const rows = await sql<FinishedSubmission>`
    select b.submission_id, b.run_id, b.stage_id, b.campaign_id, b.experiment, t.status, b.work, b.dataset, b.project,
      b.created, b.is_test, b.creator_id, b.recovery_of, b.recovery_position, b.next_recovery, b.force_located,
      b.jobs_idle + b.jobs_running + b.jobs_held + b.jobs_completed + b.jobs_failed + b.jobs_removed as jobs,
      case when st.content -> 'dataSettings' ? 'project' then to_timestamp(0) else coalesce(
        (select o.created from submission o where o.submission_id = b.recovery_of and o.project = b.project),
        b.created) end as counts_since,
      c.data_handling, st.content as stage, jt.content -> 'recoveries' as recoveries,
      (select array_agg(value) from jsonb_array_elements_text(jt.content -> 'outputFilePatterns')) as output_file_patterns,
      coalesce((select array_agg(pattern) from dependency d, unnest(d.file_patterns) as pattern
        where d.upstream_stage_id = b.stage_id and d.downstream_stage_id <> b.stage_id), '{}') as dependency_patterns
    from submission b
    join campaign c using (campaign_id)
    join submission_status t using (status_id)
    join snapshot st on st.snapshot_id = b.stage_snapshot_id
    join snapshot jt on jt.snapshot_id = b.job_type_snapshot_id
    where b.submission_id = any(${ids}::bigint[])
    ${lock ? sql`order by b.submission_id for no key update of b` : sql``}`.execute(db);
  return rows.rows;
}

/** One of them; throws `not-found`. */
export async function loadFinishedOne(
  db: Db | Transaction,
  id: number,
  lock = false,
): Promise<FinishedSubmission> {
  const [found] = await loadFinished(db, [id], lock);
  if (found === undefined) throw new PomsError('not-found', { kind: 'submission', name: id });
  return found;
}

/**
 * How far the recoveries of these submissions are, in the order of their launches, in the words that the rule takes
 * (domain/recoveries.ts): a launch without a submission counts as what would become of one.
 */
export async function loadRecoveries(db: Db | Transaction, ids: number[]): Promise<Map<number, Status[]>> {
  const rows = await sql<{ submissionId: number; launched: Status[] }>`
    select l.recovery_of as submission_id, array_agg(coalesce(t.status,
        case l.state when 'failed' then 'LaunchFailed' when 'cancelled' then 'Cancelled' else 'New' end)
      order by l.launch_id) as launched
    from launch l left join submission b using (launch_id) left join submission_status t using (status_id)
    where l.recovery_of = any(${ids}::bigint[]) group by l.recovery_of`.execute(db);
  return new Map(rows.rows.map((row) => [row.submissionId, row.launched]));
}

/** Which of these campaigns have dependencies. */
export async function withDependencies(db: Db | Transaction, campaigns: number[]): Promise<Set<number>> {
  const rows = await sql<{ campaignId: number }>`
    select distinct campaign_id from dependency where campaign_id = any(${campaigns}::int[])`.execute(db);
  return new Set(rows.rows.map((row) => row.campaignId));
}

/** How the stage launches what depends on it. */
export interface DependencyToFollow {
  dependencyId: number;
  downstreamStageId: number;
  downstream: string;
  filePatterns: string[];
  split: boolean;
  wait: 'each' | 'all';
  /** Place among those that are no self-dependencies, from 1: the number in `poms_depends_<submission>_<i>`. */
  index: number;
}

/** The dependencies of which the stage is upstream, in the order of downstream stages (spec/backend.md 5.1). */
export async function loadDependencies(db: Db | Transaction, stageId: number): Promise<DependencyToFollow[]> {
  const rows = await sql<DependencyToFollow>`
    select d.dependency_id, d.downstream_stage_id, s.name as downstream, d.file_patterns, d.split, d.wait,
      count(*) filter (where d.downstream_stage_id <> d.upstream_stage_id) over (order by d.downstream_stage_id) as index
    from dependency d join stage s on s.stage_id = d.downstream_stage_id
    where d.upstream_stage_id = ${stageId} order by d.downstream_stage_id`.execute(db);
  return rows.rows;
}

/** Claims submissions whose next step of this kind is due; the claim ends by itself when the engine dies. */
export async function claimWork(
  db: Db,
  owner: string,
  work: 'locate' | 'follow-up',
  limit: number,
): Promise<number[]> {
  const claimed = await sql<{ submissionId: number }>`
    update submission set lease_owner = ${owner}, lease_until = now() + interval '20 seconds'
    where submission_id in (
      select submission_id from submission
      where work = ${work} and work_due <= now() and (lease_until is null or lease_until < now())
      order by work_due for update skip locked limit ${limit})
    returning submission_id`.execute(db);
  return claimed.rows.map((row) => row.submissionId);
}

export interface Postponed {
  submissionId: number;
  seconds: number;
  why: string;
}

/** Puts the next looks off and says why. */
export async function postponeWork(db: Db | Transaction, all: readonly Postponed[]): Promise<void> {
  if (all.length === 0) return;
  await sql`
    with asked as (
      select * from unnest(${all.map((one) => one.submissionId)}::bigint[], ${all.map((one) => one.seconds)}::float8[],
        ${all.map((one) => one.why)}::text[]) as asked(submission_id, seconds, why)),
    ready as materialized (
      select submission_id from submission where submission_id in (select submission_id from asked) and work is not null
      order by submission_id for no key update)
    update submission b set work_due = now() + make_interval(secs => seconds), work_note = why,
      lease_owner = null, lease_until = null
    from ready join asked using (submission_id) where b.submission_id = ready.submission_id`.execute(db);
}

/** Follow-ups that are done. */
export async function finishWork(db: Db | Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    with ready as materialized (
      select submission_id from submission where submission_id = any(${ids}::bigint[]) and work = 'follow-up'
      order by submission_id for no key update)
    update submission b set work = null, work_due = null, work_note = null, lease_owner = null, lease_until = null
    from ready where b.submission_id = ready.submission_id`.execute(db);
}
