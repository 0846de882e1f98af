/** Processes: what runs in a job and works through files of a project, one after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
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
import { fileUrl, schemaOf } from './locations.ts';
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

export interface HandedFile {
  name: string;
  /** Where to read it: a location with the name at its end; the name alone where no location is known. */
  url: string;
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

/** The process cannot end, or ask for another file, before this transaction. */
async function keepActive(
  db: Db,
  projectId: number,
  processId: number,
): Promise<{ fileLimit: number | null; schemas: string[] }> {
  const { rows } = await sql<{
    state: string;
    fileLimit: number | null;
    schemas: string[];
  }>`select state, file_limit, schemas from dh.process
    where project_id = ${projectId} and process_id = ${processId} for update`.execute(db);
  const [process] = rows;
  if (!process) throw new PomsError('not-found', { kind: 'process', name: processId });
  if (process.state !== 'active') throw new PomsError('project-ended', { kind: 'Process', name: processId });
  return process;
}

/**
 * The next file for a process, or null when none is left. Each file is handed to exactly one process.
 *
 * With `resume`, a process that holds a file it has not reported is handed that file again. This makes the call
 * safe to repeat when its answer was lost; a process that works on several files at once does not use it.
 * Errors 'not-found', 'project-ended'.
 */
export async function nextFile(
  session: Session,
  experiment: string,
  project: string,
  processId: number,
  options: { resume: boolean },
): Promise<HandedFile | null> {
  for (;;) {
    const file = await offerFile(session, experiment, project, processId, options);
    if (file !== 'wait') return file;
  }
}

/** How long to wait for files that others are taking at this moment, in ms; longer is up to the client. */
const PATIENCE_MS = 500;
const PAUSE_MS = 20;

/** As `nextFile`, but 'wait' when others are taking the last files and have not done so in half a second. */
export async function offerFile(
  session: Session,
  experiment: string,
  project: string,
  processId: number,
  options: { resume: boolean },
): Promise<HandedFile | 'wait' | null> {
  const { id } = await getProject(session.db, experiment, project);
  for (let waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
    const handed = await write(session, async (db) => {
      await keepRunning(db, id, project);
      const { fileLimit, schemas } = await keepActive(db, id, processId);
      const held = options.resume ? await heldFile(db, id, processId) : null;
      if (held !== null) return locate(db, held, schemas);
      if (fileLimit !== null && (await filesOf(db, id, processId)) >= fileLimit) return null;
      const taken = await takeFile(db, id, processId);
      if (taken !== null) return locate(db, taken, schemas);
      return (await hasUnassigned(db, id)) ? 'locked' : null;
    });
    if (handed !== 'locked') return handed;
    // If one of the others fails, its file is free again.
    await sleep(PAUSE_MS);
  }
  return 'wait';
}

async function heldFile(db: Db, projectId: number, processId: number): Promise<number | null> {
  const { rows } = await sql<{ fileId: number }>`select file_id from dh.project_file
    where process_id = ${processId} and project_id = ${projectId} and state in ('delivered', 'transferred')
    order by seq limit 1`.execute(db);
  return rows[0]?.fileId ?? null;
}

async function filesOf(db: Db, projectId: number, processId: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from dh.project_file
    where process_id = ${processId} and project_id = ${projectId}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** 4,137 files a second with 16 clients on one project of 100,000 files (PostgreSQL 15, 2 cores). */
async function takeFile(db: Db, projectId: number, processId: number): Promise<number | null> {
  const { rows } = await sql<{ fileId: number }>`
    update dh.project_file set state = 'delivered', process_id = ${processId}, changed = now()
    where project_id = ${projectId} and file_id = (
      select file_id from dh.project_file where project_id = ${projectId} and state = 'unassigned'
      order by seq limit 1 for update skip locked)
    returning file_id`.execute(db);
  return rows[0]?.fileId ?? null;
}

async function hasUnassigned(db: Db, projectId: number): Promise<boolean> {
  const { rows } = await sql`select 1 from dh.project_file
    where project_id = ${projectId} and state = 'unassigned' limit 1`.execute(db);
  return rows.length > 0;
}

async function locate(db: Db, fileId: number, schemas: string[]): Promise<HandedFile> {
  const { rows } = await sql<{ name: string; locations: string[] }>`select f.name,
    array(select l.location from dh.file_location l where l.file_id = f.file_id order by l.location) as locations
    from dh.file f where f.file_id = ${fileId}`.execute(db);
  const { name = '', locations = [] } = rows[0] ?? {};
  const wanted = schemas.flatMap((schema) => locations.filter((location) => schemaOf(location) === schema));
  return { name, url: fileUrl(name, wanted[0] ?? locations[0] ?? null) };
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
