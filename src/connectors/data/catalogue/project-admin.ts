/** Projects as people and scripts look after them: lists, descriptions, how processes ended. */
import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import { closeProcess } from './processes.ts';
import { getProject, type Project } from './projects.ts';
import { type Session, write } from './session.ts';

/** Texts with `%` for any text. */
export interface ProjectFilter {
  name?: string | undefined;
  user?: string | undefined;
  group?: string | undefined;
  definition?: string | undefined;
  station?: string | undefined;
  state?: string | undefined;
  snapshotId?: number | undefined;
  startedAfter?: Date | undefined;
  startedBefore?: Date | undefined;
  endedAfter?: Date | undefined;
  endedBefore?: Date | undefined;
}

/** Names, in the order in which they were started. */
export async function listProjects(
  { db }: Session,
  experiment: string,
  filter: ProjectFilter,
): Promise<string[]> {
  const like = (column: string, pattern: string | undefined) =>
    pattern === undefined ? [] : [sql`${sql.ref(column)} like ${pattern}`];
  const from = (column: string, time: Date | undefined) =>
    time === undefined ? [] : [sql`${sql.ref(column)} >= ${time}`];
  const until = (column: string, time: Date | undefined) =>
    time === undefined ? [] : [sql`${sql.ref(column)} < ${time}`];
  const conditions = [
    sql`p.experiment = ${experiment}`,
    ...like('p.name', filter.name),
    ...like('p.started_by', filter.user),
    ...like('p.group_name', filter.group),
    ...like('d.name', filter.definition),
    ...like('p.station', filter.station),
    ...like('p.state', filter.state),
    ...(filter.snapshotId === undefined ? [] : [sql`p.snapshot_id = ${filter.snapshotId}`]),
    ...from('p.started', filter.startedAfter),
    ...until('p.started', filter.startedBefore),
    ...from('p.ended', filter.endedAfter),
    ...until('p.ended', filter.endedBefore),
  ];
  const { rows } = await sql<{ name: string }>`select p.name from dh.project p
    left join dh.definition d on d.definition_id = p.definition_id
    where ${sql.join(conditions, sql` and `)} order by p.project_id`.execute(db);
  return rows.map(({ name }) => name);
}

/** Error 'not-found'. */
export async function describeProject(
  { db }: Session,
  experiment: string,
  name: string,
  description: string,
): Promise<Project> {
  const project = await getProject(db, experiment, name);
  await sql`update dh.project set description = ${description} where project_id = ${project.id}`.execute(db);
  return project;
}

/**
 * Says for good how a process ended, by its number or by its description, which must then be the only one of the
 * project. An active process ends; one that ended well may turn out bad, not the other way round.
 * Errors 'not-found', 'bad-request', 'wrong-state'.
 */
export function setProcessStatus(
  session: Session,
  experiment: string,
  project: string,
  process: { id: number } | { description: string },
  status: 'completed' | 'bad',
): Promise<void> {
  return write(session, async (db) => {
    const { id: projectId } = await getProject(db, experiment, project);
    const { id, state } = await findProcess(db, projectId, process);
    if (state === status) return;
    if (state === 'bad') {
      const details = { kind: 'Process', name: id, state, action: `making it ${status}` };
      throw new PomsError('wrong-state', { ...details, allowed: 'active' });
    }
    if (state === 'active') await closeProcess(db, projectId, id, status);
    else await sql`update dh.process set state = ${status} where process_id = ${id}`.execute(db);
  });
}

async function findProcess(
  db: Db,
  projectId: number,
  process: { id: number } | { description: string },
): Promise<{ id: number; state: string }> {
  const same =
    'id' in process
      ? sql`process_id = ${process.id}`
      : sql`left(description, 100) = left(${process.description}, 100)
      and description = ${process.description}`;
  const { rows } = await sql<{ id: number; state: string }>`select process_id as id, state from dh.process
    where project_id = ${projectId} and ${same} order by process_id for update`.execute(db);
  const [row, other] = rows;
  const name = 'id' in process ? process.id : process.description;
  if (!row) throw new PomsError('not-found', { kind: 'process', name });
  if (other)
    throw new PomsError('bad-request', { problem: `More than one process is described as ${name}.` });
  return row;
}
