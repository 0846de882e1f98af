/** Processes: what runs in a job and works through files of a project, one after the other. */
import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import {
  type FileState,
  mayBecome,
  OPEN_STATES,
  REPORT_WORDS,
  reportedState,
  statesBefore,
} from './file-states.ts';
import { getProject } from './projects.ts';
import { type Session, write } from './session.ts';
import { applicationIds } from './words.ts';

export interface NewProcess {
  application?: { family: string; name: string; version: string } | undefined;
  node?: string | undefined;
  user?: string | undefined;
  description?: string | undefined;
  /** Files at most. */
  fileLimit?: number | undefined;
  /** The same id in the same project is the same process. */
  uniqueId?: string | undefined;
  /** Kinds of URL that it can read, the best first: `root`, `gsiftp`, `file`. None: any. */
  schemas?: string[] | undefined;
}

/** Errors 'not-found', 'project-ended'. Returns the process's id. */
export function establishProcess(
  session: Session,
  experiment: string,
  project: string,
  wanted: NewProcess,
): Promise<number> {
  return write(session, async (db) => {
    const { id } = await getProject(db, experiment, project);
    await keepRunning(db, id, project);
    const applicationId = (await applicationIds(db, experiment, [wanted]))(wanted.application);
    const { rows } = await sql<{ id: number }>`insert into dh.process
      (project_id, application_id, node, user_name, description, file_limit, unique_id, schemas) values (${id}, ${applicationId},
      ${wanted.node ?? null}, ${wanted.user ?? null}, ${wanted.description ?? null}, ${wanted.fileLimit ?? null}, ${wanted.uniqueId ?? null}, ${wanted.schemas ?? []}::text[])
      on conflict (project_id, unique_id) where unique_id is not null do update set unique_id = excluded.unique_id
      returning process_id as id`.execute(db);
    return rows[0]?.id ?? 0;
  });
}

/** The project cannot end before this transaction. */
async function keepRunning(db: Db, projectId: number, name: string): Promise<void> {
  const { rows } = await sql<{
    state: string;
  }>`select state from dh.project where project_id = ${projectId} for share`.execute(db);
  if (rows[0]?.state !== 'running') throw new PomsError('project-ended', { kind: 'Project', name });
}

/**
 * What became of a file: consumed, skipped, failed, transferred. The same report again does nothing; one that
 * contradicts what was reported is refused. Errors 'bad-request', 'not-found', 'wrong-state'.
 */
export async function reportFile(
  session: Session,
  experiment: string,
  project: string,
  processId: number,
  report: { file: string; status: string },
): Promise<void> {
  const to = reportedState(report.status);
  if (to === null) {
    const problem = `${report.status} is not a status of a file; known are ${REPORT_WORDS.join(', ')}.`;
    throw new PomsError('bad-request', { problem });
  }
  return write(session, async (db) => {
    const { id } = await getProject(db, experiment, project);
    const { rows } = await sql<{ fileId: number; state: FileState }>`select pf.file_id, pf.state
      from dh.file f join dh.project_file pf on pf.file_id = f.file_id and pf.project_id = ${id}
      where f.experiment = ${experiment} and f.name = ${report.file} and pf.process_id = ${processId}
      for update of pf`.execute(db);
    const [row] = rows;
    if (!row) throw new PomsError('not-found', { kind: `file of process ${processId}`, name: report.file });
    if (row.state === to) return;
    if (!mayBecome(row.state, to)) {
      const details = { kind: 'File', name: report.file, state: row.state, action: `reporting it ${to}` };
      throw new PomsError('wrong-state', { ...details, allowed: statesBefore(to).join(', ') });
    }
    await sql`update dh.project_file set state = ${to}, changed = now()
      where project_id = ${id} and file_id = ${row.fileId}`.execute(db);
  });
}

/**
 * Ends a process: files it holds without a word become `unknown`. Repeated: nothing more happens.
 * Error 'not-found'.
 */
export function endProcess(
  session: Session,
  experiment: string,
  project: string,
  processId: number,
  status: 'completed' | 'bad',
): Promise<void> {
  return write(session, async (db) => {
    const { id } = await getProject(db, experiment, project);
    const { rows } = await sql<{ state: string }>`select state from dh.process
      where project_id = ${id} and process_id = ${processId} for update`.execute(db);
    if (!rows[0]) throw new PomsError('not-found', { kind: 'process', name: processId });
    if (rows[0].state === 'active') await closeProcess(db, id, processId, status);
  });
}

/** Ends a process that is active and locked. */
export async function closeProcess(
  db: Db,
  projectId: number,
  processId: number,
  status: 'completed' | 'bad',
): Promise<void> {
  await sql`update dh.process set state = ${status}, ended = now() where process_id = ${processId}`.execute(
    db,
  );
  await sql`update dh.project_file set state = 'unknown', changed = now()
    where process_id = ${processId} and project_id = ${projectId} and state = any(${[...OPEN_STATES]}::text[])`.execute(
    db,
  );
}
