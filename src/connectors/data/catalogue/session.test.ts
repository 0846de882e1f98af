import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { read, type Session } from './session.ts';

let database: TestDatabase;
let session: Session;

beforeAll(async () => {
  database = await createTestDatabase();
  session = { db: database.db, inTransaction: false };
});
afterAll(() => database.drop());

it('a query cannot change anything', async () => {
  const change = read(session, (db) => sql`delete from dh.file`.execute(db));
  await expect(change).rejects.toThrow('read-only transaction');
});

it('a query has its time limit and no JIT, the next statement of the connection has what it had', async () => {
  const settings = sql<{ jit: string; limit: string }>`select current_setting('jit') as jit,
    current_setting('statement_timeout') as limit`;
  const { rows } = await read(session, (db) => settings.execute(db));
  expect(rows).toEqual([{ jit: 'off', limit: '30s' }]);
  expect((await settings.execute(database.db)).rows[0]?.limit).toBe('1min');
});

it('a query that is stopped is a bad query', async () => {
  const slow = read(session, (db) => sql`select pg_sleep(20), 'slow query'`.execute(db));
  const stop = async () => {
    await expect
      .poll(async () => {
        const { rows } = await sql`select pg_cancel_backend(pid) from pg_stat_activity
          where datname = current_database() and query like '%slow query%' and pid <> pg_backend_pid()`.execute(
          database.db,
        );
        return rows.length;
      })
      .toBe(1);
  };
  await Promise.all([
    expect(slow).rejects.toMatchObject({
      code: 'bad-query',
      message: expect.stringContaining('took longer than 30 s'),
    }),
    stop(),
  ]);
});
