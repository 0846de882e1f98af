/** The reading statements of launches, and what a person may do with one that waits. */
import { sql } from 'kysely';
import type { Db, Transaction } from '../../database/index.ts';
import { PomsError } from '../../errors.ts';
import { afterId, listOf, toPage } from '../paging.ts';
import { holdApplies } from './intents.ts';
import { type LaunchRow, launchState } from './schema.ts';

export type LaunchRecord = Omit<LaunchRow, 'stateSince' | 'created' | 'hold'> & {
  stateSince: Date;
  created: Date;
  hold: {
    holdId: number;
    scope: 'everything' | 'experiment' | 'campaign' | 'stage';
    heldBy: string;
    since: string;
    reason: string;
  } | null;
};

const SELECT = sql`
  select l.launch_id, l.run_id, c.name as campaign, s.name as stage, l.cause, l.state, l.state_since, l.created,
    p.username as requested_by, l.is_test, b.submission_id, l.dataset, l.recovery_of, l.triggered_by,
    l.outcome, l.outcome_detail,
    case when l.state = 'queued' then (
      select jsonb_build_object('holdId', h.hold_id, 'scope', h.scope, 'heldBy', hp.username, 'since', h.since, 'reason', h.reason)
      from hold h join experimenter hp on hp.experimenter_id = h.held_by
      where ${holdApplies} order by h.hold_id limit 1) end as hold
  from launch l
  join campaign c using (campaign_id)
  join stage s using (stage_id)
  join experimenter p on p.experimenter_id = l.requested_by
  left join submission b on b.launch_id = l.launch_id`;

export interface LaunchFilter {
  experiment: string;
  campaign: string | undefined;
  state: string | undefined;
  after: string | undefined;
  limit: number;
}

/** Newest first. */
export async function listLaunches(
  db: Db,
  filter: LaunchFilter,
): Promise<{ items: LaunchRecord[]; next: string | null }> {
  const states = listOf(filter.state, launchState.options, 'state');
  const after = afterId(filter.after);
  const conditions = [
    sql`l.experiment = ${filter.experiment}`,
    // By its number, so that the page goes by the index of the campaign, not through the whole experiment.
    ...(filter.campaign === undefined
      ? []
      : [
          sql`l.campaign_id = (select campaign_id from campaign where experiment = ${filter.experiment} and name = ${filter.campaign})`,
        ]),
    ...(states === null ? [] : [sql`l.state = any(${states}::text[])`]),
    ...(after === null ? [] : [sql`l.launch_id < ${after}`]),
  ];
  const rows = await sql<LaunchRecord>`${SELECT} where ${sql.join(conditions, sql` and `)}
    order by l.launch_id desc limit ${filter.limit + 1}`.execute(db);
  return toPage(rows.rows, filter.limit, (row) => row.launchId);
}

/** Throws `not-found`. */
export async function getLaunch(db: Db, experiment: string, launchId: number): Promise<LaunchRecord> {
  const rows =
    await sql<LaunchRecord>`${SELECT} where l.launch_id = ${launchId} and l.experiment = ${experiment}`.execute(
      db,
    );
  const found = rows.rows[0];
  if (found === undefined) throw new PomsError('not-found', { kind: 'launch', name: launchId });
  return found;
}

/**
 * Launch `l` can be cancelled without more ado: it waits, or an engine has taken it and has no submission of it yet, as
 * while its data handling is away.
 */
const hasNotBegun = sql`(l.state = 'queued' or (l.state = 'claimed'
  and not exists (select from submission b where b.launch_id = l.launch_id)))`;

/**
 * Cancels those of these launches that have not begun, and returns them with the submissions they have. It waits for an
 * engine that is making a submission at that moment, and then leaves that launch alone.
 */
export async function cancelWaiting(
  trx: Transaction,
  launchIds: readonly number[],
  username: string,
): Promise<{ launchId: number; submissionId: number | null }[]> {
  // In a statement of its own, for what waited for a lock does not see what was made in the meantime in other tables.
  await sql`
    select from launch where launch_id = any(${[...launchIds]}::bigint[]) and state in ('queued', 'claimed')
    order by launch_id for no key update`.execute(trx);
  const { rows } = await sql<{ launchId: number; submissionId: number | null }>`
    update launch l set state = 'cancelled', state_since = now(), ended = now(), lease_owner = null, lease_until = null,
      outcome_detail = ${`Cancelled by ${username}.`}
    where l.launch_id = any(${[...launchIds]}::bigint[]) and ${hasNotBegun}
    returning l.launch_id, (select submission_id from submission b where b.launch_id = l.launch_id)`.execute(
    trx,
  );
  return rows;
}

/** `now`: it was under way. `before`: it had been cancelled or stopped already. `over`: it had come to its own end. */
export type LaunchStop = 'now' | 'before' | 'over';

/**
 * Takes a launch away from whoever works on it: nothing of what that engine does will be recorded any more, and
 * nobody starts its script again.
 */
export async function stopLaunch(db: Db, launchId: number, username: string): Promise<LaunchStop> {
  const stopped = await sql`
    update launch set state = 'cancelled', state_since = now(), ended = now(), lease_owner = null, lease_until = null,
      outcome_detail = ${`Stopped by ${username}.`}
    where launch_id = ${launchId} and state in ('queued', 'claimed', 'running')`.execute(db);
  if (stopped.numAffectedRows === 1n) return 'now';
  return (await stateOf(db, launchId)) === 'cancelled' ? 'before' : 'over';
}

/**
 * Cancels a launch that has not begun, and returns its submission where it has one. Throws `wrong-state` when it has.
 */
export async function cancelLaunch(
  trx: Transaction,
  launchId: number,
  username: string,
): Promise<number | null> {
  const [cancelled] = await cancelWaiting(trx, [launchId], username);
  if (cancelled !== undefined) return cancelled.submissionId;
  throw await wrongState(trx, launchId, 'cancelling it', 'queued, or claimed without a submission');
}

/** Puts a failed launch that never had a submission back into the queue. Throws `wrong-state`. */
export async function retryLaunch(db: Db, launchId: number): Promise<void> {
  const retried = await sql`
    update launch l set state = 'queued', state_since = now(), outcome = null, outcome_detail = null, ended = null, tries = 0
    where launch_id = ${launchId} and state = 'failed'
      and not exists (select from submission b where b.launch_id = l.launch_id)`.execute(db);
  if (retried.numAffectedRows === 1n) return;
  throw await wrongState(db, launchId, 'trying it again', 'failed before it had a submission');
}

async function stateOf(db: Db, launchId: number): Promise<string> {
  const row = await db
    .selectFrom('launch')
    .select('state')
    .where('launchId', '=', launchId)
    .executeTakeFirst();
  return row?.state ?? 'gone';
}

async function wrongState(db: Db, launchId: number, action: string, allowed: string): Promise<PomsError> {
  const state = await stateOf(db, launchId);
  return new PomsError('wrong-state', { kind: 'Launch', name: launchId, state, action, allowed });
}
