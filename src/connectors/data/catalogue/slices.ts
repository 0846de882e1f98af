/** The next slice of a dataset: what the plan of a split asks of the catalogue. */
import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { definitionFiles } from '../../../domain/dimension-text.ts';
import {
  type DrainPlan,
  type NextRunPlan,
  runSliceName,
  type SliceCursor,
  type SliceSource,
  type Split,
} from '../../../domain/splits/index.ts';
import type { Slice } from '../types.ts';
import { walkSlices } from '../walk-slices.ts';
import type { Sql } from './conditions.ts';
import { createDefinition } from './definitions.ts';
import { compileAround, countFiles } from './queries.ts';
import { lock, type Session, write } from './session.ts';

/** Each costs a count. */
const MAX_SKIPPED = 10_000;
const USER = 'poms';

/**
 * The next slice that has files, or null when none is left. With `define` its dataset is defined and files of a
 * draining split are recorded as taken; without, nothing is changed. The same cursor again gives the same slice:
 * what a step that was undone had recorded is replaced. Errors 'bad-split', 'bad-query'.
 */
export function nextSlice(
  session: Session,
  experiment: string,
  source: SliceSource,
  split: Split,
  from: SliceCursor,
  now: Date,
  define: boolean,
): Promise<Slice | null> {
  return write(session, async (db) => {
    const inside = { db, inTransaction: true };
    return walkSlices(source, split, from, now, {
      mostSkipped: MAX_SKIPPED,
      cut: async ({ name, query }) => {
        const files = await countFiles(inside, experiment, query);
        if (files > 0 && define) await defineSlice(inside, experiment, name, query);
        return { dataset: name, files };
      },
      take: (plan) => takeFiles(inside, experiment, plan, define),
      nextRun: (run) => nextRun(db, experiment, source, run),
    });
  });
}

async function defineSlice(session: Session, experiment: string, name: string, dims: string): Promise<void> {
  await createDefinition(session, experiment, { name, dims, user: USER, replace: true });
}

/** The next run of the dataset that has files, so that empty runs need not be tried one by one. */
async function nextRun(
  db: Db,
  experiment: string,
  source: SliceSource,
  from: SliceCursor,
): Promise<number | null> {
  const query = await compileAround(
    db,
    experiment,
    definitionFiles(source.dataset),
    (files) =>
      sql<{ run: number | null }>`select min(r.run) as run from (${files}) found
      join dh.file_run r on r.file_id = found.id where r.run >= ${from}`,
  );
  return (await query.execute(db)).rows[0]?.run ?? null;
}

/** Files that no earlier slice had: the next so many, or all of the next run. */
async function takeFiles(
  session: Session,
  experiment: string,
  plan: DrainPlan | NextRunPlan,
  define: boolean,
): Promise<Slice | null> {
  const { db } = session;
  await lock(db, 'drain', experiment, plan.drain);
  const chosen =
    plan.kind === 'drain' ? await firstFiles(db, experiment, plan) : await firstRun(db, experiment, plan);
  if (chosen === null || chosen.ids.length === 0) return null;
  const slice = { dataset: chosen.name, files: chosen.ids.length, key: plan.key, cursor: plan.cursor };
  if (!define) return slice;

  await sql`delete from dh.taken_file
    where experiment = ${experiment} and drain = ${plan.drain} and slice >= ${plan.slice}`.execute(db);
  await sql`insert into dh.taken_file (experiment, drain, file_id, slice)
    select ${experiment}, ${plan.drain}, id, ${plan.slice}::bigint from unnest(${chosen.ids}::bigint[]) as t(id)`.execute(
    db,
  );
  await defineSlice(
    session,
    experiment,
    chosen.name,
    `snapshot_id ${await keep(db, experiment, chosen.ids)}`,
  );
  return slice;
}

/** A snapshot of just these files: the slice stays what it is whatever the dataset becomes. */
async function keep(db: Db, experiment: string, ids: number[]): Promise<number> {
  const { rows } = await sql<{ id: number }>`insert into dh.snapshot (experiment, version, files, created_by)
    values (${experiment}, 1, ${ids.length}, ${USER}) returning snapshot_id as id`.execute(db);
  const id = rows[0]?.id ?? 0;
  await sql`insert into dh.snapshot_file (snapshot_id, file_id, seq)
    select ${id}::bigint, file_id, seq from unnest(${ids}::bigint[]) with ordinality as t(file_id, seq)`.execute(
    db,
  );
  return id;
}

/** Of `files`, those that no slice before the plan's has taken. */
function notTaken(files: Sql, experiment: string, plan: DrainPlan | NextRunPlan): Sql {
  return sql`select found.id from (${files}) found where not exists (select 1 from dh.taken_file t
    where t.experiment = ${experiment} and t.drain = ${plan.drain} and t.file_id = found.id and t.slice < ${plan.slice})`;
}

/**
 * Files behind the last one taken come first, those that have come into the dataset before it when there are no
 * others: so a slice costs what it takes, and not what all slices before it took.
 */
async function firstFiles(
  db: Db,
  experiment: string,
  plan: DrainPlan,
): Promise<{ name: string; ids: number[] }> {
  const last = await lastTaken(db, experiment, plan);
  const ids = await someFiles(db, experiment, plan.source, plan.limit, (files) =>
    last === null ? files : sql`select found.id from (${files}) found where found.id > ${last}`,
  );
  const room = plan.limit - ids.length;
  if (last !== null && room > 0) {
    const left = await someFiles(
      db,
      experiment,
      plan.source,
      room,
      (files) => sql`select id from (${notTaken(files, experiment, plan)}) n where id < ${last}`,
    );
    ids.unshift(...left);
  }
  return { name: plan.name, ids };
}

async function lastTaken(db: Db, experiment: string, plan: DrainPlan): Promise<number | null> {
  const { rows } = await sql<{ id: number | null }>`select max(file_id) as id from dh.taken_file
    where experiment = ${experiment} and drain = ${plan.drain} and slice < ${plan.slice}`.execute(db);
  return rows[0]?.id ?? null;
}

/** The first ids of those that `choose` leaves of the files of a query. */
async function someFiles(
  db: Db,
  experiment: string,
  query: string,
  limit: number,
  choose: (files: Sql) => Sql,
): Promise<number[]> {
  const statement = await compileAround(
    db,
    experiment,
    query,
    (files) => sql<{ id: number }>`select id from (${choose(files)}) chosen order by id limit ${limit}`,
  );
  return (await statement.execute(db)).rows.map(({ id }) => id);
}

async function firstRun(
  db: Db,
  experiment: string,
  plan: NextRunPlan,
): Promise<{ name: string; ids: number[] } | null> {
  const query = await compileAround(
    db,
    experiment,
    plan.source,
    (files) =>
      sql<{ id: number; run: number; subrun: number | null }>`
      select n.id, r.run, r.subrun, rank() over (order by r.run, coalesce(r.subrun, 0)) as place
      from (${notTaken(files, experiment, plan)}) n join dh.file_run r on r.file_id = n.id
      order by place fetch first row with ties`,
  );
  const { rows } = await query.execute(db);
  const [first] = rows;
  if (!first) return null;
  const ids = [...new Set(rows.map(({ id }) => id))].sort((a, b) => a - b);
  return { name: runSliceName(plan, first.run, first.subrun), ids };
}
