/** Long lists of files, read from the database as fast as they are sent. */
import { sql } from 'kysely';
import type { Transaction } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import { compileAround, type FileLine } from './queries.ts';
import { asBadQuery, limitQuery, type Session } from './session.ts';

/** Files a time. */
const PORTION = 10_000;
/** Each long list keeps a connection of the database until it is sent. */
const MOST_LISTS = 6;
let lists = 0;

/**
 * The files of a query in the order of their numbers, in portions of at most 10,000. The first is there when this
 * returns, so that what is wrong is known before anything is sent. Who stops reading for a minute loses the rest: the
 * database ends transactions that do nothing for so long. Errors 'bad-query', 'too-many-lists'.
 */
export async function streamLines(
  { db, inTransaction }: Session,
  experiment: string,
  query: string,
): Promise<AsyncIterable<FileLine[]>> {
  if (inTransaction) throw new Error('a list is streamed in a transaction of its own');
  const trx = await db.startTransaction().setAccessMode('read only').execute();
  try {
    await limitQuery(trx);
    // Planned for being read to its end, not for a quick beginning.
    await sql`set local cursor_tuple_fraction = 1`.execute(trx);
    const statement = await compileAround(
      trx,
      experiment,
      query,
      (
        files,
      ) => sql`declare listed no scroll cursor for select f.file_id as id, f.name, f.size, f.event_count as events
        from (${files}) found join dh.file f on f.file_id = found.id order by f.file_id`,
    );
    await statement.execute(trx);
    const first = await portion(trx);
    if (first.length < PORTION) {
      await trx.commit().execute();
      return once(first);
    }
    if (lists >= MOST_LISTS) throw new PomsError('too-many-lists', { count: lists });
    lists += 1;
    return rest(trx, first);
  } catch (error) {
    await trx.rollback().execute();
    throw asBadQuery(error);
  }
}

async function portion(trx: Transaction): Promise<FileLine[]> {
  return (await sql<FileLine>`fetch ${sql.lit(PORTION)} from listed`.execute(trx)).rows;
}

async function* once(files: FileLine[]): AsyncGenerator<FileLine[]> {
  yield files;
}

async function* rest(
  trx: Transaction & { rollback(): { execute(): Promise<void> } },
  first: FileLine[],
): AsyncGenerator<FileLine[]> {
  try {
    for (let files = first; files.length > 0; files = await portion(trx)) yield files;
  } finally {
    lists -= 1;
    // Nothing was changed; a connection that broke meanwhile is gone anyhow.
    await trx
      .rollback()
      .execute()
      .catch(() => {});
  }
}
