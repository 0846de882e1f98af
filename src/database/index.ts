/** The database model: one pool, typed by the tables as they are (`generated.ts`), and what changes are told. */
import {
  CamelCasePlugin,
  Kysely,
  type Transaction as KyselyTransaction,
  type Kysely as KyselyType,
  PostgresDialect,
} from 'kysely';
import pg from 'pg';
import type { DB } from './generated.ts';

export type Db = KyselyType<DB>;
export type Transaction = KyselyTransaction<DB>;
export type { DB } from './generated.ts';

// int8: ids and sizes stay below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export interface Database {
  db: Db;
  pool: pg.Pool;
  url: string;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  applicationName?: string;
  /** Connections at most. */
  size?: number;
}

/** Connects lazily; a wrong URL shows at the first query. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.applicationName ?? 'poms',
    max: options.size ?? 20,
    // A statement that takes this long is a defect, and must not hold locks for ever.
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  // A connection that breaks while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {});
  // The same while it is at work for somebody, between two statements: the next one is told.
  pool.on('connect', (client) => {
    client.on('error', () => {});
  });
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  return { db, pool, url, close: () => db.destroy() };
}

/** What a JSON column takes: node-postgres would send an array as a PostgreSQL array. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}
