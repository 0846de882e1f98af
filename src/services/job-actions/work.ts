/** The parts of actions on jobs as the engine works on them: claimed for a while, put off, ended once. */
import { sql } from 'kysely';
import type { ActionOutcome, Submitter } from '../../connectors/batch/types.ts';
import { type Db, json, type Transaction } from '../../database/index.ts';
import type { JobAction } from '../../domain/job-actions.ts';

export interface ClaimedPart {
  jobActionId: number;
  submissionId: number;
  experiment: string;
  action: JobAction;
  as: 'Removed' | 'Cancelled' | null;
  reason: string;
  username: string;
  /** Null: the whole submission. */
  batchIds: string[] | null;
  /** How often it has been claimed, this time included. */
  tries: number;
  launchId: number;
  submitter: Submitter;
}

export const PART_LEASE_SECONDS = 15;

/**
 * Claims parts of one batch system that are due or whose engine has died. Those of one submission go one after the
 * other, so that a release does not overtake the hold before it.
 */
export async function claimParts(
  db: Db,
  owner: string,
  system: string,
  limit: number,
): Promise<ClaimedPart[]> {
  const { rows } = await sql<ClaimedPart>`
    with claimed as (
      update job_action_part set state = 'running', lease_owner = ${owner}, tries = tries + 1,
        lease_until = now() + make_interval(secs => ${PART_LEASE_SECONDS})
      where (job_action_id, submission_id) in (
        select p.job_action_id, p.submission_id from job_action_part p
        where p.batch_system = ${system} and p.due <= now()
          and (p.state = 'queued' or (p.state = 'running' and p.lease_until < now()))
          and not exists (select from job_action_part before
            where before.submission_id = p.submission_id and before.job_action_id < p.job_action_id
              and before.state in ('queued', 'running'))
        order by p.job_action_id, p.submission_id for update skip locked limit ${limit})
      returning *),
    begun as (
      update job_action set state = 'running'
      where state = 'queued' and job_action_id in (select job_action_id from claimed))
    select p.job_action_id, p.submission_id, p.batch_ids, p.tries, a.experiment, a.action, a.remove_as as as, a.reason,
      who.username, b.launch_id,
      jsonb_build_object('host', ls.content ->> 'host', 'account', coalesce(ls.content ->> 'account', ''),
        'setup', coalesce(ls.content ->> 'setup', ''), 'experiment', a.experiment,
        'role', ss.content ->> 'voRole') as submitter
    from claimed p
    join job_action a using (job_action_id)
    join experimenter who on who.experimenter_id = a.requested_by
    join submission b on b.submission_id = p.submission_id
    join snapshot ls on ls.snapshot_id = b.login_setup_snapshot_id
    join snapshot ss on ss.snapshot_id = b.stage_snapshot_id
    order by p.job_action_id, p.submission_id`.execute(db);
  return rows;
}

/** A sign of life for parts that the engine works on. */
export async function renewParts(db: Db, owner: string, parts: readonly ClaimedPart[]): Promise<void> {
  await sql`
    update job_action_part set lease_until = now() + make_interval(secs => ${PART_LEASE_SECONDS})
    where lease_owner = ${owner} and (job_action_id, submission_id) in (
      select * from unnest(${parts.map((part) => part.jobActionId)}::bigint[],
        ${parts.map((part) => part.submissionId)}::bigint[]))`.execute(db);
}

/** Gives a part back, to be taken up later. `again: false` for a pause that is no failure: it does not count as a try. */
export async function postponePart(
  db: Db | Transaction,
  owner: string,
  part: ClaimedPart,
  { seconds, why, again = true }: { seconds: number; why: string; again?: boolean },
): Promise<void> {
  await sql`
    update job_action_part set state = 'queued', lease_owner = null, lease_until = null, detail = ${why},
      due = now() + make_interval(secs => ${seconds}), tries = tries - ${again ? 0 : 1}
    where job_action_id = ${part.jobActionId} and submission_id = ${part.submissionId} and lease_owner = ${owner}`.execute(
    db,
  );
}

export interface PartEnd {
  state: 'done' | 'failed';
  outcomes: readonly ActionOutcome[];
  detail: string | null;
}

/** Of a submission's jobs that were not accepted so many are kept by name, those that failed first; all are counted. */
const MOST_OUTCOMES = 500;
const RANK = { failed: 0, 'unknown-job': 1, 'not-applicable': 2, accepted: 3 } as const;

/**
 * Ends a part and moves the counts of its action by it. False when the part is not this engine's any more: then
 * nothing may follow from it.
 */
export async function endPart(
  trx: Transaction,
  owner: string,
  part: ClaimedPart,
  end: PartEnd,
): Promise<boolean> {
  const count = (outcome: ActionOutcome['outcome']) =>
    end.outcomes.filter((one) => one.outcome === outcome).length;
  const counts = sql`${count('accepted')}::int as accepted, ${count('not-applicable')}::int as not_applicable,
    ${count('unknown-job')}::int as unknown_job, ${count('failed')}::int as failed`;
  const told = end.outcomes
    .filter((one) => one.outcome !== 'accepted')
    .sort((a, b) => RANK[a.outcome] - RANK[b.outcome])
    .slice(0, MOST_OUTCOMES);
  const ended = await sql<{ n: number }>`
    with counts as (select ${counts}),
    part as (
      update job_action_part p set state = ${end.state}, lease_owner = null, lease_until = null, ended = now(),
        detail = ${end.detail}, accepted = c.accepted, not_applicable = c.not_applicable, unknown_job = c.unknown_job,
        failed = c.failed
      from counts c
      where job_action_id = ${part.jobActionId} and submission_id = ${part.submissionId} and lease_owner = ${owner}
      returning p.job_action_id, p.submission_id),
    told as (
      insert into job_action_outcome (job_action_id, submission_id, batch_id, outcome, detail)
      select job_action_id, submission_id, o ->> 'batchId', o ->> 'outcome', o ->> 'detail'
      from part, jsonb_array_elements(${json(told)}::jsonb) as o on conflict do nothing),
    -- Parts that end at the same moment wait for each other here, and each sees what the other has counted.
    action as (
      update job_action a set parts_ended = parts_ended + 1, accepted = a.accepted + c.accepted,
        not_applicable = a.not_applicable + c.not_applicable, unknown_job = a.unknown_job + c.unknown_job,
        failed = a.failed + c.failed
      from counts c, part where a.job_action_id = part.job_action_id returning a.job_action_id)
    select count(*) as n from action`.execute(trx);
  if (ended.rows[0]?.n !== 1) return false;
  await sql`
    update job_action a set ended = now(), state = case when failed > 0 or exists (
      select from job_action_part p where p.job_action_id = a.job_action_id and p.state = 'failed')
      then 'failed' else 'done' end
    where job_action_id = ${part.jobActionId} and parts_ended = parts and ended is null`.execute(trx);
  return true;
}

/** Parts that wait for a batch system that no engine is connected to any more. Ended one by one, as all others. */
export async function claimStrayParts(
  db: Db,
  owner: string,
  systems: readonly string[],
): Promise<ClaimedPart[]> {
  const { rows } = await sql<{ batchSystem: string }>`
    select distinct batch_system from job_action_part
    where state in ('queued', 'running') and batch_system <> all(${systems}::text[])`.execute(db);
  const stray = await Promise.all(rows.map((row) => claimParts(db, owner, row.batchSystem, 100)));
  return stray.flat();
}
