/** Projects: a snapshot whose files are handed out, each to exactly one process. */
import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import { freeze, getDefinition } from './definitions.ts';
import { lock, type Session, write } from './session.ts';

export interface Project {
  id: number;
  name: string;
  station: string;
  state: 'running' | 'completed';
  definition: string | null;
  snapshotId: number;
  description: string | null;
  group: string | null;
  user: string;
  started: Date;
  ended: Date | null;
}

export interface NewProject {
  name: string;
  station: string;
  group?: string | undefined;
  user: string;
  /** What to hand out: what a definition means now, or a snapshot. */
  of: { definition: string } | { snapshotId: number };
}

const NAME = /^[\x21-\x2e\x30-\x7e]{1,250}$/;

/**
 * Starts a project. Repeated with the same name and the same definition (or snapshot) it returns the one that
 * exists, ended or not; with another definition the error is 'name-taken'.
 */
export async function startProject(
  session: Session,
  experiment: string,
  wanted: NewProject,
): Promise<Project> {
  for (const name of [wanted.name, wanted.station]) {
    if (!NAME.test(name)) {
      const problem = `${JSON.stringify(name)} cannot be the name of a project or station: no blanks, no slashes, ASCII only.`;
      throw new PomsError('bad-request', { problem });
    }
  }
  return write(session, async (db) => {
    await lock(db, 'project', experiment, wanted.name);
    const existing = await findProject(db, experiment, wanted.name);
    if (existing) {
      const same =
        'definition' in wanted.of
          ? existing.definition === wanted.of.definition
          : existing.snapshotId === wanted.of.snapshotId;
      if (same) return existing;
      throw new PomsError('name-taken', { kind: 'project', name: wanted.name });
    }
    const { snapshotId, definitionId } = await snapshotFor(db, experiment, wanted);
    const { rows } = await sql<{ id: number }>`insert into dh.project
      (experiment, name, station, group_name, definition_id, snapshot_id, started_by) values
      (${experiment}, ${wanted.name}, ${wanted.station}, ${wanted.group ?? null}, ${definitionId}, ${snapshotId}, ${wanted.user})
      returning project_id as id`.execute(db);
    await sql`insert into dh.project_file (project_id, file_id, seq)
      select ${rows[0]?.id ?? 0}::bigint, file_id, seq from dh.snapshot_file where snapshot_id = ${snapshotId}`.execute(
      db,
    );
    return getProject(db, experiment, wanted.name);
  });
}

async function snapshotFor(db: Db, experiment: string, { of, user }: NewProject) {
  if ('definition' in of) {
    const definition = await getDefinition(db, experiment, of.definition);
    const snapshot = await freeze(db, experiment, { query: definition.dims, definition, user });
    return { snapshotId: snapshot.id, definitionId: definition.id };
  }
  const { rows } = await sql<{ definitionId: number | null }>`select definition_id from dh.snapshot
    where experiment = ${experiment} and snapshot_id = ${of.snapshotId}`.execute(db);
  const [snapshot] = rows;
  if (!snapshot) throw new PomsError('not-found', { kind: 'snapshot', name: of.snapshotId });
  return { snapshotId: of.snapshotId, definitionId: snapshot.definitionId };
}

export async function findProject(db: Db, experiment: string, name: string): Promise<Project | null> {
  const { rows } =
    await sql<Project>`select p.project_id as id, p.name, p.station, p.state, d.name as definition,
    p.snapshot_id, p.description, p.group_name as "group", p.started_by as "user", p.started, p.ended
    from dh.project p left join dh.definition d on d.definition_id = p.definition_id
    where p.experiment = ${experiment} and p.name = ${name}`.execute(db);
  return rows[0] ?? null;
}

/** Error 'not-found'. */
export async function getProject(db: Db, experiment: string, name: string): Promise<Project> {
  const project = await findProject(db, experiment, name);
  if (!project) throw new PomsError('not-found', { kind: 'project', name });
  return project;
}

/**
 * Ends a project and all its processes: files that were handed out without a word become `unknown`, those never
 * handed out stay unassigned. Repeated: nothing more happens. Error 'not-found'.
 */
export function endProject(session: Session, experiment: string, name: string): Promise<void> {
  return write(session, async (db) => {
    const { id } = await getProject(db, experiment, name);
    // The project first: a process that asks for a file at this moment waits, and is then told that it has ended.
    await sql`update dh.project set state = 'completed', ended = now()
      where project_id = ${id} and state = 'running'`.execute(db);
    await sql`update dh.process set state = 'completed', ended = now()
      where project_id = ${id} and state = 'active'`.execute(db);
    await sql`update dh.project_file set state = 'unknown', changed = now()
      where project_id = ${id} and state in ('delivered', 'transferred')`.execute(db);
  });
}
