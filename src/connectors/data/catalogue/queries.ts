/** Counting and listing the files of a query. */
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import type { QuerySummary } from '../types.ts';
import { DEFAULT_AVAILABILITY } from './availability.ts';
import { type Columns, Compiler } from './compile.ts';
import type { Sql } from './conditions.ts';
import { expand } from './expand.ts';
import { read, type Session } from './session.ts';

/**
 * Compiles a query and builds a statement around it; `files` is a sub-query with a column `id` and those that
 * `columns` adds. Error 'bad-query'.
 */
export async function compileAround<T>(
  db: Db,
  experiment: string,
  query: string,
  build: (files: Sql, compiler: Compiler) => RawBuilder<T>,
  columns?: Columns,
): Promise<RawBuilder<T>> {
  const tree = await expand(query, experiment, (names) => loadDefinitions(db, experiment, names));
  const compiler = new Compiler(experiment);
  return compiler.statement(build(compiler.files(tree, DEFAULT_AVAILABILITY, columns), compiler));
}

export function countFiles(session: Session, experiment: string, query: string): Promise<number> {
  return read(session, async (db) => {
    const statement = await compileAround(
      db,
      experiment,
      query,
      (files) => sql<{ files: number }>`select count(*) as files from (${files}) found`,
    );
    return (await statement.execute(db)).rows[0]?.files ?? 0;
  });
}

export function summarize(session: Session, experiment: string, query: string): Promise<QuerySummary> {
  return read(session, async (db) => {
    const statement = await compileAround(
      db,
      experiment,
      query,
      (files) =>
        sql<QuerySummary>`select count(*) as files, coalesce(sum(size), 0)::bigint as bytes,
        coalesce(sum(event_count), 0)::bigint as events from (${files}) found`,
      (f) => sql`, ${f}.size, ${f}.event_count`,
    );
    const { rows } = await statement.execute(db);
    return rows[0] ?? { files: 0, bytes: 0, events: 0 };
  });
}

/** Name, id, size and events of each file, in the order of ids; what `files/list` gives. */
export interface FileLine {
  id: number;
  name: string;
  size: number | null;
  events: number | null;
}

export function listLines(
  session: Session,
  experiment: string,
  query: string,
  page: { after: number; limit: number | null },
): Promise<FileLine[]> {
  return read(session, async (db) => {
    const statement = await compileAround(
      db,
      experiment,
      query,
      (files) =>
        sql<FileLine>`select id, name, size, event_count as events from (${files}) found
        where id > ${page.after} order by id limit ${page.limit}`,
      (f) => sql`, ${f}.name, ${f}.size, ${f}.event_count`,
    );
    return (await statement.execute(db)).rows;
  });
}

/** The queries of active definitions. */
export async function loadDefinitions(
  db: Db,
  experiment: string,
  names: string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string; dims: string }>`select name, dims from dh.definition
    where experiment = ${experiment} and name = any(${names}::text[]) and retired is null`.execute(db);
  return new Map(rows.map(({ name, dims }) => [name, dims]));
}
