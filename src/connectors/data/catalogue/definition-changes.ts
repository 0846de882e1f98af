/** Definitions after they were made: found, renamed, described, deleted; and what is known of their snapshots. */
import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { childrenOf, type Expression, parseDimensions } from '../../../domain/dimensions/index.ts';
import { PomsError } from '../../../errors.ts';
import { checkDefinitionName, type Definition, getDefinition } from './definitions.ts';
import { lock, type Session, write } from './session.ts';

/** Texts with `%` for any text; times by when the definition was made. */
export interface DefinitionFilter {
  name?: string | undefined;
  user?: string | undefined;
  group?: string | undefined;
  after?: Date | undefined;
  before?: Date | undefined;
}

/** Names of active definitions, in their order. */
export async function listDefinitions(
  { db }: Session,
  experiment: string,
  { name, user, group, after, before }: DefinitionFilter,
): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from dh.definition
    where experiment = ${experiment} and retired is null
      and (${name ?? null}::text is null or name like ${name ?? null})
      and (${user ?? null}::text is null or created_by like ${user ?? null})
      and (${group ?? null}::text is null or group_name like ${group ?? null})
      and (${after ?? null}::timestamptz is null or created >= ${after ?? null})
      and (${before ?? null}::timestamptz is null or created < ${before ?? null})
    order by name`.execute(db);
  return rows.map((row) => row.name);
}

/**
 * Renames a definition, or describes it anew. Errors 'not-found', 'bad-request', 'name-taken', and 'in-use' where
 * the name is needed by other definitions.
 */
export function changeDefinition(
  session: Session,
  experiment: string,
  name: string,
  change: { name?: string | undefined; description?: string | undefined },
): Promise<Definition> {
  const wanted = change.name ?? name;
  checkDefinitionName(wanted);
  return write(session, async (db) => {
    for (const one of [...new Set([name, wanted])].sort()) await lock(db, 'definition', experiment, one);
    const { id } = await getDefinition(db, experiment, name);
    if (wanted !== name) {
      refuseUsed(name, await definitionsUsing(db, experiment, name));
      const { rows } = await sql`select 1 from dh.definition
        where experiment = ${experiment} and name = ${wanted} and retired is null`.execute(db);
      if (rows.length > 0) throw new PomsError('name-taken', { kind: 'definition', name: wanted });
    }
    await sql`update dh.definition set name = ${wanted},
      description = coalesce(${change.description ?? null}, description) where definition_id = ${id}`.execute(
      db,
    );
    return getDefinition(db, experiment, wanted);
  });
}

/** Errors 'not-found', and 'in-use' where a snapshot, a project or another definition was made from it. */
export function deleteDefinition(session: Session, experiment: string, name: string): Promise<void> {
  return write(session, async (db) => {
    for (const kind of ['definition', 'snapshot']) await lock(db, kind, experiment, name);
    const { id } = await getDefinition(db, experiment, name);
    const { rows } = await sql<{ user: string }>`
      (select 'snapshot ' || snapshot_id as "user" from dh.snapshot where definition_id = ${id} order by snapshot_id limit 1)
      union all (select 'project ' || name from dh.project where experiment = ${experiment} and definition_id = ${id} limit 1)`.execute(
      db,
    );
    refuseUsed(name, [...rows.map((row) => row.user), ...(await definitionsUsing(db, experiment, name))]);
    await sql`delete from dh.definition where definition_id = ${id}`.execute(db);
  });
}

function refuseUsed(name: string, users: string[]): void {
  if (users.length > 0) throw new PomsError('in-use', { kind: 'Definition', name, users: users.join(', ') });
}

/** Active definitions whose query has this one: those that have its name in their text, looked at closely. */
async function definitionsUsing(db: Db, experiment: string, name: string): Promise<string[]> {
  const { rows } = await sql<{ name: string; dims: string }>`select name, dims from dh.definition
    where experiment = ${experiment} and retired is null and strpos(dims, ${name}) > 0 order by name`.execute(
    db,
  );
  return rows.flatMap((row) => (names(parseDimensions(row.dims), name) ? [`definition ${row.name}`] : []));
}

function names(node: Expression, definition: string): boolean {
  if (node.kind === 'definition') return node.name === definition;
  return childrenOf(node).some((child) => names(child, definition));
}

export interface SnapshotInfo {
  id: number;
  version: number;
  files: number;
  created: Date;
  user: string;
  definition: string | null;
  definitionId: number | null;
}

/** A snapshot by its number, or the newest of a definition. Error 'not-found'. */
export async function snapshotInfo(
  { db }: Session,
  experiment: string,
  of: { id: number } | { definition: string },
): Promise<SnapshotInfo> {
  const { rows } = await sql<SnapshotInfo>`select s.snapshot_id as id, s.version, s.files, s.created,
      s.created_by as "user", d.name as definition, d.definition_id
    from dh.snapshot s left join dh.definition d on d.definition_id = s.definition_id
    where s.experiment = ${experiment} and ${
      'id' in of
        ? sql`s.snapshot_id = ${of.id}`
        : sql`d.experiment = ${experiment} and d.name = ${of.definition}`
    } order by s.snapshot_id desc limit 1`.execute(db);
  const [row] = rows;
  if (row) return row;
  if ('definition' in of) await getDefinition(db, experiment, of.definition);
  const what = 'id' in of ? of.id : `of definition ${of.definition}`;
  throw new PomsError('not-found', { kind: 'snapshot', name: what });
}
