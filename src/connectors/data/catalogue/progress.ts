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
      coalesce(c.delivered, 0) as delivered, coalesce(c.states, '{}') as states
    from unnest(${projects}::text[]) with ordinality as n(name, place)
    left join dh.project p on p.experiment = ${experiment} and p.name = n.name
    left join lateral (select sum(s.n)::bigint as files,
      coalesce(sum(s.n) filter (where s.state = any(${[...CONSUMED_STATES]}::text[])), 0)::bigint as consumed,
      coalesce(sum(s.n) filter (where s.state = any(${[...FAILED_STATES]}::text[])), 0)::bigint as failed,
      coalesce(sum(s.n) filter (where s.state = any(${[...OPEN_STATES]}::text[])), 0)::bigint as delivered,
      jsonb_object_agg(s.state, s.n) as states
      from (select pf.state, count(*) as n from dh.project_file pf where pf.project_id = p.project_id group by pf.state) s
      ) c on true
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
        const {
          childrenDeclared = 0,
          childrenLocated = 0,
          childrenSome = 0,
          outputs = null,
        } = children.get(place) ?? {};
        const counts = { childrenDeclared, childrenLocated, childrenSome };
        rows.push({ ...summary, ...counts, ...(outputs !== null && { outputs }) });
      }
    }
    return rows;
  });
}
