/** Lists of jobs from a real database. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXPERIMENT, makeCampaign } from '../../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { makeSubmissions } from '../../../test/support/submissions.ts';
import type { JobState } from '../../domain/job-state.ts';
import { applyJobEvents } from './ingest.ts';
import { listJobs } from './queries.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const campaign = await makeCampaign(database.db, 'lists', [{ name: 'one' }, { name: 'two' }]);
  const submissions = [
    ...(await makeSubmissions(database.db, campaign, 'one', 3)),
    ...(await makeSubmissions(database.db, campaign, 'two', 3)),
  ];
  const states: JobState[] = ['completed', 'failed', 'completed', 'held'];
  const events = submissions.flatMap((submissionId, n) =>
    // Only the last submission has a held job.
    states.slice(0, n === 5 ? 4 : 3).map((state, job) => ({
      key: `${job}`,
      submissionId,
      batchId: `${submissionId}.${job}@local`,
      at: new Date(1_700_000_000_000),
      state,
      attempt: 1,
    })),
  );
  await database.db.transaction().execute((trx) => applyJobEvents(trx, events));
});
afterAll(() => database.drop());

async function pages(state: string | undefined, limit: number, experiment = EXPERIMENT): Promise<string[]> {
  const found: string[] = [];
  let after: string | undefined;
  do {
    const page = await listJobs(database.db, { experiment, submission: undefined, state, after, limit });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items.map((job) => `${job.jobId} ${job.state}`));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}

it('jobs of an experiment by state are those of the whole list, page by page', async () => {
  const all = await pages(undefined, 4);
  expect(all).toHaveLength(19);
  for (const [state, count] of [
    ['held', 1],
    ['failed', 6],
    ['held,failed', 7],
    ['running', 0],
  ] as const) {
    const chosen = all.filter((job) => state.includes(job.split(' ')[1] ?? ''));
    expect(chosen).toHaveLength(count);
    for (const limit of [1, 3, 50]) expect(await pages(state, limit)).toEqual(chosen);
  }
});

it('jobs of another experiment are not in it', async () => {
  expect(await pages('failed', 10, 'elsewhere')).toEqual([]);
});
