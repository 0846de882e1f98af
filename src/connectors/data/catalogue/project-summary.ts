/** A project in full, as the SAM web API tells it; and what is left to do of it. */
import { sql } from 'kysely';
import { snapshotFiles, writeValue } from '../../../domain/dimension-text.ts';
import { PomsError } from '../../../errors.ts';
import type { FileState } from './file-states.ts';
import { getProject, type Project } from './projects.ts';
import { countFiles } from './queries.ts';
import type { Session } from './session.ts';

export interface ProcessSummary {
  processId: number;
  status: string;
  node: string | null;
  user: string | null;
  counts: Partial<Record<FileState, number>>;
}

export interface FullProjectSummary extends Project {
  files: number;
  counts: Partial<Record<FileState, number>>;
  processCounts: Record<string, number>;
  processes: ProcessSummary[];
}

/** `processes` in the order they began, at most `processLimit`. Error 'not-found'. */
export async function projectSummary(
  session: Session,
  experiment: string,
  name: string,
  processLimit: number,
): Promise<FullProjectSummary> {
  const { db } = session;
  const project = await getProject(db, experiment, name);
  const counts = await sql<{ state: FileState; n: number }>`select state, count(*) as n from dh.project_file
    where project_id = ${project.id} group by state`.execute(db);
  const processCounts = await sql<{ state: string; n: number }>`select state, count(*) as n from dh.process
    where project_id = ${project.id} group by state`.execute(db);
  const processes =
    await sql<ProcessSummary>`select pr.process_id, pr.state as status, pr.node, pr.user_name as "user",
    coalesce((select jsonb_object_agg(c.state, c.n) from (select state, count(*) as n from dh.project_file pf
      where pf.process_id = pr.process_id group by state) c), '{}') as counts
    from dh.process pr where pr.project_id = ${project.id} order by pr.process_id limit ${processLimit}`.execute(
      db,
    );
  return {
    ...project,
    files: counts.rows.reduce((sum, { n }) => sum + n, 0),
    counts: Object.fromEntries(counts.rows.map(({ state, n }) => [state, n])),
    processCounts: Object.fromEntries(processCounts.rows.map(({ state, n }) => [state, n])),
    processes: processes.rows,
  };
}

/** What makes a file done: that it was consumed, that its process ended well, or both. */
export interface Remaining {
  useFiles: boolean;
  useProcess: boolean;
}

/** The query for the files that are still to do. Empty text: nothing is left. Error 'not-found'. */
export async function remainingFiles(
  session: Session,
  experiment: string,
  name: string,
  options: Remaining,
): Promise<string> {
  await getProject(session.db, experiment, name);
  const query = remainingQuery(name, options);
  try {
    return (await countFiles(session, experiment, query)) > 0 ? query : '';
  } catch (error) {
    // Counting only saves an empty recovery: the query is right also when it takes too long to count.
    if (error instanceof PomsError && error.code === 'bad-query') return query;
    throw error;
  }
}

export function remainingQuery(name: string, { useFiles, useProcess }: Remaining): string {
  const done = [
    `project_name ${writeValue(name)}`,
    ...(useFiles ? ["consumed_status 'co%'"] : []),
    ...(useProcess ? ['consumer_process_status completed'] : []),
  ];
  return `${snapshotFiles(name)} minus (${done.join(' and ')})`;
}
