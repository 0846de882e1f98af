/** The reading statements of submissions. Lists go by `submission (…, submission_id desc)` indexes: cost of a page. */
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import { STATUS_IDS, type Status } from '../../domain/status.ts';
import { PomsError } from '../../errors.ts';
import { afterId, listOf, toPage } from '../paging.ts';

/** Row of `submissionRow` (schema.ts) as the statement gives it. */
const COLUMNS: RawBuilder<unknown> = sql`
  b.submission_id, b.run_id, b.stage_id, c.name as campaign, st.name as stage, t.status, b.status_since, b.created,
  p.username as creator, l.cause, b.is_test, b.recovery_of, b.recovery_type, b.triggered_by, b.dataset, b.batch_ids,
  jsonb_build_object('idle', b.jobs_idle, 'running', b.jobs_running, 'held', b.jobs_held, 'completed', b.jobs_completed,
    'failed', b.jobs_failed, 'removed', b.jobs_removed) as jobs,
  jsonb_build_object('total', coalesce(b.files_total, b.files_expected), 'consumed', b.files_consumed, 'failed', b.files_failed,
    'produced', b.files_produced, 'located', b.files_located) as files,
  case
    when l.state = 'queued' then 'Waits to be launched.'
    when l.state in ('claimed', 'running') then 'Its launch script runs.'
    when b.work = 'locate' then coalesce(b.work_note, 'Looks whether its output is located.')
    when b.work = 'follow-up' then coalesce(b.work_note, 'Launches what follows.')
    when t.status = 'Awaiting Approval' then 'Waits for a person to approve it.'
    when t.status in ('New', 'Idle') then 'Waits for its jobs to run.'
    when t.status = 'Held' then 'Jobs of it are held.'
    when t.status = 'Running' then 'Its jobs run.'
    when t.status = 'Located' and b.work_note is not null then 'What follows waits: ' || b.work_note || '.'
  end as next`;

const JOINS: RawBuilder<unknown> = sql`
  join launch l using (launch_id)
  join campaign c on c.campaign_id = b.campaign_id
  join stage st on st.stage_id = b.stage_id
  join submission_status t on t.status_id = b.status_id
  join experimenter p on p.experimenter_id = b.creator_id`;

export interface SubmissionFilter {
  experiment: string;
  campaign: string | undefined;
  stage: string | undefined;
  run: number | undefined;
  status: string | undefined;
  after: string | undefined;
  limit: number;
}

export interface SubmissionRecord {
  submissionId: number;
  runId: number;
  stageId: number;
  campaign: string;
  stage: string;
  status: Status;
  statusSince: Date;
  created: Date;
  creator: string;
  cause: string;
  isTest: boolean;
  recoveryOf: number | null;
  recoveryType: string | null;
  triggeredBy: number | null;
  dataset: string;
  batchIds: string[];
  jobs: { idle: number; running: number; held: number; completed: number; failed: number; removed: number };
  files: {
    total: number | null;
    consumed: number | null;
    failed: number | null;
    produced: number | null;
    located: number | null;
  };
  next: string | null;
}

/** Newest first. Names are looked up first, so that the page goes by one index. */
export async function listSubmissions(
  db: Db,
  filter: SubmissionFilter,
): Promise<{ items: SubmissionRecord[]; next: string | null }> {
  const statuses = listOf(filter.status, Object.keys(STATUS_IDS) as Status[], 'status');
  const after = afterId(filter.after);
  const place = await findPlace(db, filter);
  if (place === null) return { items: [], next: null };
  const conditions = [
    place,
    ...(after === null ? [] : [sql`b.submission_id < ${after}`]),
    ...(filter.run === undefined ? [] : [sql`b.run_id = ${filter.run}`]),
    ...(statuses === null
      ? []
      : [sql`b.status_id = any(${statuses.map((name) => STATUS_IDS[name])}::int[])`]),
  ];
  const rows = await sql<SubmissionRecord>`
    select ${COLUMNS} from submission b ${JOINS}
    where b.experiment = ${filter.experiment} and ${sql.join(conditions, sql` and `)}
    order by b.submission_id desc limit ${filter.limit + 1}`.execute(db);
  return toPage(rows.rows, filter.limit, (row) => row.submissionId);
}

async function findPlace(db: Db, filter: SubmissionFilter): Promise<RawBuilder<unknown> | null> {
  if (filter.campaign === undefined) return sql`true`;
  const campaign = await db
    .selectFrom('campaign')
    .select('campaignId')
    .where('experiment', '=', filter.experiment)
    .where('name', '=', filter.campaign)
    .executeTakeFirst();
  if (campaign === undefined) throw new PomsError('not-found', { kind: 'campaign', name: filter.campaign });
  if (filter.stage === undefined) return sql`b.campaign_id = ${campaign.campaignId}`;
  const stage = await db
    .selectFrom('stage')
    .select('stageId')
    .where('campaignId', '=', campaign.campaignId)
    .where('name', '=', filter.stage)
    .executeTakeFirst();
  return stage === undefined ? null : sql`b.stage_id = ${stage.stageId}`;
}

export interface SubmissionDetail extends SubmissionRecord {
  experiment: string;
  launchId: number;
  project: string | null;
  batchSystem: string;
  parameters: [string, string][];
  command: string;
  host: string;
  account: string;
  softwareVersion: string;
  creatorId: number;
  creatorRole: 'analysis' | 'production';
  dataHandling: string;
  launch: {
    state: string;
    exitCode: number | null;
    started: Date | null;
    ended: Date | null;
    outcome: string | null;
    detail: string | null;
  };
  recoveries: { submissionId: number; status: string; recoveryType: string }[];
  launched: { submissionId: number; status: string; stage: string }[];
  snapshots: { stage: unknown; jobType: unknown; loginSetup: unknown };
}

/** Throws `not-found`. */
export async function getSubmission(
  db: Db,
  experiment: string,
  submissionId: number,
): Promise<SubmissionDetail> {
  const rows = await sql<SubmissionDetail>`
    select ${COLUMNS}, b.experiment, b.launch_id, b.project, b.batch_system, b.parameters, b.command, b.creator_id,
      c.data_handling, st.creator_role,
      ls.content ->> 'host' as host, ls.content ->> 'account' as account, ss.content ->> 'softwareVersion' as software_version,
      jsonb_build_object('state', l.state, 'exitCode', l.exit_code, 'started', l.started, 'ended', l.ended,
        'outcome', l.outcome, 'detail', l.outcome_detail) as launch,
      (select coalesce(jsonb_agg(jsonb_build_object('submissionId', r.submission_id, 'status', rt.status,
          'recoveryType', r.recovery_type) order by r.submission_id), '[]')
        from submission r join submission_status rt using (status_id) where r.recovery_of = b.submission_id) as recoveries,
      (select coalesce(jsonb_agg(jsonb_build_object('submissionId', d.submission_id, 'status', dt.status,
          'stage', ds.name) order by d.submission_id), '[]')
        from submission d join submission_status dt using (status_id) join stage ds using (stage_id)
        where d.triggered_by = b.submission_id) as launched,
      jsonb_build_object('stage', ss.content, 'jobType', js.content, 'loginSetup', ls.content) as snapshots
    from submission b ${JOINS}
    join snapshot ss on ss.snapshot_id = b.stage_snapshot_id
    join snapshot js on js.snapshot_id = b.job_type_snapshot_id
    join snapshot ls on ls.snapshot_id = b.login_setup_snapshot_id
    where b.submission_id = ${submissionId} and b.experiment = ${experiment}`.execute(db);
  const found = rows.rows[0];
  if (found === undefined) throw new PomsError('not-found', { kind: 'submission', name: submissionId });
  return found;
}

export interface EventRecord {
  eventId: number;
  at: Date;
  kind: 'status' | 'launch' | 'jobs' | 'files' | 'follow-up' | 'action' | 'note';
  status: string | null;
  actor: string;
  message: string;
}

/** Oldest first. */
export async function listEvents(
  db: Db,
  submissionId: number,
  page: { after: string | undefined; limit: number },
): Promise<{ items: EventRecord[]; next: string | null }> {
  const after = afterId(page.after) ?? 0;
  const rows = await sql<EventRecord>`
    select e.event_id, e.at, e.kind, t.status, e.actor, e.message
    from submission_event e left join submission_status t using (status_id)
    where e.submission_id = ${submissionId} and e.event_id > ${after}
    order by e.event_id limit ${page.limit + 1}`.execute(db);
  return toPage(rows.rows, page.limit, (row) => row.eventId);
}
