/** Failure groups of a campaign as they are asked for. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCampaign } from '../../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { makeSubmissions } from '../../../test/support/submissions.ts';
import type { JobEvent } from '../../connectors/batch/types.ts';
import { applyJobEvents } from '../jobs/ingest.ts';
import { findStages, listFailureJobs } from './queries.ts';
import { listFailures } from './service.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const campaign = await makeCampaign(database.db, 'night', [{ name: 'one' }, { name: 'two' }]);
  const [first = 0] = await makeSubmissions(database.db, campaign, 'one', 1);
  const [second = 0] = await makeSubmissions(database.db, campaign, 'two', 1);
  const event = (submissionId: number, job: number, more: Partial<JobEvent>): JobEvent => ({
    key: `${job}`,
    submissionId,
    batchId: `${job}@local`,
    at: new Date(1_700_000_000_000 + job * 1000),
    state: 'failed',
    attempt: 1,
    wallSeconds: 10,
    ...more,
  });
  const many = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));
  await database.db
    .transaction()
    .execute((trx) =>
      applyJobEvents(trx, [
        ...many(9, (n) => event(first, n, { exitCode: 127, host: n < 8 ? 'bad' : 'good' })),
        ...many(3, (n) => event(second, 10 + n, { exitCode: 127, host: 'bad' })),
        ...many(4, (n) => event(second, 20 + n, { signal: 'SEGV', host: `n${n}` })),
        ...many(8, (n) => event(second, 30 + n, { state: 'completed', exitCode: 0 })),
      ]),
    );
});
afterAll(() => database.drop());

const failures = (more: { stage?: string; since?: string } = {}) =>
  listFailures(database.db, 'demo', { campaign: 'night', stage: more.stage, since: more.since });

it('groups have counts, shares, words, common factors and examples, the most frequent first', async () => {
  const { jobs, failed, groups } = await failures();
  expect({ jobs, failed }).toEqual({ jobs: 24, failed: 16 });
  expect(groups).toMatchObject([
    {
      kind: 'exit-code',
      code: '127',
      words: 'exit code 127: the command was not found',
      jobs: 12,
      share: 0.5,
      wallShare: 0.75,
    },
    { kind: 'signal', code: 'SEGV', jobs: 4, wallSeconds: 40 },
  ]);
  expect(groups[0]?.factors).toEqual([
    { factor: 'host', value: 'bad', jobs: 11, of: 12 },
    { factor: 'stage', value: 'one', jobs: 9, of: 12 },
  ]);
  expect(groups[0]?.examples).toHaveLength(3);
});

it('they can be those of a stage, and those since a time', async () => {
  expect((await failures({ stage: 'one' })).groups).toMatchObject([{ jobs: 9 }]);
  const since = new Date(1_700_000_015_000).toISOString();
  expect((await failures({ since })).groups).toMatchObject([{ kind: 'signal', jobs: 4 }]);
});

it('the jobs of a group come in pages, over all stages, each once', async () => {
  const { db } = database;
  const { ids } = await findStages(db, 'demo', 'night', undefined);
  const failure = (await failures()).groups[0]?.failure ?? 0;
  const seen: number[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await listFailureJobs(db, ids, failure, { after, limit: 5 });
    seen.push(...items.map(({ jobId }) => jobId));
    after = next ?? undefined;
  } while (after !== undefined);
  expect(seen).toHaveLength(12);
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
});

it('what is not there is said', async () => {
  await expect(findStages(database.db, 'demo', 'day', undefined)).rejects.toMatchObject({
    code: 'not-found',
  });
  await expect(findStages(database.db, 'demo', 'night', 'x')).rejects.toMatchObject({ code: 'not-found' });
  await expect(findStages(database.db, 'demo', undefined, 'x')).rejects.toMatchObject({
    code: 'bad-request',
  });
});
