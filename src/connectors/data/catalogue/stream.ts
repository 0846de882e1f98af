/** Long lists of files, read from the database as fast as they are sent. */
import { type ControlledTransaction, sql } from 'kysely';
import type { DB, Db } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import { compileAround, type FileLine } from './queries.ts';
import { asBadQuery, limitQuery, type Session } from './session.ts';

/** Files a time. */
const PORTION = 10_000;
/** Each long list keeps a connection of the database until it is sent. */
const MOST_LISTS = 6;
let lists = 0;

export interface FileList {
  /** In the order of their numbers, at most 10,000 a time. */
  portions: AsyncIterable<FileLine[]>;
  /** To be called when nobody reads on, at the end or before. */
  close(): Promise<void>;
}

/**
 * The files of a query. The first portion is there when this returns, so that what is wrong is known before anything
 * is sent. Who stops reading for a minute loses the rest: the database ends transactions that do nothing for so long.
 * Errors 'bad-query', 'too-many-lists'.
 */
export async function streamLines(
  { db, inTransaction }: Session,
  experiment: string,
  query: string,
): Promise<FileList> {
  if (inTransaction) throw new Error('a list is streamed in a transaction of its own');
  const trx = await db.startTransaction().setAccessMode('read only').execute();
  try {
    await limitQuery(trx);
    // Planned for being read to its end, not for a quick beginning.
    await sql`set local cursor_tuple_fraction = 1`.execute(trx);
    const files = await compileAround(
      trx,
      experiment,
      query,
      (found) =>
        sql<FileLine>`select id, name, size, event_count as events from (${found}) found order by id`,
      (f) => sql`, ${f}.name, ${f}.size, ${f}.event_count`,
    );
    await sql`declare listed no scroll cursor for ${files}`.execute(trx);
    const first = await portion(trx);
    if (first.length === PORTION) return longList(trx, first);
    await trx.commit().execute();
    return { portions: once(first), close: async () => {} };
  } catch (error) {
    await trx.rollback().execute();
    throw asBadQuery(error);
  }
}

function longList(trx: ControlledTransaction<DB>, first: FileLine[]): FileList {
  if (lists >= MOST_LISTS) throw new PomsError('too-many-lists', { count: lists });
  lists += 1;
  let open = true;
  return {
    portions: portionsFrom(trx, first),
    async close() {
      if (!open) return;
      open = false;
      lists -= 1;
      // Nothing was changed; a connection that broke meanwhile is gone anyhow.
      await trx
        .rollback()
        .execute()
        .catch(() => {});
    },
  };
}

async function* once(files: FileLine[]): AsyncGenerator<FileLine[]> {
  yield files;
}

async function* portionsFrom(trx: Db, first: FileLine[]): AsyncGenerator<FileLine[]> {
  for (let files = first; files.length > 0; files = await portion(trx)) yield files;
}

async function portion(db: Db): Promise<FileLine[]> {
  return (await sql<FileLine>`fetch ${sql.lit(PORTION)} from listed`.execute(db)).rows;
}
