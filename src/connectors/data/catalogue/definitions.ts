/** Definitions: datasets by name; and snapshots, which keep what a definition meant at one moment. */
import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { parseDimensions, printDimensions } from '../../../domain/dimensions/index.ts';
import { PomsError } from '../../../errors.ts';
import { expand } from './expand.ts';
import { compileAround, loadDefinitions } from './queries.ts';
import { lock, type Session, write } from './session.ts';

export interface Definition {
  id: number;
  name: string;
  dims: string;
  group: string | null;
  description: string | null;
  user: string;
  created: Date;
}

export interface NewDefinition {
  name: string;
  dims: string;
  user: string;
  group?: string | undefined;
  description?: string | undefined;
  /** A definition of this name with another query is replaced. */
  replace: boolean;
}

const NAME = /^[\x21-\x7e]+$/;

/**
 * Creates a definition. One of the same name with the same query stays as it is; one with another query is retired
 * when `replace`, otherwise the error is 'name-taken'. Error 'bad-query' where the query cannot be used, be it
 * because it would contain itself.
 */
export async function createDefinition(
  session: Session,
  experiment: string,
  wanted: NewDefinition,
): Promise<Definition> {
  const { name, dims, replace, user } = wanted;
  checkDefinitionName(name);
  return write(session, async (db) => {
    await lock(db, 'definition', experiment, name);
    await expand(dims, experiment, (names) => loadDefinitions(db, experiment, names), name);
    const existing = await findDefinition(db, experiment, name);
    if (existing && sameQuery(existing.dims, dims)) return existing;
    if (existing && !replace) throw new PomsError('name-taken', { kind: 'definition', name });
    await sql`update dh.definition set retired = now()
      where experiment = ${experiment} and name = ${name} and retired is null`.execute(db);
    await sql`insert into dh.definition (experiment, name, dims, group_name, description, created_by) values
      (${experiment}, ${name}, ${dims}, ${wanted.group ?? null}, ${wanted.description ?? null}, ${user})`.execute(
      db,
    );
    return getDefinition(db, experiment, name);
  });
}

/** Error 'bad-request'. */
export function checkDefinitionName(name: string): void {
  if (NAME.test(name) && !(name.includes("'") && name.includes('"')) && name.length <= 250) return;
  const problem = `${JSON.stringify(name)} cannot be the name of a definition.`;
  throw new PomsError('bad-request', { problem });
}

function sameQuery(one: string, other: string): boolean {
  return one === other || printDimensions(parseDimensions(one)) === printDimensions(parseDimensions(other));
}

/** The active definition of this name, or null. */
export async function findDefinition(db: Db, experiment: string, name: string): Promise<Definition | null> {
  const { rows } =
    await sql<Definition>`select definition_id as id, name, dims, group_name as "group", description, created_by as "user", created
    from dh.definition where experiment = ${experiment} and name = ${name} and retired is null`.execute(db);
  return rows[0] ?? null;
}

/** Error 'not-found'. */
export async function getDefinition(db: Db, experiment: string, name: string): Promise<Definition> {
  const definition = await findDefinition(db, experiment, name);
  if (!definition) throw new PomsError('not-found', { kind: 'definition', name });
  return definition;
}

export interface Snapshot {
  id: number;
  files: number;
}

/** Keeps the files that a query has now, numbered from 1 in the order of their ids. */
export async function freeze(
  db: Db,
  experiment: string,
  of: { query: string; definition: Definition | null; user: string },
): Promise<Snapshot> {
  const definitionId = of.definition?.id ?? null;
  if (of.definition) await lock(db, 'snapshot', experiment, of.definition.name);
  const { rows: created } = await sql<{ id: number }>`
    insert into dh.snapshot (experiment, definition_id, version, created_by) values (${experiment}, ${definitionId},
      1 + coalesce((select max(s.version) from dh.snapshot s join dh.definition d on d.definition_id = s.definition_id
        where d.experiment = ${experiment} and d.name = ${of.definition?.name ?? null}), 0), ${of.user})
    returning snapshot_id as id`.execute(db);
  const id = created[0]?.id ?? 0;
  // In the same transaction as the snapshot, so its CTEs read what the query of the definition reads.
  const insert = await compileAround(
    db,
    experiment,
    of.query,
    (files) =>
      sql`insert into dh.snapshot_file (snapshot_id, file_id, seq)
      select ${id}::bigint, id, row_number() over (order by id) from (${files}) found`,
  );
  const { numAffectedRows } = await insert.execute(db);
  const files = Number(numAffectedRows ?? 0);
  await sql`update dh.snapshot set files = ${files} where snapshot_id = ${id}`.execute(db);
  return { id, files };
}

/**
 * Keeps what a definition means now. With `maxAge` (seconds), its newest snapshot where that is no older; error
 * 'bad-request' where it would be empty and may not be. Error 'not-found'.
 */
export function takeSnapshot(
  session: Session,
  experiment: string,
  name: string,
  user: string,
  { maxAge, allowEmpty = true }: { maxAge?: number | undefined; allowEmpty?: boolean } = {},
): Promise<Snapshot> {
  return write(session, async (db) => {
    const definition = await getDefinition(db, experiment, name);
    const young = maxAge === undefined ? null : await newestSnapshot(db, definition.id, maxAge);
    const snapshot = young ?? (await freeze(db, experiment, { query: definition.dims, definition, user }));
    if (snapshot.files === 0 && !allowEmpty) {
      const problem = `Definition ${name} has no files now, and an empty snapshot is not wanted.`;
      throw new PomsError('bad-request', { problem });
    }
    return snapshot;
  });
}

async function newestSnapshot(db: Db, definitionId: number, maxAge: number): Promise<Snapshot | null> {
  const { rows } = await sql<Snapshot>`select snapshot_id as id, files from dh.snapshot
    where definition_id = ${definitionId} and created >= now() - make_interval(secs => ${maxAge})
    order by version desc limit 1`.execute(db);
  return rows[0] ?? null;
}
