/** Failure groups in a real database, moved by batches of events. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCampaign, type TestCampaign } from '../../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { makeSubmissions } from '../../../test/support/submissions.ts';
import type { JobEvent } from '../../connectors/batch/types.ts';
import { JOB_STATES } from '../../domain/job-state.ts';
import { findFailureDrift } from './audit.ts';
import { applyJobEvents } from './ingest.ts';

let database: TestDatabase;
let campaign: TestCampaign;
let submissions: number[];
beforeAll(async () => {
  database = await createTestDatabase();
  const stages = ['one', 'two', 'many', 'left', 'hours'].map((name) => ({ name }));
  campaign = await makeCampaign(database.db, 'failures', stages);
  submissions = await makeSubmissions(database.db, campaign, 'one', 60);
});
afterAll(() => database.drop());

const apply = (events: JobEvent[]) => database.db.transaction().execute((trx) => applyJobEvents(trx, events));
const event = (submissionId: number, job: number, second: number, more: Partial<JobEvent>): JobEvent => ({
  key: `${job}/${second}/${more.state}/${more.attempt ?? 1}`,
  submissionId,
  batchId: `${job}@local`,
  at: new Date(1_700_000_000_000 + second * 1000),
  state: 'failed',
  attempt: 1,
  ...more,
});
const groupsOf = async (stage: string) => {
  const { rows } = await sql<{ kind: string; code: string; jobs: number; wallSeconds: number }>`
    select kind, code, jobs, wall_seconds from failure_group join failure_signature using (failure)
    where stage_id = ${campaign.stages.get(stage)} order by kind, code`.execute(database.db);
  return rows;
};
const factorsOf = async (stage: string, factor = 'host') => {
  const { rows } = await sql<{ value: string; jobs: number }>`
    select f.value, f.jobs from failure_factor f join failure_group using (failure_group)
    where stage_id = ${campaign.stages.get(stage)} and factor = ${factor} order by f.jobs desc, value`.execute(
    database.db,
  );
  return rows;
};

it('a job that runs again and completes leaves its group with its host and wall time', async () => {
  const [id = 0] = await makeSubmissions(database.db, campaign, 'two', 1);
  await apply([1, 2].map((job) => event(id, job, 9, { exitCode: 3, host: `n${job}`, wallSeconds: 10 })));
  expect(await groupsOf('two')).toEqual([{ kind: 'exit-code', code: '3', jobs: 2, wallSeconds: 20 }]);
  await apply([event(id, 1, 20, { attempt: 2, state: 'running', host: 'n3' })]);
  expect(await groupsOf('two')).toEqual([{ kind: 'exit-code', code: '3', jobs: 1, wallSeconds: 10 }]);
  await apply([event(id, 1, 30, { attempt: 2, state: 'completed', exitCode: 0 })]);
  expect(await factorsOf('two')).toEqual([
    { value: 'n2', jobs: 1 },
    { value: 'n1', jobs: 0 },
  ]);
});

it('the hours in which jobs failed are counted, and a job that runs again leaves its own', async () => {
  const [id = 0] = await makeSubmissions(database.db, campaign, 'hours', 1);
  await apply([0, 0, 3600].map((second, n) => event(id, n, second, { exitCode: 1 })));
  await apply([event(id, 0, 7200, { attempt: 2, state: 'running' })]);
  expect(await factorsOf('hours', 'hour')).toEqual([
    { value: '2023-11-14T22', jobs: 1 },
    { value: '2023-11-14T23', jobs: 1 },
  ]);
});

it('of many hosts the most frequent stay, a new one can come up, and the sum is exact', async () => {
  const [id = 0] = await makeSubmissions(database.db, campaign, 'many', 1);
  await apply(Array.from({ length: 500 }, (_, n) => event(id, n, n, { exitCode: 1, host: `n${n}` })));
  for (const batch of [0, 1, 2]) {
    await apply([
      ...Array.from({ length: 40 }, (_, n) =>
        event(id, 1000 + batch * 100 + n, 600, { exitCode: 1, host: 'bad' }),
      ),
      ...Array.from({ length: 40 }, (_, n) =>
        event(id, 5000 + batch * 100 + n, 600, { exitCode: 1, host: `m${batch}.${n}` }),
      ),
    ]);
  }
  const factors = await factorsOf('many');
  expect(factors).toHaveLength(200);
  expect(factors.find(({ value }) => value === 'bad')).toEqual({ value: 'bad', jobs: 120 });
  expect(factors.reduce((sum, { jobs }) => sum + jobs, 0)).toBe(740);
});

it('however events come, groups agree with the jobs that are in them', async () => {
  let next = 0;
  const some = fc.array(
    fc.record({
      job: fc.nat(3),
      second: fc.nat(6),
      state: fc.constantFrom(...JOB_STATES),
      attempt: fc.integer({ min: 1, max: 2 }),
      exitCode: fc.constantFrom(1, 2),
      host: fc.constantFrom('a', 'b'),
      wallSeconds: fc.constantFrom(1, 5),
    }),
    { minLength: 1, maxLength: 14 },
  );
  await fc.assert(
    fc.asyncProperty(some, fc.integer({ min: 1, max: 6 }), async (drawn, size) => {
      const id = submissions[next++ % submissions.length] ?? 0;
      const events = drawn.map(({ job, second, ...more }, n) =>
        event(id, next * 100 + job, second, { key: `e${n}`, ...more }),
      );
      for (let from = 0; from < events.length; from += size) await apply(events.slice(from, from + size));
      const stage = campaign.stages.get('one') ?? 0;
      expect(await findFailureDrift(database.db)).toEqual([]);
      const { rows } = await sql`
        select g.failure_group, g.wall_seconds,
          (select sum(f.jobs) from failure_factor f where f.failure_group = g.failure_group and factor = 'host') as hosts
        from failure_group g cross join lateral (
          select coalesce(sum(wall_seconds), 0) as wall, count(host) as hosts from job where failure = g.failure_group) j
        where g.stage_id = ${stage} and (g.wall_seconds <> j.wall or j.hosts <>
          (select sum(f.jobs) from failure_factor f where f.failure_group = g.failure_group and factor = 'host'))`.execute(
        database.db,
      );
      expect(rows).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

it('a count that differs from the jobs is found', async () => {
  const [id = 0] = await makeSubmissions(database.db, campaign, 'left', 1);
  await apply([event(id, 1, 1, { exitCode: 1 })]);
  const stage = campaign.stages.get('left') ?? 0;
  await sql`update failure_group set jobs = 5 where stage_id = ${stage}`.execute(database.db);
  expect(await findFailureDrift(database.db)).toMatchObject([{ kept: 5, counted: 1 }]);
});
