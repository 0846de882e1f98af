/** Events into a real database: batches that come again, come in pieces, and are folded away at last. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCampaign } from '../../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { makeSubmissions } from '../../../test/support/submissions.ts';
import type { JobEvent } from '../../connectors/batch/types.ts';
import { JOB_STATES } from '../../domain/job-state.ts';
import { findDrift, findFailureDrift } from './audit.ts';
import { applyJobEvents } from './ingest.ts';
import { findFoldable, foldPartition, makePartition, readPartitionState } from './partitions.ts';

let database: TestDatabase;
let submissions: number[];

beforeAll(async () => {
  database = await createTestDatabase();
  const campaign = await makeCampaign(database.db, 'events', [{ name: 'one' }]);
  submissions = await makeSubmissions(database.db, campaign, 'one', 400);
});
afterAll(() => database.drop());

const apply = (events: JobEvent[]) => database.db.transaction().execute((trx) => applyJobEvents(trx, events));

const event = (submissionId: number, job: number, n: number, more: Partial<JobEvent>): JobEvent => ({
  key: `${job}/${n}`,
  submissionId,
  batchId: `${job}@local`,
  at: new Date(1_700_000_000_000 + n * 1000),
  state: 'idle',
  attempt: 1,
  ...more,
});

async function jobsOf(submissionId: number) {
  const { rows } = await sql`
    select batch_id, state, state_since, attempt, submitted, started, ended, exit_code, host, memory_kb from job
    where submission_id = ${submissionId} order by batch_id`.execute(database.db);
  return rows;
}

async function eventsOf(submissionId: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from job_event where submission_id = ${submissionId}`.execute(database.db);
  return rows[0]?.n ?? 0;
}

it('a job that starts and ends within one batch has its host, its times and its exit', async () => {
  const [id = 0] = submissions;
  const touched = await apply([
    event(id, 1, 0, {}),
    event(id, 1, 1, { state: 'running', host: 'node1' }),
    event(id, 1, 5, { state: 'failed', exitCode: 3, memoryKb: 7 }),
  ]);
  expect(touched).toMatchObject([{ submissionId: id, jobs: { idle: 0, running: 0, failed: 1 } }]);
  expect(await jobsOf(id)).toMatchObject([
    {
      state: 'failed',
      submitted: new Date(1_700_000_000_000),
      started: new Date(1_700_000_001_000),
      ended: new Date(1_700_000_005_000),
      exitCode: 3,
      host: 'node1',
      memoryKb: 7,
    },
  ]);
});

it('an event of the same second that comes again does not bring an older state back', async () => {
  const [, id = 0] = submissions;
  const both = [event(id, 1, 0, { key: 'a' }), event(id, 1, 0, { key: 'b', state: 'running' })];
  await apply(both);
  expect(await apply(both.slice(0, 1))).toEqual([]);
  expect(await jobsOf(id)).toMatchObject([{ state: 'running' }]);
  expect(await eventsOf(id)).toBe(2);
});

it('events of submissions that do not exist are left out', async () => {
  expect(await apply([event(99_999_999, 1, 0, {})])).toEqual([]);
});

it('however events are cut into batches, and however often they come, jobs and roll-ups are the same', async () => {
  let next = 2;
  const some = fc.array(
    fc.record({
      job: fc.nat(2),
      second: fc.nat(6),
      state: fc.constantFrom(...JOB_STATES),
      attempt: fc.integer({ min: 1, max: 2 }),
      host: fc.constantFrom('a', undefined),
    }),
    { minLength: 1, maxLength: 14 },
  );
  await fc.assert(
    fc.asyncProperty(
      some,
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 6 }),
      async (drawn, cuts) => {
        const whole = submissions[next++] ?? 0;
        const cut = submissions[next++] ?? 0;
        const events = (id: number) =>
          drawn.map(({ job, second, state, attempt, host }, n) =>
            event(id, job, second, { key: `e${n}`, state, attempt, ...(host === undefined ? {} : { host }) }),
          );
        await apply(events(whole));
        const rest = events(cut);
        for (const size of [...cuts, rest.length]) {
          const batch = rest.splice(0, size);
          await apply(batch);
          await apply(batch);
        }
        expect(await jobsOf(cut)).toEqual(await jobsOf(whole));
        expect(await eventsOf(cut)).toBe(await eventsOf(whole));
        expect(await findDrift(database.db, [whole, cut])).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});

it('a roll-up that differs from its jobs is found', async () => {
  const [id = 0] = submissions;
  await sql`update submission set jobs_failed = jobs_failed + 1 where submission_id = ${id}`.execute(
    database.db,
  );
  expect(await findDrift(database.db, null)).toMatchObject([
    { submissionId: id, kept: { failed: 2 }, counted: { failed: 1 } },
  ]);
  await sql`update submission set jobs_failed = jobs_failed - 1 where submission_id = ${id}`.execute(
    database.db,
  );
});

it('an old partition is folded into summaries, and late events of it are left out', async () => {
  const { db } = database;
  const [id = 0] = submissions;
  const tomorrow = new Date(Date.now() + 86_400_000);
  expect(await findFoldable(db, tomorrow)).toBeNull();
  await sql`update submission set status_id = 8000, work = null, work_due = null`.execute(db);
  expect(await findFoldable(db, tomorrow)).toBeNull();
  const campaign = await makeCampaign(db, 'later', [{ name: 'one' }]);
  await sql`select setval(pg_get_serial_sequence('submission', 'submission_id'), 1500)`.execute(db);
  await makeSubmissions(db, campaign, 'one', 1);
  expect(await findFoldable(db, new Date(0))).toBeNull();
  expect(await findFoldable(db, tomorrow)).toEqual({ fromId: 0, toId: 1000 });
  const fold = () => db.transaction().execute((trx) => foldPartition(trx, 0));
  expect(await fold()).toBe(true);
  expect(await fold()).toBe(false);
  const { rows } = await sql`select jobs, exits, memory_kb_most, first_started, last_ended from job_summary
    where submission_id = ${id}`.execute(db);
  expect(rows).toEqual([
    {
      jobs: 1,
      exits: { 3: 1 },
      memoryKbMost: 7,
      firstStarted: new Date(1_700_000_001_000),
      lastEnded: new Date(1_700_000_005_000),
    },
  ]);
  expect(await apply([event(id, 9, 9, {})])).toEqual([]);
  expect(await findDrift(db, null)).toEqual([]);
  expect(await findFailureDrift(db)).toEqual([]);
});

it('partitions are made one after the other, by one engine only', async () => {
  const { db } = database;
  const { end } = await readPartitionState(db);
  const make = () => db.transaction().execute((trx) => makePartition(trx, end, 3000));
  await Promise.all([make(), make()]);
  expect((await readPartitionState(db)).end).toBe(end + 3000);
});
