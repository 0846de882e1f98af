/** Leases on launches, on the wrap-up of submissions and on actions on jobs, whoever holds them. */
import { sql } from 'kysely';
import type { Db } from './index.ts';

/** Who holds leases that have not run out. All reads go by the partial indexes of open work, never by history. */
export async function leaseOwners(db: Db): Promise<string[]> {
  const { rows } = await sql<{ owner: string }>`
    select lease_owner as owner from launch
      where state in ('claimed', 'running') and lease_owner is not null and lease_until > now()
    union
    select lease_owner from submission
      where work is not null and lease_owner is not null and lease_until > now()
    union
    select lease_owner from job_action_part
      where state = 'running' and lease_owner is not null and lease_until > now()`.execute(db);
  return rows.map((row) => row.owner);
}

/** Lets the leases of these owners run out now, so that whoever comes next may claim what they held. */
export async function expireLeases(db: Db, owners: readonly string[]): Promise<void> {
  await sql`
    with launches as (
      update launch set lease_until = now() - interval '1 second'
      where state in ('claimed', 'running') and lease_owner = any(${owners}::text[]) and lease_until > now()),
    job_actions as (
      update job_action_part set lease_until = now() - interval '1 second'
      where state = 'running' and lease_owner = any(${owners}::text[]) and lease_until > now())
    update submission set lease_until = now() - interval '1 second'
    where work is not null and lease_owner = any(${owners}::text[]) and lease_until > now()`.execute(db);
}
