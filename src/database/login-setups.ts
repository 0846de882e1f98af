/** The statements of login setups. */
import { sql } from 'kysely';
import type { Owner } from '../domain/policies/index.ts';
import type { Db, Transaction } from './index.ts';

/** What a person states. */
export interface LoginSetupFields {
  name: string;
  host: string;
  account: string;
  setup: string;
  batchSystem: string;
}

export interface StoredLoginSetup extends LoginSetupFields {
  loginSetupId: number;
  active: boolean;
  version: number;
  creator: string;
  creatorId: number;
  creatorRole: Owner['role'];
  created: Date;
  updater: string | null;
  updated: Date | null;
  /** Stages that use it. */
  stages: number;
}

/** All of an experiment by name, or the one that is named. */
export async function selectLoginSetups(
  db: Db | Transaction,
  experiment: string,
  name: string | null,
): Promise<StoredLoginSetup[]> {
  const { rows } = await sql<StoredLoginSetup>`
    select l.login_setup_id, l.name, l.host, l.account, l.setup, l.batch_system, l.active, l.version, l.created, l.updated,
      c.username as creator, u.username as updater, l.creator_id, l.creator_role,
      (select count(*)::integer from stage s where s.login_setup_id = l.login_setup_id) as stages
    from login_setup l
    join experimenter c on c.experimenter_id = l.creator_id
    left join experimenter u on u.experimenter_id = l.updater_id
    where l.experiment = ${experiment} and (${name}::text is null or l.name = ${name})
    order by l.name`.execute(db);
  return rows;
}

export async function insertLoginSetup(
  trx: Transaction,
  experiment: string,
  fields: LoginSetupFields,
  creator: Owner,
): Promise<void> {
  await trx
    .insertInto('loginSetup')
    .values({ experiment, ...fields, creatorId: creator.experimenterId, creatorRole: creator.role })
    .execute();
}

/** False where the version is not the stored one any more. */
export async function updateLoginSetup(
  trx: Transaction,
  loginSetupId: number,
  version: number,
  fields: LoginSetupFields & { active: boolean },
  updaterId: number,
): Promise<boolean> {
  const { name, host, account, setup, batchSystem, active } = fields;
  const done = await trx
    .updateTable('loginSetup')
    .set({ name, host, account, setup, batchSystem, active, updaterId })
    .set({ version: version + 1, updated: sql<Date>`clock_timestamp()` })
    .where('loginSetupId', '=', loginSetupId)
    .where('version', '=', version)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Fails on the foreign key where a stage uses it. */
export async function deleteLoginSetup(trx: Transaction, loginSetupId: number): Promise<void> {
  await trx.deleteFrom('loginSetup').where('loginSetupId', '=', loginSetupId).execute();
}

/** What uses it: stages as `campaign / stage`, and campaigns whose defaults name it. */
export async function loginSetupUsers(db: Db | Transaction, loginSetupId: number): Promise<string[]> {
  const { rows } = await sql<{ user: string }>`
    select c.name || ' / ' || s.name as "user" from stage s join campaign c using (campaign_id)
    where s.login_setup_id = ${loginSetupId}
    union
    select c.name || ' (defaults)' from campaign c join login_setup l using (experiment)
    where l.login_setup_id = ${loginSetupId} and c.defaults ->> 'loginSetup' = l.name
    order by 1`.execute(db);
  return rows.map((row) => row.user);
}

/** The defaults of campaigns name a login setup: they follow when it is renamed. */
export async function renameInDefaults(
  trx: Transaction,
  experiment: string,
  from: string,
  to: string,
): Promise<void> {
  await sql`
    update campaign set defaults = jsonb_set(defaults, '{loginSetup}', to_jsonb(${to}::text))
    where experiment = ${experiment} and defaults ->> 'loginSetup' = ${from}`.execute(trx);
}
