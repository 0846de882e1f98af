/** The definitions of an experiment, for people who look for one. */
import { sql } from 'kysely';
import type { Dataset } from '../types.ts';
import type { Session } from './session.ts';

/** Active ones by name, a page at a time; `after` is the last name of the page before. */
export async function listDatasets(
  { db }: Session,
  experiment: string,
  { like, after, limit }: { like?: string; after?: string; limit: number },
): Promise<{ datasets: Dataset[]; next: string | null }> {
  const { rows } = await sql<Dataset>`
    select name, dims as query, description, created, created_by from dh.definition
    where experiment = ${experiment} and retired is null
      ${like === undefined ? sql`` : sql`and name like ${like}`}
      ${after === undefined ? sql`` : sql`and name > ${after}`}
    order by name limit ${limit + 1}`.execute(db);
  const datasets = rows.slice(0, limit);
  return { datasets, next: rows.length > limit ? (datasets.at(-1)?.name ?? null) : null };
}
