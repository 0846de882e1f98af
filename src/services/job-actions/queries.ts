/** Actions on jobs as they are stored: recorded with their parts, listed, shown. */
import { sql } from 'kysely';
import type { z } from 'zod';
import { type Db, json, type Transaction } from '../../database/index.ts';
import { type JobAction, type JobScope, scopeWords } from '../../domain/job-actions.ts';
import { PomsError } from '../../errors.ts';
import { afterId, listOf, toPage } from '../paging.ts';
import { DETAILS, type jobActionRow, type jobActionView, type Skipped } from './schema.ts';

export type JobActionShown = z.input<typeof jobActionRow>;
export type JobActionDetail = z.input<typeof jobActionView>;

export interface NewJobAction {
  experiment: string;
  action: JobAction;
  as: 'Removed' | 'Cancelled' | null;
  scope: JobScope;
  reason: string;
  requestedBy: number;
  requestKey: string;
}

/** Records what was asked for, without parts yet. Null: the same key has come before. */
export async function insertJobAction(trx: Transaction, action: NewJobAction): Promise<number | null> {
  const made = await sql<{ jobActionId: number }>`
    insert into job_action (experiment, action, remove_as, scope, reason, requested_by, request_key, parts, jobs)
    values (${action.experiment}, ${action.action}, ${action.as}, ${json(action.scope)}::jsonb, ${action.reason},
      ${action.requestedBy}, ${action.requestKey}, 0, 0)
    on conflict do nothing returning job_action_id`.execute(trx);
  return made.rows[0]?.jobActionId ?? null;
}

/** The action that the same key made before. */
export async function findJobAction(
  db: Db | Transaction,
  { experiment, requestedBy, requestKey }: Pick<NewJobAction, 'experiment' | 'requestedBy' | 'requestKey'>,
): Promise<number> {
  const row = await db
    .selectFrom('jobAction')
    .select('jobActionId')
    .where('experiment', '=', experiment)
    .where('requestedBy', '=', requestedBy)
    .where('requestKey', '=', requestKey)
    .executeTakeFirstOrThrow();
  return row.jobActionId;
}

export interface NewPart {
  submissionId: number;
  batchSystem: string;
  batchIds: string[] | null;
  jobs: number;
}

/** Its parts, all at once; an action without any is done. */
export async function insertParts(
  trx: Transaction,
  jobActionId: number,
  parts: readonly NewPart[],
  more: { skipped: readonly Skipped[]; launchesCancelled: number },
): Promise<void> {
  await sql`
    insert into job_action_part (job_action_id, submission_id, batch_system, batch_ids, jobs)
    select ${jobActionId}, (p ->> 'submissionId')::bigint, p ->> 'batchSystem',
      case when jsonb_typeof(p -> 'batchIds') = 'array'
        then array(select jsonb_array_elements_text(p -> 'batchIds')) end, (p ->> 'jobs')::integer
    from jsonb_array_elements(${json(parts)}::jsonb) as p`.execute(trx);
  const done = parts.length === 0;
  await sql`
    update job_action set parts = ${parts.length}, jobs = ${parts.reduce((sum, part) => sum + part.jobs, 0)},
      skipped = ${json(more.skipped)}::jsonb, launches_cancelled = ${more.launchesCancelled},
      state = ${done ? 'done' : 'queued'}, ended = ${done ? sql`now()` : sql`null`}
    where job_action_id = ${jobActionId}`.execute(trx);
}

type Row = Omit<JobActionShown, 'scope'> & { scope: JobScope };

const SELECT = sql`
  select a.job_action_id, a.action, a.remove_as as as, a.scope, a.reason, p.username as requested_by, a.state, a.parts,
    a.parts_ended, a.jobs, a.accepted, a.not_applicable, a.unknown_job, a.failed, a.launches_cancelled, a.skipped,
    a.created, a.ended
  from job_action a join experimenter p on p.experimenter_id = a.requested_by`;

const toShown = <R extends Row>(row: R) => ({ ...row, scope: scopeWords(row.scope) });

const STATES = ['queued', 'running', 'done', 'failed'] as const;

/** Newest first. */
export async function listJobActions(
  db: Db,
  filter: {
    experiment: string;
    submission: number | undefined;
    state: string | undefined;
    after: string | undefined;
    limit: number;
  },
): Promise<{ items: JobActionShown[]; next: string | null }> {
  const states = listOf(filter.state, STATES, 'state');
  const after = afterId(filter.after);
  const conditions = [
    sql`a.experiment = ${filter.experiment}`,
    ...(filter.submission === undefined
      ? []
      : [
          sql`a.job_action_id in (select job_action_id from job_action_part where submission_id = ${filter.submission})`,
        ]),
    ...(states === null ? [] : [sql`a.state = any(${states}::text[])`]),
    ...(after === null ? [] : [sql`a.job_action_id < ${after}`]),
  ];
  const { rows } = await sql<Row>`${SELECT} where ${sql.join(conditions, sql` and `)}
    order by a.job_action_id desc limit ${filter.limit + 1}`.execute(db);
  return toPage(rows.map(toShown), filter.limit, (row) => row.jobActionId);
}

/** With its parts, and what became of jobs that were not simply accepted. Throws `not-found`. */
export async function getJobAction(
  db: Db,
  experiment: string,
  jobActionId: number,
): Promise<JobActionDetail> {
  const { rows } = await sql<Row>`
    ${SELECT} where a.job_action_id = ${jobActionId} and a.experiment = ${experiment}`.execute(db);
  const found = rows[0];
  if (found === undefined) throw new PomsError('not-found', { kind: 'action on jobs', name: jobActionId });
  const parts = await sql<JobActionDetail['partList'][number]>`
    select submission_id, batch_system, state, jobs, tries, accepted, not_applicable, unknown_job, failed, detail
    from job_action_part where job_action_id = ${jobActionId}
    order by array_position(array['failed', 'running', 'queued', 'done'], state), failed desc, submission_id
    limit ${DETAILS}`.execute(db);
  const outcomes = await sql<JobActionDetail['outcomes'][number]>`
    select submission_id, batch_id, outcome, detail from job_action_outcome where job_action_id = ${jobActionId}
    order by array_position(array['failed', 'unknown-job', 'not-applicable'], outcome), submission_id, batch_id
    limit ${DETAILS}`.execute(db);
  return { ...toShown(found), partList: parts.rows, outcomes: outcomes.rows };
}
