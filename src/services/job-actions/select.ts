/**
 * The statements that find what a scope means. They go by submissions first, for jobs are found only by those: what is
 * named, and else what is not over yet. A campaign is searched whole, for stragglers may outlive a located submission.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Db, Transaction } from '../../database/index.ts';
import {
  formsOf,
  type JobAction,
  type JobScope,
  possibleStates,
  type SubmissionFound,
} from '../../domain/job-actions.ts';
import type { JobState } from '../../domain/job-state.ts';
import { STATUS_IDS, type Status } from '../../domain/status.ts';
import { PomsError } from '../../errors.ts';

export interface Candidate extends SubmissionFound {
  submissionId: number;
  launchId: number;
  campaign: string;
  stage: string;
  batchSystem: string;
  creatorId: number;
  creatorRole: 'analysis' | 'production';
}

/** One more than are allowed, so that too many can be told. */
export const MOST_SUBMISSIONS = 20_000;
export const MOST_JOBS = 100_000;

const OPEN: readonly Status[] = ['New', 'Approved', 'Idle', 'Running', 'Held', 'Completed'];

/** In order of their numbers. Throws `not-found` for a campaign or stage, `bad-request` when there are too many. */
export async function selectSubmissions(
  db: Db | Transaction,
  experiment: string,
  scope: JobScope,
): Promise<Candidate[]> {
  const conditions = [sql`b.experiment = ${experiment}`, await placeOf(db, experiment, scope)];
  if (scope.submissions !== undefined)
    conditions.push(sql`b.submission_id = any(${[...scope.submissions]}::bigint[])`);
  if (scope.batchSystem !== undefined) conditions.push(sql`b.batch_system = ${scope.batchSystem}`);
  if (scope.jobs !== undefined) {
    // Also by the index of numbers in each partition, whatever else is asked.
    conditions.push(
      sql`b.submission_id in (select submission_id from job where job_id = any(${[...scope.jobs]}::bigint[]))`,
    );
  } else if (scope.submissions === undefined) {
    const open = sql`b.status_id = any(${OPEN.map((status) => STATUS_IDS[status])}::int[])`;
    conditions.push(
      scope.campaign === undefined ? open : sql`(${open} or b.jobs_idle + b.jobs_running + b.jobs_held > 0)`,
    );
  }
  const { rows } = await sql<Candidate>`
    select b.submission_id, b.launch_id, c.name as campaign, st.name as stage, b.batch_system, b.creator_id,
      st.creator_role, t.status, l.state as launch,
      jsonb_build_object('idle', b.jobs_idle, 'running', b.jobs_running, 'held', b.jobs_held, 'completed',
        b.jobs_completed, 'failed', b.jobs_failed, 'removed', b.jobs_removed) as jobs
    from submission b
    join launch l using (launch_id)
    join campaign c on c.campaign_id = b.campaign_id
    join stage st on st.stage_id = b.stage_id
    join submission_status t on t.status_id = b.status_id
    where ${sql.join(conditions, sql` and `)}
    order by b.submission_id limit ${MOST_SUBMISSIONS + 1}`.execute(db);
  if (rows.length > MOST_SUBMISSIONS) throw tooMany(`${MOST_SUBMISSIONS} submissions`);
  return rows;
}

function tooMany(what: string): PomsError {
  return new PomsError('bad-request', { problem: `scope: means more than ${what}; ask for them in parts` });
}

async function placeOf(
  db: Db | Transaction,
  experiment: string,
  { campaign, stage }: JobScope,
): Promise<RawBuilder<unknown>> {
  if (campaign === undefined) return sql`true`;
  const { rows } = await sql<{ campaignId: number; stageId: number | null }>`
    select c.campaign_id, s.stage_id
    from campaign c left join stage s on s.campaign_id = c.campaign_id and s.name = ${stage ?? null}
    where c.experiment = ${experiment} and c.name = ${campaign}`.execute(db);
  const found = rows[0];
  if (found === undefined) throw new PomsError('not-found', { kind: 'campaign', name: campaign });
  if (stage === undefined) return sql`b.campaign_id = ${found.campaignId}`;
  if (found.stageId === null) throw new PomsError('not-found', { kind: 'stage', name: stage });
  return sql`b.stage_id = ${found.stageId}`;
}

export interface JobGroup {
  submissionId: number;
  state: JobState;
  count: number;
  /** Null for a state in which the action has no effect. */
  batchIds: string[] | null;
}

/** The jobs that fulfil the conditions, by submission and state. Throws `bad-request` when there are too many. */
export async function selectJobs(
  db: Db | Transaction,
  action: JobAction,
  scope: JobScope,
  submissionIds: readonly number[],
): Promise<JobGroup[]> {
  const states = [...possibleStates(action)];
  const { rows } = await sql<JobGroup>`
    select j.submission_id, j.state, count(*) as count,
      case when j.state = any(${states}::text[]) then array_agg(j.batch_id order by j.job_id) end as batch_ids
    from job j where ${jobConditions(scope, submissionIds)}
    group by j.submission_id, j.state order by j.submission_id, j.state`.execute(db);
  const count = rows.reduce((sum, row) => sum + (row.batchIds === null ? 0 : row.count), 0);
  if (count > MOST_JOBS) throw tooMany(`${MOST_JOBS} jobs`);
  return rows;
}

export interface FirstJob {
  jobId: number;
  submissionId: number;
  batchId: string;
  state: JobState;
  host: string | null;
}

/** Some of the jobs that would be asked for, the oldest first. */
export async function selectFirstJobs(
  db: Db | Transaction,
  action: JobAction,
  scope: JobScope,
  submissionIds: readonly number[],
  limit: number,
): Promise<FirstJob[]> {
  const { rows } = await sql<FirstJob>`
    select j.job_id, j.submission_id, j.batch_id, j.state, j.host
    from job j where ${jobConditions(scope, submissionIds)} and j.state = any(${[...possibleStates(action)]}::text[])
    order by j.submission_id, j.job_id limit ${limit}`.execute(db);
  return rows;
}

function jobConditions(scope: JobScope, submissionIds: readonly number[]): RawBuilder<unknown> {
  const { jobs, batchIds, states, hosts, exitCodes, reason } = scope;
  const conditions = [sql`j.submission_id = any(${[...submissionIds]}::bigint[])`];
  if (jobs !== undefined) conditions.push(sql`j.job_id = any(${[...jobs]}::bigint[])`);
  if (batchIds !== undefined) conditions.push(sql`j.batch_id = any(${batchIds.flatMap(formsOf)}::text[])`);
  if (states !== undefined) conditions.push(sql`j.state = any(${[...states]}::text[])`);
  if (hosts !== undefined) conditions.push(sql`j.host = any(${[...hosts]}::text[])`);
  if (exitCodes !== undefined) conditions.push(sql`j.exit_code = any(${[...exitCodes]}::int[])`);
  if (reason !== undefined) conditions.push(sql`strpos(lower(j.reason), lower(${reason})) > 0`);
  return sql.join(conditions, sql` and `);
}

export interface WaitingLaunch {
  launchId: number;
  creatorId: number;
  creatorRole: 'analysis' | 'production';
}

/**
 * Launches of a campaign or stage that have no submission yet. `lock`: to cancel them; it waits for engines that are
 * making submissions of them at that moment, which the next statement then sees.
 */
export async function selectWaitingLaunches(
  db: Db | Transaction,
  experiment: string,
  { campaign, stage }: Pick<JobScope, 'campaign' | 'stage'>,
  lock: boolean,
): Promise<WaitingLaunch[]> {
  const { rows } = await sql<WaitingLaunch>`
    select l.launch_id, st.creator_id, st.creator_role
    from launch l join campaign c using (campaign_id) join stage st on st.stage_id = l.stage_id
    where l.state in ('queued', 'claimed') and c.experiment = ${experiment} and c.name = ${campaign}
      and (${stage ?? null}::text is null or st.name = ${stage ?? null})
      and not exists (select from submission b where b.launch_id = l.launch_id)
    order by l.launch_id ${lock ? sql`for no key update of l` : sql``}`.execute(db);
  return rows;
}
