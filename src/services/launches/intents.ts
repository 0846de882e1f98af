/** Launch intents (tenet 2): made once per cause, claimed by one engine at a time, ended once. */
import { sql } from 'kysely';
import type { Db, Transaction } from '../../database/index.ts';
import { json } from '../../database/index.ts';
import type { Parameters } from '../../domain/parameters.ts';

export type LaunchCause = 'manual' | 'schedule' | 'dependency' | 'recovery' | 'relaunch' | 'test' | 'script';

export interface LaunchIntent {
  stageId: number;
  campaignId: number;
  experiment: string;
  cause: LaunchCause;
  /** What asked for it: the same cause never launches twice on one stage. */
  causeKey: string;
  /** Null begins a new run. */
  runId: number | null;
  dataset: string | null;
  parameters: Parameters;
  isTest: boolean;
  recoveryOf: number | null;
  recoveryType: string | null;
  recoveryPosition: number | null;
  triggeredBy: number | null;
  requestedBy: number;
}

/** Records the intent; returns its id, and whether it is new. The same cause gives the launch that it made before. */
export async function recordIntent(
  trx: Transaction,
  intent: LaunchIntent,
): Promise<{ launchId: number; isNew: boolean }> {
  const made = await sql<{ launchId: number }>`
    insert into launch (launch_id, run_id, stage_id, campaign_id, experiment, cause, cause_key, dataset, parameters,
      is_test, recovery_of, recovery_type, recovery_position, triggered_by, requested_by)
    overriding system value
    select id, coalesce(${intent.runId}::bigint, id), ${intent.stageId}, ${intent.campaignId}, ${intent.experiment},
      ${intent.cause}, ${intent.causeKey}, ${intent.dataset}, ${json(intent.parameters)}::jsonb, ${intent.isTest},
      ${intent.recoveryOf}::bigint, ${intent.recoveryType}::text, ${intent.recoveryPosition}::integer,
      ${intent.triggeredBy}::bigint, ${intent.requestedBy}::integer
    from (select nextval(pg_get_serial_sequence('launch', 'launch_id')) as id) as fresh
    on conflict (stage_id, cause_key) do nothing
    returning launch_id`.execute(trx);
  const row = made.rows[0];
  if (row !== undefined) return { launchId: row.launchId, isNew: true };
  const known = await trx
    .selectFrom('launch')
    .select('launchId')
    .where('stageId', '=', intent.stageId)
    .where('causeKey', '=', intent.causeKey)
    .executeTakeFirstOrThrow();
  return { launchId: known.launchId, isNew: false };
}

export interface ClaimedLaunch {
  launchId: number;
  stageId: number;
  experiment: string;
  state: 'claimed' | 'running';
  /** How often it has been claimed, this time included. */
  tries: number;
  /** Where it was made before, as for a launch that a person asked for. */
  submissionId: number | null;
  /** Of its stage's login setup. */
  host: string;
}

/**
 * Seconds a claim lasts without a sign of life of its engine. Well under the 30 s within which the work of a dead
 * process must be taken over (design 6).
 */
export const LEASE_SECONDS = 15;

/** Launches that are not to be claimed now, by the login setups of their stages. */
export interface ClosedPlaces {
  /** Launch hosts that run as many as they may. */
  fullHosts: readonly string[];
  /** `account@host` that cannot be reached. */
  away: readonly string[];
}

/**
 * Claims up to `limit` launches that are queued and not held, or whose engine has died. `skip locked`: two engines
 * never claim the same. A launch that was running stays so, for its script may be. The login setup is looked up only
 * for the launches at hand, by the keys of stage and login setup: those that are done are not in the index.
 */
export async function claimLaunches(
  db: Db,
  owner: string,
  limit: number,
  closed: ClosedPlaces = { fullHosts: [], away: [] },
): Promise<ClaimedLaunch[]> {
  const claimed = await sql<ClaimedLaunch>`
    update launch set
      state = case state when 'queued' then 'claimed' else state end,
      state_since = case state when 'queued' then now() else state_since end, outcome_detail = null,
      lease_owner = ${owner}, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}), tries = tries + 1
    where launch_id in (
      select l.launch_id from launch l join stage s using (stage_id) join login_setup p using (login_setup_id)
      where ((l.state = 'queued' and not exists (select from hold h where ${holdApplies}))
         or (l.state in ('claimed', 'running') and l.lease_until < now()))
        and p.host <> all(${closed.fullHosts}::text[])
        and p.account || '@' || p.host <> all(${closed.away}::text[])
      order by l.launch_id
      for update of l skip locked
      limit ${limit})
    returning launch_id, stage_id, experiment, state, tries,
      (select b.submission_id from submission b where b.launch_id = launch.launch_id) as submission_id,
      (select p.host from stage s join login_setup p using (login_setup_id) where s.stage_id = launch.stage_id) as host`.execute(
    db,
  );
  return claimed.rows.sort((a, b) => a.launchId - b.launchId);
}

/** Says of the queued launches of a place why they wait. */
export async function explainWaiting(
  db: Db,
  place: { name: string; account: string },
  why: string,
): Promise<void> {
  await sql`
    update launch l set outcome_detail = ${why}
    from stage s join login_setup p using (login_setup_id)
    where l.state = 'queued' and s.stage_id = l.stage_id and p.host = ${place.name} and p.account = ${place.account}
      and l.outcome_detail is distinct from ${why}`.execute(db);
}

/** Does hold `h` apply to launch `l`? */
export const holdApplies = sql`h.released is null and (h.until is null or h.until > now()) and case h.scope
  when 'everything' then true
  when 'experiment' then h.experiment = l.experiment
  when 'campaign' then h.campaign_id = l.campaign_id
  else h.stage_id = l.stage_id end`;

/** A sign of life for launches that the engine works on, as far as they are still its own. */
export async function renewLeases(db: Db, owner: string, launchIds: number[]): Promise<void> {
  await sql`
    update launch set lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    where launch_id = any(${launchIds}::bigint[]) and lease_owner = ${owner} and state in ('claimed', 'running')`.execute(
    db,
  );
}

/** On a graceful stop: others need not wait for the leases to run out. */
export async function releaseLeases(db: Db, owner: string): Promise<void> {
  await sql`
    update launch set lease_until = now() - interval '1 second'
    where lease_owner = ${owner} and state in ('claimed', 'running')`.execute(db);
}

/** The script is about to start. False when the launch is not this engine's any more. */
export async function markRunning(db: Db, owner: string, launchId: number, host: string): Promise<boolean> {
  const marked = await db
    .updateTable('launch')
    .set({ state: 'running', stateSince: new Date(), host, started: sql`coalesce(started, now())` })
    .where('launchId', '=', launchId)
    .where('leaseOwner', '=', owner)
    .executeTakeFirst();
  return marked.numUpdatedRows > 0n;
}

export interface LaunchEnd {
  state: 'done' | 'failed' | 'cancelled';
  /** Error code of the catalogue, or null when all is well. */
  outcome: string | null;
  detail: string | null;
  exitCode: number | null;
}

/** Ends a launch that this engine holds. False when it holds it no more: then nothing may follow from it. */
export async function endLaunch(
  trx: Transaction,
  owner: string,
  launchId: number,
  end: LaunchEnd,
): Promise<boolean> {
  const ended = await trx
    .updateTable('launch')
    .set({
      state: end.state,
      stateSince: new Date(),
      outcome: end.outcome,
      outcomeDetail: end.detail,
      exitCode: end.exitCode,
      ended: new Date(),
      leaseOwner: null,
      leaseUntil: null,
    })
    .where('launchId', '=', launchId)
    .where('leaseOwner', '=', owner)
    .where('state', 'in', ['claimed', 'running'])
    .executeTakeFirst();
  return ended.numUpdatedRows > 0n;
}

/**
 * Gives a claim back, to be taken up after a while. `counts`: as a try of the launch, of which there may be only so
 * many; one that something outside was not there for does not.
 */
export async function postponeLaunch(
  db: Db,
  owner: string,
  launchId: number,
  { seconds, why, counts }: { seconds: number; why: string; counts: boolean },
): Promise<void> {
  await sql`
    update launch set lease_until = now() + make_interval(secs => ${seconds}), outcome_detail = ${why},
      tries = greatest(tries - ${counts ? 0 : 1}::integer, 0)
    where launch_id = ${launchId} and lease_owner = ${owner}`.execute(db);
}
