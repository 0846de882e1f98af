/** File counts of submissions, many at once: what decides `Located`, and what pages show. */
import { sql } from 'kysely';
import type { OutputSpec, Progress, ProjectSummary } from '../types.ts';
import { countChildren } from './children.ts';
import { CONSUMED_STATES, FAILED_STATES, OPEN_STATES } from './file-states.ts';
import { read, type Session } from './session.ts';

/** Submissions in one statement: keeps a statement's text and its number of parameters small. */
const BATCH = 100;

/** One row for each project asked for, in the same order; those that do not exist say so. */
export async function projectSummaries(
  session: Session,
  experiment: string,
  projects: string[],
): Promise<ProjectSummary[]> {
  const { rows } = await sql<ProjectSummary>`
    select n.name as project, p.project_id is not null as exists, coalesce(p.state = 'completed', false) as ended,
      coalesce(c.files, 0) as files, coalesce(c.consumed, 0) as consumed, coalesce(c.failed, 0) as failed,
      coalesce(c.delivered, 0) as delivered
    from unnest(${projects}::text[]) with ordinality as n(name, place)
    left join dh.project p on p.experiment = ${experiment} and p.name = n.name
    left join lateral (select count(*) as files,
      count(*) filter (where pf.state = any(${[...CONSUMED_STATES]}::text[])) as consumed,
      count(*) filter (where pf.state = any(${[...FAILED_STATES]}::text[])) as failed,
      count(*) filter (where pf.state = any(${[...OPEN_STATES]}::text[])) as delivered
      from dh.project_file pf where pf.project_id = p.project_id) c on true
    order by n.place`.execute(session.db);
  return rows;
}

/** One row for each item, in the same order. Error 'bad-query' where a pattern cannot be used. */
export function progress(
  session: Session,
  experiment: string,
  items: { project: string; output: OutputSpec }[],
): Promise<Progress[]> {
  return read(session, async (db) => {
    const inside = { db, inTransaction: true };
    const rows: Progress[] = [];
    for (let start = 0; start < items.length; start += BATCH) {
      const batch = items.slice(start, start + BATCH);
      const summaries = await projectSummaries(
        inside,
        experiment,
        batch.map(({ project }) => project),
      );
      const children = await countChildren(db, experiment, batch);
      for (const [place, summary] of summaries.entries()) {
        const { childrenDeclared = 0, childrenLocated = 0 } = children.get(place) ?? {};
        rows.push({ ...summary, childrenDeclared, childrenLocated });
      }
    }
    return rows;
  });
}
