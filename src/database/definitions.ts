/** Definitions that stages name, login setups and job types: the statements that are the same for every kind. */
import { type RawBuilder, sql } from 'kysely';
import type { Owner } from '../domain/policies/index.ts';
import type { Db, Transaction } from './index.ts';

/** What POMS knows of every stored definition, beside what a person states. */
export interface StoredDefinition {
  name: string;
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

/** How one kind is stored: `Fields` is what a person states, `Row` what is read back. */
export interface DefinitionTable<
  Fields extends { name: string } = { name: string },
  Row extends StoredDefinition = StoredDefinition,
> {
  name: 'login_setup' | 'job_type';
  key: 'login_setup_id' | 'job_type_id';
  /** Under which name the defaults of campaigns have one. */
  inDefaults: 'loginSetup' | 'jobType';
  /** What is read of the row `d` beside that which all kinds have. Its columns become the fields of `Row`. */
  select: RawBuilder<Row>;
  /** The columns of its own, and what is stored in them. */
  columns(fields: Fields): Record<string, unknown>;
  /** Stores what stands in other tables; called after every save. */
  storeParts?(trx: Transaction, id: number, fields: Fields): Promise<void>;
}

/** All of an experiment by name, or the one that is named. */
export async function selectDefinitions<Fields extends { name: string }, Row extends StoredDefinition>(
  db: Db | Transaction,
  table: DefinitionTable<Fields, Row>,
  experiment: string,
  name: string | null,
): Promise<Row[]> {
  const key = sql.ref(table.key);
  const { rows } = await sql<Row>`
    select ${table.select}, d.name, d.active, d.version, d.created, d.updated,
      c.username as creator, u.username as updater, d.creator_id, d.creator_role,
      (select count(*)::integer from stage s where s.${key} = d.${key}) as stages
    from ${sql.table(table.name)} d
    join experimenter c on c.experimenter_id = d.creator_id
    left join experimenter u on u.experimenter_id = d.updater_id
    where d.experiment = ${experiment} and (${name}::text is null or d.name = ${name})
    order by d.name`.execute(db);
  return rows;
}

/** Fails on the unique key where the name is taken. */
export async function insertDefinition<Fields extends { name: string }, Row extends StoredDefinition>(
  trx: Transaction,
  table: DefinitionTable<Fields, Row>,
  experiment: string,
  fields: Fields,
  creator: Owner,
): Promise<void> {
  const row = { experiment, name: fields.name, ...table.columns(fields) };
  const { rows } = await sql<{ id: number }>`
    insert into ${sql.table(table.name)} (${sql.join(Object.keys(row).map((column) => sql.ref(column)))}, creator_id, creator_role)
    values (${sql.join(Object.values(row))}, ${creator.experimenterId}, ${creator.role})
    returning ${sql.ref(table.key)} as id`.execute(trx);
  for (const { id } of rows) await table.storeParts?.(trx, id, fields);
}

/** False where the version is not the stored one any more. Fails on the unique key where the new name is taken. */
export async function updateDefinition<Fields extends { name: string }, Row extends StoredDefinition>(
  trx: Transaction,
  table: DefinitionTable<Fields, Row>,
  experiment: string,
  saved: { name: string; version: number },
  fields: Fields & { active: boolean },
  updaterId: number,
): Promise<boolean> {
  const row = { name: fields.name, active: fields.active, ...table.columns(fields) };
  const changes = Object.entries(row).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  const { rows } = await sql<{ id: number }>`
    update ${sql.table(table.name)}
    set ${sql.join(changes)}, updater_id = ${updaterId}, version = version + 1, updated = clock_timestamp()
    where experiment = ${experiment} and name = ${saved.name} and version = ${saved.version}
    returning ${sql.ref(table.key)} as id`.execute(trx);
  for (const { id } of rows) await table.storeParts?.(trx, id, fields);
  return rows.length === 1;
}

/** False where the version is not the stored one any more. Fails on the foreign key where a stage uses it. */
export async function deleteDefinition(
  trx: Transaction,
  table: Pick<DefinitionTable, 'name'>,
  experiment: string,
  saved: { name: string; version: number },
): Promise<boolean> {
  const done = await sql`
    delete from ${sql.table(table.name)}
    where experiment = ${experiment} and name = ${saved.name} and version = ${saved.version}`.execute(trx);
  return done.numAffectedRows === 1n;
}

/** What uses it: stages as `campaign / stage`, and campaigns whose defaults name it. */
export async function definitionUsers(
  db: Db | Transaction,
  table: Pick<DefinitionTable, 'name' | 'key' | 'inDefaults'>,
  experiment: string,
  name: string,
): Promise<string[]> {
  const { rows } = await sql<{ user: string }>`
    select c.name || ' / ' || s.name as "user"
    from ${sql.table(table.name)} d join stage s using (${sql.ref(table.key)}) join campaign c using (campaign_id)
    where d.experiment = ${experiment} and d.name = ${name}
    union
    select name || ' (defaults)' from campaign
    where experiment = ${experiment} and defaults ->> ${table.inDefaults} = ${name}
    order by 1`.execute(db);
  return rows.map((row) => row.user);
}

/** The defaults of campaigns name definitions: they follow when one is renamed. */
export async function renameInDefaults(
  trx: Transaction,
  table: Pick<DefinitionTable, 'inDefaults'>,
  experiment: string,
  from: string,
  to: string,
): Promise<void> {
  await sql`
    update campaign set defaults = jsonb_set(defaults, array[${table.inDefaults}::text], to_jsonb(${to}::text))
    where experiment = ${experiment} and defaults ->> ${table.inDefaults} = ${from}`.execute(trx);
}
