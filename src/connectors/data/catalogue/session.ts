import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';

/** Seconds a query may take: one that needs longer begins at no anchor, and would hold up everybody else. */
const QUERY_SECONDS = 30;
const CANCELED = '57014';

/** The database, and whether it is a transaction that somebody else ends. */
export interface Session {
  db: Db;
  inTransaction: boolean;
}

/** Runs in the transaction at hand, or in one of its own. */
export function write<T>(session: Session, work: (db: Db) => Promise<T>): Promise<T> {
  return session.inTransaction ? work(session.db) : session.db.transaction().execute(work);
}

/**
 * Runs a query of the language within its time limit, in a transaction that can only read; error 'bad-query' when it
 * takes longer. JIT is off, as in the embedded PostgreSQL: compiling such a statement takes longer than running it (55
 * against 13 ms). In a transaction of somebody else's the settings are left alone.
 */
export async function read<T>(session: Session, work: (db: Db) => Promise<T>): Promise<T> {
  if (session.inTransaction) return work(session.db);
  try {
    return await session.db
      .transaction()
      .setAccessMode('read only')
      .execute(async (db) => {
        await limitQuery(db);
        return work(db);
      });
  } catch (error) {
    throw asBadQuery(error);
  }
}

/** For the rest of the transaction. */
export async function limitQuery(db: Db): Promise<void> {
  const limit = `${QUERY_SECONDS}s`;
  await sql`select set_config('jit', 'off', true), set_config('statement_timeout', ${limit}, true)`.execute(
    db,
  );
}

/** A query that was stopped for its time limit is one to be written better; other errors stay what they are. */
export function asBadQuery(error: unknown): unknown {
  if (!isCanceled(error)) return error;
  const problem = `The query took longer than ${QUERY_SECONDS} s. Name a project, snapshot, definition or files to begin with.`;
  return new PomsError('bad-query', { problem }, { cause: error });
}

/** One writer at a time for a thing that has no row yet. Until the end of the transaction. */
export async function lock(db: Db, ...names: string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${JSON.stringify(names)}, 0))`.execute(db);
}

/** Stopped for its time limit. */
export function isCanceled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === CANCELED;
}
