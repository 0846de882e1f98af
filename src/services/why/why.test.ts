/** The facts as they are in the database, and the sentences that come of them. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPERIMENT, makeCampaign } from '../../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { makeSubmissions } from '../../../test/support/submissions.ts';
import type { BatchSystem, JobEvent } from '../../connectors/batch/types.ts';
import { whyJob, whySubmission } from '../../domain/why/index.ts';
import { applyJobEvents } from '../jobs/ingest.ts';
import { createAskWhy } from './ask.ts';
import { jobFacts, submissionFacts } from './queries.ts';

let database: TestDatabase;
let campaign: Awaited<ReturnType<typeof makeCampaign>>;

beforeAll(async () => {
  database = await createTestDatabase();
  campaign = await makeCampaign(
    database.db,
    'waits',
    [{ name: 'one' }, { name: 'all' }],
    [{ from: 'one', to: 'all', wait: 'all' }],
  );
  await sql`insert into batch_cursor (batch_system, looked) values ('local', now())`.execute(database.db);
});
afterAll(() => database.drop());

const run = (statement: ReturnType<typeof sql>) => statement.execute(database.db);
const made = async (count = 1) => makeSubmissions(database.db, campaign, 'one', count);
const why = async (id: number) => whySubmission(await submissionFacts(database.db, EXPERIMENT, id));

/** A job of the submission in this state, as the monitor would store it. */
async function job(
  submissionId: number,
  state: JobEvent['state'],
  more: Partial<JobEvent> = {},
): Promise<void> {
  const batchId = `${submissionId}.0@local`;
  const event = {
    key: state,
    submissionId,
    batchId,
    at: new Date(Date.now() - 120_000),
    state,
    attempt: 1,
    ...more,
  };
  await database.db.transaction().execute((trx) => applyJobEvents(trx, [event]));
  await run(sql`update submission set status_id = ${{ idle: 3000, held: 5000 }[state as 'idle' | 'held'] ?? 4000}
    where submission_id = ${submissionId}`);
}

describe('a submission', () => {
  it('that waits for its launch knows what is before it on its host, and who holds it', async () => {
    const [first = 0, second = 0] = await made(2);
    await run(sql`update launch set state = 'queued'
      where launch_id in (select launch_id from submission where submission_id in (${first}, ${second}))`);
    expect(await why(second)).toMatchObject({
      code: 'launch-queued',
      text: 'Its launch waits: 1 launch before it and 0 under way on local.',
    });
    await run(sql`insert into hold (scope, experiment, campaign_id, reason, held_by)
      values ('campaign', ${EXPERIMENT}, ${campaign.campaignId}, 'maintenance', ${campaign.experimenterId})`);
    expect((await why(second)).text).toMatch(
      /^Launches of the campaign have been held by tester for .*: maintenance\.$/,
    );
    await run(sql`update hold set released = now()`);
    await run(sql`update launch set state = 'done'`);
  });

  it('knows its idle jobs, those before it, and why jobs are held', async () => {
    const [first = 0, second = 0] = await made(2);
    await job(first, 'idle');
    await job(second, 'idle');
    expect(await why(second)).toMatchObject({
      code: 'idle',
      text: expect.stringContaining('behind 1 idle job'),
    });
    expect((await submissionFacts(database.db, EXPERIMENT, second)).firstIdle).toBe(`${second}.0@local`);
    await job(first, 'held', { key: 'held', at: new Date(), reason: 'Disk quota exceeded' });
    expect(await why(first)).toMatchObject({
      code: 'held',
      text: '1 of 1 job is held: Disk quota exceeded.',
    });
  });

  it('knows the action on its jobs that is not done, and a batch system that is away', async () => {
    const [id = 0] = await made();
    await job(id, 'idle');
    await run(
      sql`update batch_cursor set problem = 'no collector', problem_since = now() - interval '5 min'`,
    );
    expect((await why(id)).text).toBe('Batch system local has not answered for 5 min: no collector.');
    await run(sql`
      with made as (
        insert into job_action (experiment, action, scope, reason, requested_by, request_key, parts, jobs)
        values (${EXPERIMENT}, 'hold', '{}', 'r', ${campaign.experimenterId}, 'k', 1, 1) returning job_action_id)
      insert into job_action_part (job_action_id, submission_id, batch_system, jobs, detail)
      select job_action_id, ${id}, 'local', 1, 'It is away.' from made`);
    expect((await why(id)).text).toMatch(/^Holding its jobs was asked for by tester .* ago\. It is away\.$/);
    await run(sql`update batch_cursor set problem = null, problem_since = null`);
  });

  it('that is located waits for its recovery, then for others of its run', async () => {
    const [id = 0, other = 0] = await made(2);
    await run(sql`update submission set status_id = 8000, run_id = (select run_id from submission where submission_id = ${id})
      where submission_id in (${id}, ${other})`);
    await run(sql`update submission set status_id = 4000 where submission_id = ${other}`);
    expect((await why(id)).text).toBe('Stage all waits for 1 more submission of the run.');
    await run(sql`update launch set recovery_of = ${id}, recovery_type = 'consumed_status', cause = 'recovery'
      where launch_id = (select launch_id from submission where submission_id = ${other})`);
    expect(await why(id)).toMatchObject({
      code: 'recovery',
      text: `What follows waits for its recovery, submission ${other}, which is Running.`,
    });
  });

  it('of another experiment is not there', async () => {
    const [id = 0] = await made();
    await expect(submissionFacts(database.db, 'other', id)).rejects.toMatchObject({ code: 'not-found' });
  });
});

it('a job knows the idle jobs before it', async () => {
  const [id = 0] = await made();
  await job(id, 'idle');
  const { rows } = await sql<{ jobId: number }>`select job_id from job where submission_id = ${id}`.execute(
    database.db,
  );
  const facts = await jobFacts(database.db, EXPERIMENT, rows[0]?.jobId ?? 0);
  expect(facts).toMatchObject({
    state: 'idle',
    batchId: `${id}.0@local`,
    batch: { system: 'local', problem: null },
  });
  expect(facts.since).toBeInstanceOf(Date);
  expect(whyJob(facts).text).toMatch(
    /^It has waited on local for 2 min, behind \d+ idle jobs? that came earlier\.$/,
  );
  await expect(jobFacts(database.db, 'other', rows[0]?.jobId ?? 0)).rejects.toMatchObject({
    code: 'not-found',
  });
});

describe('asking a batch system', () => {
  const asker = (answer: () => Promise<string | null>, keepMs = 1000) => {
    const asked: string[] = [];
    const system = {
      name: 'farm',
      why: (batchId: string) => {
        asked.push(batchId);
        return answer();
      },
    } as unknown as BatchSystem;
    return { asked, ask: createAskWhy(new Map([['farm', system]]), { timeoutMs: 30, keepMs }) };
  };

  it('is done once for all who look within a while', async () => {
    const { asked, ask } = asker(async () => 'No slot matches');
    expect(await Promise.all([ask('farm', '1.0@farm'), ask('farm', '1.0@farm')])).toEqual([
      { text: 'No slot matches' },
      { text: 'No slot matches' },
    ]);
    await ask('farm', '2.0@farm');
    expect(asked).toEqual(['1.0@farm', '2.0@farm']);
  });

  it('ends in time and tells a failure', async () => {
    expect(await asker(() => new Promise(() => {})).ask('farm', '1')).toEqual({
      problem: 'no answer within 0.03 s',
    });
    expect(await asker(() => Promise.reject(new Error('not there'))).ask('farm', '1')).toEqual({
      problem: 'not there',
    });
    expect(await asker(async () => null).ask('farm', '1')).toBeNull();
    expect(await asker(async () => 'x').ask('elsewhere', '1')).toBeNull();
  });
});
