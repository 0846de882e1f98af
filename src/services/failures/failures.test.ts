/** Failure groups of a campaign as they are asked for. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCampaign } from '../../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { makeSubmissions } from '../../../test/support/submissions.ts';
import type { JobEvent } from '../../connectors/batch/types.ts';
import { applyJobEvents } from '../jobs/ingest.ts';
import { listFailureJobs } from './queries.ts';
import { findScope, type ScopeAsked } from './scope.ts';
import { listFailures } from './service.ts';

let database: TestDatabase;
let first = 0;
let second = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  const campaign = await makeCampaign(database.db, 'night', [{ name: 'one' }, { name: 'two' }]);
  [first = 0] = await makeSubmissions(database.db, campaign, 'one', 1);
  [second = 0] = await makeSubmissions(database.db, campaign, 'two', 1);
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
        ...many(8, (n) => event(second, 30 + n, { state: 'completed', exitCode: 0, host: 'good' })),
      ]),
    );
});
afterAll(() => database.drop());

const failures = ({ since, ...more }: ScopeAsked & { since?: string } = {}) =>
  listFailures(database.db, 'demo', { campaign: 'night', ...more }, since);

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
    { factor: 'host', value: 'bad', jobs: 11, of: 12, others: 0, common: true },
    { factor: 'stage', value: 'one', jobs: 9, of: 12, others: 0, common: true },
    {
      ...{ factor: 'time', value: '2023-11-14T22:00:00.000Z/2023-11-14T23:00:00.000Z' },
      ...{ jobs: 12, of: 12, others: 1, common: false },
    },
  ]);
  expect(groups[0]?.timeline).toEqual({ from: new Date('2023-11-14T22:00:00Z'), hours: 1, jobs: [12] });
  expect(groups[0]?.examples).toHaveLength(3);
});

it('they can be those of a stage, and those since a time', async () => {
  expect((await failures({ stage: 'one' })).groups).toMatchObject([{ jobs: 9 }]);
  const since = new Date(1_700_000_015_000).toISOString();
  expect((await failures({ since })).groups).toMatchObject([{ kind: 'signal', jobs: 4 }]);
});

it('the jobs of a group come in pages, over all stages, each once', async () => {
  const { db } = database;
  const scope = await findScope(db, 'demo', { campaign: 'night' });
  const failure = (await failures()).groups[0]?.failure ?? 0;
  const seen: number[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await listFailureJobs(db, scope, failure, { after, limit: 5 });
    seen.push(...items.map(({ jobId }) => jobId));
    after = next ?? undefined;
  } while (after !== undefined);
  expect(seen).toHaveLength(12);
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
});

it('they can be those of one submission, with its jobs', async () => {
  const { db } = database;
  const { jobs, failed, groups } = await failures({ submission: second });
  expect({ jobs, failed }).toEqual({ jobs: 15, failed: 7 });
  expect(groups).toMatchObject([
    { kind: 'signal', jobs: 4, wallSeconds: 40 },
    { kind: 'exit-code', jobs: 3, wallShare: 3 / 7 },
  ]);
  expect(groups[1]?.factors).toContainEqual(
    expect.objectContaining({ factor: 'host', value: 'bad', jobs: 3, of: 3 }),
  );
  const scope = await findScope(db, 'demo', { submission: second });
  const page = await listFailureJobs(db, scope, groups[1]?.failure ?? 0, { after: undefined, limit: 50 });
  expect(page.items.map(({ submissionId }) => submissionId)).toEqual([second, second, second]);
});

it('what jobs wrote is told by signature, with what could not be read', async () => {
  const [group] = (await failures()).groups;
  const { rows } = await sql<{ failure: number; jobId: number }>`
    select failure, job_id from job where job_id = any(${group?.examples}::bigint[]) order by job_id`.execute(
    database.db,
  );
  for (const [n, { failure, jobId }] of rows.entries()) {
    const line = n < 2 ? `cannot open /f/${n}` : null;
    await sql`insert into failure_sample (failure_group, job_id, submission_id, stream, line, signature, problem)
      values (${failure}, ${jobId}, ${second}, ${line && 'stderr'}, ${line}, ${line && 'cannot open <path>'},
        ${line === null ? 'no such log' : null})`.execute(database.db);
  }
  expect((await failures()).groups[0]?.logs).toEqual({
    read: 2,
    unread: 1,
    problem: 'no such log',
    signatures: [
      {
        ...{ signature: 'cannot open <path>', samples: 2, line: 'cannot open /f/1', stream: 'stderr' },
        jobId: rows[1]?.jobId,
      },
    ],
  });
  expect((await failures()).groups[1]?.logs).toMatchObject({ read: 0, unread: 0, signatures: [] });
});

it('what is not there is said', async () => {
  const { db } = database;
  const unknown: ScopeAsked[] = [
    { campaign: 'day' },
    { campaign: 'night', stage: 'x' },
    { submission: 99_999 },
  ];
  for (const asked of unknown)
    await expect(findScope(db, 'demo', asked)).rejects.toMatchObject({ code: 'not-found' });
  await expect(findScope(db, 'other', { submission: second })).rejects.toMatchObject({ code: 'not-found' });
  await expect(findScope(db, 'demo', { stage: 'one' })).rejects.toMatchObject({ code: 'bad-request' });
});
