/**
 * What became of the files of projects: how many have descendants that match, for many projects in one statement.
 *
 * Generations are followed with sets of ids (`= any(array(...))`), which PostgreSQL since 17 looks up in one walk over
 * the index: for 2,000 files 180 pages are touched, with a look-up for each file 34,000. Older ones look each up.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { patternCondition } from '../../../domain/dimension-text.ts';
import { outputConditions, outputPatterns } from '../../../domain/output.ts';
import type { OutputSpec } from '../types.ts';
import { ANY_AVAILABILITY, available, DEFAULT_AVAILABILITY } from './availability.ts';
import { Compiler } from './compile.ts';
import { all, either, type Sql } from './conditions.ts';
import { expand } from './expand.ts';
import { loadDefinitions } from './queries.ts';

export interface ChildCounts {
  /** Files that have a matching descendant for every pattern of the output. */
  childrenDeclared: number;
  /** The same, each with a location. */
  childrenLocated: number;
  /** Files that have one for some pattern. */
  childrenSome: number;
  /** Files that were made and are to be had; null where the next generation is not the output. */
  outputs: number | null;
}

/** By the place of the item. Error 'bad-query' where a pattern cannot be used. */
export async function countChildren(
  db: Db,
  experiment: string,
  items: { project: string; output: OutputSpec }[],
): Promise<Map<number, ChildCounts>> {
  if (items.length === 0) return new Map();
  const compiler = new Compiler(experiment);
  const counts: Sql[] = [];
  for (const [place, { project, output }] of items.entries()) {
    const patterns = await patternConditions(db, compiler, experiment, output);
    counts.push(sql`(${countsOf(place, projectFiles(experiment, project), output.depth, patterns)})`);
  }
  const statement = compiler.statement(
    sql<ChildCounts & { place: number }>`${sql.join(counts, sql` union all `)}`,
  );
  return new Map((await statement.execute(db)).rows.map((row) => [row.place, row]));
}

function projectFiles(experiment: string, project: string): Sql {
  return sql`select file_id from dh.project_file where project_id =
    (select project_id from dh.project where experiment = ${experiment} and name = ${project}) order by 1`;
}

/** For each pattern the condition that file `c` matches it, wherever it is (spec/backend.md 3.5). */
async function patternConditions(
  db: Db,
  compiler: Compiler,
  experiment: string,
  output: OutputSpec,
): Promise<Sql[]> {
  const conditions: Sql[] = [];
  for (const pattern of outputPatterns(output)) {
    const query = `${outputConditions(output)} and ${patternCondition(pattern)} with availability anylocation`;
    const tree = await expand(query, experiment, (names) => loadDefinitions(db, experiment, names));
    conditions.push(compiler.filesThat(tree, sql`c`, ANY_AVAILABILITY));
  }
  return conditions;
}

function countsOf(place: number, files: Sql, depth: number, patterns: Sql[]): RawBuilder<unknown> {
  const column = (name: string, n: number) => sql.ref(`${name}${n}`);
  const every = (name: string) => all(patterns.map((_, n) => column(name, n)));
  const some = (name: string) => either(patterns.map((_, n) => column(name, n)));
  const matches = patterns.map((condition, n) => sql`(${condition}) as ${column('matches', n)}`);
  const ofOrigin = patterns.flatMap((_, n) => [
    sql`bool_or(c.${column('matches', n)}) as ${column('declared', n)}`,
    sql`bool_or(c.${column('matches', n)} and c.n_loc > 0) as ${column('located', n)}`,
  ]);
  const last = sql.ref(`generation${depth}`);
  // Further away, a query for the output asks less of the files in between than this statement does.
  const outputs =
    depth === 1
      ? sql`(select count(*) from last_generation where n_loc > 0 and ${some('matches')})`
      : sql`null::bigint`;
  return sql`with ${sql.join(generations(files, depth))}, last_generation as materialized (
      select c.file_id, c.n_loc, ${sql.join(matches)} from dh.file c
      where c.file_id = any(array(select id from ${last})))
    select ${place}::int as place, ${outputs} as outputs, count(*) filter (where ${every('declared')}) as children_declared,
      count(*) filter (where ${every('located')}) as children_located,
      count(*) filter (where ${some('declared')}) as children_some
    from (select g.origin, ${sql.join(ofOrigin)} from ${last} g
      join last_generation c on c.file_id = g.id group by g.origin) by_origin`;
}

/** Pairs of a project's file and a file of the n-th generation after it; those in between can be read. */
function generations(files: Sql, depth: number): Sql[] {
  return Array.from({ length: depth }, (_, step) => {
    const name = sql.ref(`generation${step + 1}`);
    if (step === 0) {
      return sql`${name} as materialized (select parent_id as origin, child_id as id
        from dh.file_parent where parent_id = any(array(${files})))`;
    }
    const before = sql.ref(`generation${step}`);
    return sql`${name} as materialized (select distinct g.origin, e.child_id as id from ${before} g
      join (select m.file_id from dh.file m where m.file_id = any(array(select id from ${before}))
        and ${available(sql`m`, DEFAULT_AVAILABILITY)} offset 0) m on m.file_id = g.id
      join (select parent_id, child_id from dh.file_parent
        where parent_id = any(array(select id from ${before})) offset 0) e on e.parent_id = g.id)`;
  });
}
