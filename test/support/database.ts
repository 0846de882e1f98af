/** A database of one's own for a test file: a clone of the migrated template, about 40 ms. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/database/index.ts';

export interface TestDatabase extends Database {
  /** Closes and drops it. */
  drop(): Promise<void>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('postgresUrl');
  const name = `poms_${randomBytes(6).toString('hex')}`;
  await run(adminUrl, `create database ${name} template poms_template strategy file_copy`);
  const database = openDatabase(adminUrl.replace('/postgres?', `/${name}?`), { size: 40 });
  return {
    ...database,
    drop: async () => {
      await database.close();
      await run(adminUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
