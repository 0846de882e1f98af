/** Actions on jobs from request to outcome, whatever dies on the way. The batch system and the host are simulated. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, NO_FAULTS, type SimBatch, type World } from '../../test/engine/world.ts';
import { EXPERIMENT, makeCampaign, type TestCampaign } from '../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { makeSubmissions } from '../../test/support/submissions.ts';
import { until } from '../connectors/batch/local/fixture.ts';
import type { BatchSystem, JobSelector } from '../connectors/batch/types.ts';
import { expireLeases, leaseOwners } from '../database/leases.ts';
import { PomsError } from '../errors.ts';
import { getJobAction } from '../services/job-actions/queries.ts';
import { claimParts } from '../services/job-actions/work.ts';
import { type JobActionAsked, previewJobAction, requestJobAction } from './job-action-desk.ts';
import { recordPart } from './job-action-end.ts';
import { endStrays, jobActionStep } from './job-actions.ts';
import { runLaunch } from './launch-run.ts';
import { look } from './monitor.ts';
import { prepareLaunch } from './prepare.ts';
import { actOnSubmission } from './submission-actions.ts';

let database: TestDatabase;
let world: World;
let campaign: TestCampaign;
let batch: SimBatch;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
  batch = world.batch;
  campaign = await makeCampaign(database.db, 'acted', [{ name: 'first' }, { name: 'second' }]);
});
afterEach(async () => {
  await world.close();
  await database.drop();
});

const someone = () => ({ username: 'tester', experimenterId: campaign.experimenterId, permit: () => {} });
const request = (asked: Omit<JobActionAsked, 'reason'>) =>
  requestJobAction(world.parts, someone(), EXPERIMENT, { reason: 'a test', ...asked });
const preview = (asked: Pick<JobActionAsked, 'action' | 'scope'>) =>
  previewJobAction(world.parts, someone(), EXPERIMENT, asked);
const shown = (jobActionId: number) => getJobAction(database.db, EXPERIMENT, jobActionId);
const step = (owner = 'engine', system: BatchSystem = batch) => jobActionStep(world.parts, owner, system);
const due = () => sql`update job_action_part set due = now()`.execute(database.db);
const leasesRunOut = () =>
  sql`update job_action_part set lease_until = now() - interval '1 second' where state = 'running'`.execute(
    database.db,
  );

/** Submissions with idle jobs that POMS has seen. */
async function submitted(stage: string, count: number, jobs: number): Promise<number[]> {
  const ids = await makeSubmissions(database.db, campaign, stage, count);
  for (const id of ids)
    batch.submit(
      id,
      Array.from({ length: jobs }, () => async () => 0),
    );
  await followed();
  return ids;
}

async function followed(): Promise<void> {
  while ((await look(world.parts, batch)).more);
}

async function statusOf(id: number): Promise<string | undefined> {
  const { rows } = await sql<{ status: string }>`
    select status from submission join submission_status using (status_id) where submission_id = ${id}`.execute(
    database.db,
  );
  return rows[0]?.status;
}

const statesOf = (id: number) =>
  [...batch.jobs.values()].filter((job) => job.submissionId === id).map((job) => job.state);

async function setLaunch(id: number, state: 'queued' | 'running'): Promise<number> {
  const lease =
    state === 'running' ? sql`'other', now() + interval '1 hour'` : sql`null::text, null::timestamptz`;
  const { rows } = await sql<{ launchId: number }>`
    update launch l set state = ${state}, (lease_owner, lease_until) = (select ${lease})
    where launch_id = (select launch_id from submission where submission_id = ${id}) returning launch_id`.execute(
    database.db,
  );
  return rows[0]?.launchId ?? 0;
}

/** A queued launch of the first stage, as a schedule or a dependency makes it. */
async function launchWithoutSubmission(): Promise<number> {
  const { rows } = await sql<{ launchId: number }>`
    insert into launch (launch_id, run_id, stage_id, campaign_id, experiment, cause, cause_key, requested_by)
    overriding system value select n, n, ${campaign.stages.get('first')}, ${campaign.campaignId}, ${EXPERIMENT},
      'manual', 'waits', ${campaign.experimenterId}
    from (select nextval(pg_get_serial_sequence('launch', 'launch_id')) as n) as fresh returning launch_id`.execute(
    database.db,
  );
  return rows[0]?.launchId ?? 0;
}

/** The same, taken by an engine: it stays so while its data handling is away. */
async function claimedWithoutSubmission(): Promise<number> {
  const launchId = await launchWithoutSubmission();
  await sql`update launch set state = 'claimed', lease_owner = 'other', lease_until = now() + interval '1 hour'
    where launch_id = ${launchId}`.execute(database.db);
  return launchId;
}

async function launchesAndSubmissions() {
  const { rows } = await sql<{ state: string; submissionId: number | null }>`
    select l.state, b.submission_id from launch l left join submission b using (launch_id)`.execute(
    database.db,
  );
  return rows;
}

async function waitingForLocks(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db);
  return rows[0]?.n ?? 0;
}

describe('from request to outcome', () => {
  it('a submission is held when its batch system says so, not when it was asked', async () => {
    const [id = 0] = await submitted('first', 1, 3);
    expect(await preview({ action: 'hold', scope: { submissions: [id] } })).toMatchObject({
      jobs: 3,
      byState: { idle: 3 },
      submissions: 1,
      firstSubmissions: [{ submissionId: id, jobs: 3, status: 'Idle' }],
      firstJobs: [{ state: 'idle' }, { state: 'idle' }, { state: 'idle' }],
      skipped: [],
    });
    const { jobActionId } = await request({ action: 'hold', scope: { submissions: [id] } });
    expect(await shown(jobActionId)).toMatchObject({ state: 'queued', parts: 1, partsEnded: 0, jobs: 3 });
    expect(await step()).toBe(1);
    expect(await shown(jobActionId)).toMatchObject({ state: 'done', accepted: 3, partsEnded: 1 });
    expect(await statusOf(id)).toBe('Idle');
    await followed();
    expect(await statusOf(id)).toBe('Held');
    expect(batch.events.at(-1)?.reason).toBe('a test (tester)');
  });

  it('jobs are removed also while the host of their launch, which is over, is away', async () => {
    const [id = 0] = await submitted('first', 1, 2);
    await request({ action: 'remove', scope: { submissions: [id] } });
    const away = {
      ...world.parts,
      host: () => {
        throw new PomsError('outside-system', { system: 'The launch host', problem: 'it is away' });
      },
    };
    expect(await jobActionStep(away, 'engine', batch)).toBe(1);
    expect(statesOf(id)).toEqual(['removed', 'removed']);
  });

  it('a campaign means all its submissions that are not over; the same key acts once', async () => {
    const ids = [...(await submitted('first', 2, 1)), ...(await submitted('second', 1, 2))];
    const asked = { action: 'hold', scope: { campaign: 'acted' }, requestKey: 'button' } as const;
    const answers = await Promise.all([request(asked), request(asked), request(asked)]);
    expect(new Set(answers.map((one) => one.jobActionId)).size).toBe(1);
    expect(answers.filter((one) => one.isNew)).toHaveLength(1);
    await step();
    for (const id of ids) expect(new Set(statesOf(id))).toEqual(new Set(['held']));
    const { rows } = await sql`select action, object from audit_event`.execute(database.db);
    expect(rows).toEqual([{ action: 'job.hold', object: 'campaign acted' }]);
  });

  it('conditions choose jobs, and what they leave out is told', async () => {
    const [id = 0, other = 0] = await submitted('first', 2, 3);
    const all = await sql<{ jobId: number; batchId: string }>`
      select job_id, batch_id from job where submission_id = ${id} order by job_id`.execute(database.db);
    const [one, two, three] = all.rows;
    await sql`update job set host = 'node1' where job_id = ${one?.jobId}`.execute(database.db);
    await sql`update job set state = 'completed', exit_code = 0 where job_id = ${two?.jobId}`.execute(
      database.db,
    );
    const hosts = await preview({ action: 'hold', scope: { campaign: 'acted', hosts: ['node1'] } });
    expect(hosts).toMatchObject({ jobs: 1, submissions: 1, firstJobs: [{ batchId: one?.batchId }] });
    const named = await preview({ action: 'hold', scope: { jobs: all.rows.map((row) => row.jobId) } });
    expect(named).toMatchObject({
      jobs: 2,
      skipped: [{ what: 'job', count: 1, why: 'has ended: completed' }],
    });
    const { jobActionId } = await request({ action: 'hold', scope: { batchIds: [three?.batchId ?? ''] } });
    await step();
    expect(await shown(jobActionId)).toMatchObject({ state: 'done', accepted: 1 });
    expect(statesOf(id)).toEqual(['idle', 'idle', 'held']);
    await followed();
    await request({ action: 'release', scope: { campaign: 'acted', states: ['held'], reason: 'A TEST' } });
    await step();
    expect([...statesOf(id), ...statesOf(other)]).toEqual(Array(6).fill('idle'));
  });

  it('nothing to do is done at once, and what is not there is an error', async () => {
    const [id = 0] = await submitted('first', 1, 1);
    const { jobActionId } = await request({ action: 'release', scope: { submissions: [id] } });
    expect(await shown(jobActionId)).toMatchObject({
      state: 'done',
      parts: 0,
      skipped: [{ what: 'job', why: 'is not held' }, { what: 'submission' }],
    });
    await expect(preview({ action: 'hold', scope: { submissions: [999] } })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(preview({ action: 'hold', scope: { campaign: 'none' } })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('what belongs to others is left out, and refused when nothing else was meant', async () => {
    const [id = 0] = await submitted('first', 1, 1);
    await submitted('second', 1, 1);
    await sql`update stage set creator_role = 'analysis' where name = 'first'`.execute(database.db);
    const analyst = {
      ...someone(),
      permit: ({ role }: { role: string }) => {
        if (role !== 'analysis') throw new PomsError('not-allowed', { reason: 'not yours' });
      },
    };
    const scope = { campaign: 'acted' };
    const seen = await previewJobAction(world.parts, analyst, EXPERIMENT, { action: 'hold', scope });
    expect(seen.firstSubmissions.map((one) => one.submissionId)).toEqual([id]);
    expect(seen.skipped).toEqual([{ what: 'submission', count: 1, why: 'belongs to somebody else' }]);
    await expect(
      requestJobAction(world.parts, analyst, EXPERIMENT, {
        action: 'hold',
        scope: { ...scope, stage: 'second' },
        reason: 'mine',
      }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
    const { rows } = await sql`select from job_action`.execute(database.db);
    expect(rows).toEqual([]);
  });

  it('the action of a submission is one of these', async () => {
    const [id = 0] = await submitted('first', 1, 2);
    const result = await actOnSubmission(world.parts, someone(), EXPERIMENT, id, 'hold', {
      reason: 'maintenance',
    });
    expect(await shown(result.jobActionId ?? 0)).toMatchObject({
      scope: `submission ${id}`,
      reason: 'maintenance',
    });
    await step();
    const { rows } = await sql<{ message: string }>`
      select message from submission_event where submission_id = ${id} and kind = 'action'`.execute(
      database.db,
    );
    expect(rows).toEqual([{ message: 'Hold its jobs: maintenance. Accepted for 2 of 2 jobs.' }]);
  });
});

describe('removing', () => {
  it('counts as what was asked for when the last job has gone', async () => {
    const [id = 0] = await submitted('first', 1, 2);
    await request({ action: 'remove', scope: { submissions: [id] }, as: 'Cancelled' });
    await step();
    expect(await statusOf(id)).toBe('Idle');
    await followed();
    expect(await statusOf(id)).toBe('Cancelled');
  });

  it('a stage: its launches that wait are cancelled at once, with and without a submission', async () => {
    const [id = 0] = await makeSubmissions(database.db, campaign, 'first', 1);
    await setLaunch(id, 'queued');
    await launchWithoutSubmission();
    const scope = { campaign: 'acted', stage: 'first' };
    expect(await preview({ action: 'remove', scope })).toMatchObject({
      launches: 2,
      submissions: 1,
      jobs: 0,
    });
    const made = await request({ action: 'remove', scope });
    expect(await shown(made.jobActionId)).toMatchObject({ state: 'done', parts: 0, launchesCancelled: 2 });
    expect(await statusOf(id)).toBe('Removed');
    const { rows } = await sql`select state, count(*) as n from launch group by state`.execute(database.db);
    expect(rows).toEqual([{ state: 'cancelled', n: 2 }]);
  });

  it('a campaign: a launch that an engine has taken and could not make a submission of is cancelled', async () => {
    const launchId = await claimedWithoutSubmission();
    const scope = { campaign: 'acted' };
    expect(await preview({ action: 'remove', scope })).toMatchObject({ launches: 1, submissions: 0 });
    const made = await request({ action: 'remove', scope });
    expect(await shown(made.jobActionId)).toMatchObject({ state: 'done', parts: 0, launchesCancelled: 1 });
    // The engine that has it goes on, and finds that there is nothing to do.
    const launch = { launchId, stageId: campaign.stages.get('first') ?? 0, experiment: EXPERIMENT };
    const claimed = { ...launch, state: 'claimed', tries: 1, submissionId: null, host: 'local' } as const;
    await runLaunch(world.parts, 'other', claimed, new AbortController().signal);
    expect(await launchesAndSubmissions()).toEqual([{ state: 'cancelled', submissionId: null }]);
    expect(world.host.starts.size).toBe(0);
  });

  it('a campaign: a launch whose submission is being made at that moment is removed as a submission', async () => {
    const launchId = await claimedWithoutSubmission();
    let asked: Promise<{ jobActionId: number }> | undefined;
    await database.db.transaction().execute(async (trx) => {
      await prepareLaunch(trx, world.parts, launchId);
      asked = request({ action: 'remove', scope: { campaign: 'acted' } });
      await until('the request waits', async () => (await waitingForLocks()) > 0);
    });
    const made = await asked;
    expect(await shown(made?.jobActionId ?? 0)).toMatchObject({ parts: 1, launchesCancelled: 0 });
    await step();
    await due();
    await step();
    const [one, ...others] = await launchesAndSubmissions();
    expect([one?.state, others]).toEqual(['cancelled', []]);
    expect(await statusOf(one?.submissionId ?? 0)).toBe('Removed');
  });

  it('a launch that runs is stopped, and jobs that it had submitted are removed', async () => {
    const [id = 0] = await makeSubmissions(database.db, campaign, 'first', 1);
    const launchId = await setLaunch(id, 'running');
    let ended = () => {};
    await world.close();
    world = await createWorld(database, 1, NO_FAULTS, () => async () => {
      await new Promise<void>((resolve) => {
        ended = resolve;
      });
      return { exitCode: 0, printed: '' };
    });
    batch = world.batch;
    await world.host.start({ launchId, text: '', env: {}, path: [] });
    batch.submit(id, [async () => 0]);
    const { jobActionId } = await request({ action: 'remove', scope: { submissions: [id] } });
    await step();
    expect((await world.host.look(launchId)).state).toBe('vanished');
    expect(await shown(jobActionId)).toMatchObject({
      state: 'running',
      partList: [{ state: 'queued', tries: 0 }],
    });
    await due();
    await step();
    ended();
    await followed();
    expect(await shown(jobActionId)).toMatchObject({ state: 'done', accepted: 1 });
    expect(await statusOf(id)).toBe('Removed');
    const { rows } = await sql`select state from launch where launch_id = ${launchId}`.execute(database.db);
    expect(rows).toEqual([{ state: 'cancelled' }]);
  });

  it('a submission of which no job is known anywhere is removed all the same', async () => {
    const [id = 0] = await makeSubmissions(database.db, campaign, 'first', 1);
    await request({ action: 'remove', scope: { submissions: [id] } });
    await step();
    expect(await statusOf(id)).toBe('Removed');
  });
});

describe('whatever dies', () => {
  it('an engine that died before it asked: another does it', async () => {
    const [id = 0] = await submitted('first', 1, 1);
    const { jobActionId } = await request({ action: 'hold', scope: { submissions: [id] } });
    expect(await claimParts(database.db, 'dead', 'local', 5)).toHaveLength(1);
    expect(await step()).toBe(0);
    await leasesRunOut();
    expect(await step()).toBe(1);
    expect(await shown(jobActionId)).toMatchObject({ state: 'done', accepted: 1, partList: [{ tries: 2 }] });
  });

  it('what an engine held that is known to be dead is free at once', async () => {
    const [id = 0] = await submitted('first', 1, 1);
    await request({ action: 'hold', scope: { submissions: [id] } });
    await claimParts(database.db, 'dead', 'local', 5);
    expect(await leaseOwners(database.db)).toContain('dead');
    await expireLeases(database.db, ['dead']);
    expect(await step()).toBe(1);
    expect(statesOf(id)).toEqual(['held']);
  });

  it('an engine that died after it asked: asked again, counted once, and the dead one changes nothing any more', async () => {
    const [id = 0] = await submitted('first', 1, 2);
    const { jobActionId } = await request({ action: 'hold', scope: { submissions: [id] } });
    const [part] = await claimParts(database.db, 'dead', 'local', 5);
    if (part === undefined) throw new Error('not claimed');
    const outcomes = await batch.act({ submissionId: id }, 'hold', 'a test (tester)');
    await leasesRunOut();
    await step();
    await recordPart(world.parts, 'dead', part, { state: 'done', outcomes, detail: null });
    const view = await shown(jobActionId);
    expect(view).toMatchObject({ state: 'done', partsEnded: 1, accepted: 0, notApplicable: 2 });
    expect(view.outcomes[0]?.detail).toBe('An earlier try may have reached it.');
    const { rows } = await sql`select from submission_event where kind = 'action'`.execute(database.db);
    expect(rows).toHaveLength(1);
  });

  it('one that died after it stopped the launch: the jobs are removed by the next', async () => {
    const [id = 0] = await submitted('first', 1, 1);
    const launchId = await setLaunch(id, 'running');
    await request({ action: 'remove', scope: { submissions: [id] } });
    await claimParts(database.db, 'dead', 'local', 5);
    await sql`update launch set state = 'cancelled', lease_owner = null, lease_until = null
      where launch_id = ${launchId}`.execute(database.db);
    await leasesRunOut();
    await step();
    await followed();
    expect(await statusOf(id)).toBe('Removed');
  });

  it('the batch system is away: tried again later, with its reason shown, and given up in the end', async () => {
    const [id = 0] = await submitted('first', 1, 1);
    const { jobActionId } = await request({ action: 'remove', scope: { submissions: [id] } });
    const away: BatchSystem = Object.assign(Object.create(batch), {
      name: 'local',
      act: async (_selector: JobSelector) => {
        throw new PomsError('outside-system', { system: 'Batch system local', problem: 'it is away' });
      },
    });
    await step('engine', away);
    expect(await step('engine', away)).toBe(0);
    expect((await shown(jobActionId)).partList).toMatchObject([
      { state: 'queued', tries: 1, detail: 'Batch system local could not be asked: it is away' },
    ]);
    for (let n = 0; n < 11; n++) {
      await due();
      await step('engine', away);
    }
    expect(await shown(jobActionId)).toMatchObject({
      state: 'failed',
      partList: [{ state: 'failed', tries: 12 }],
    });
    const { rows } = await sql`select stop_as from submission where submission_id = ${id}`.execute(
      database.db,
    );
    expect(rows).toEqual([{ stopAs: null }]);
    await due();
    expect(await step()).toBe(0);
  });

  it('two engines at once do each part once, and a release never overtakes the hold before it', async () => {
    const ids = await submitted('first', 8, 2);
    const held = await request({ action: 'hold', scope: { campaign: 'acted' } });
    const releases = ids.map((id) => actOnSubmissionLater(id));
    for (let n = 0; n < 20; n++) await Promise.all([step('one'), step('other')]);
    expect(await shown(held.jobActionId)).toMatchObject({
      state: 'done',
      parts: 8,
      partsEnded: 8,
      accepted: 16,
    });
    for (const id of await Promise.all(releases))
      expect(await shown(id)).toMatchObject({ state: 'done', accepted: 2 });
    for (const id of ids) expect(statesOf(id)).toEqual(['idle', 'idle']);
  });

  it('a batch system that POMS is not connected to any more ends what waits for it', async () => {
    const [id = 0] = await submitted('first', 1, 1);
    const { jobActionId } = await request({ action: 'hold', scope: { submissions: [id] } });
    await sql`update job_action_part set batch_system = 'gone'`.execute(database.db);
    await endStrays(world.parts, 'engine');
    expect(await shown(jobActionId)).toMatchObject({ state: 'failed', partList: [{ state: 'failed' }] });
  });
});

/** A release asked for while the hold is not done: the jobs are not known as held yet, so they are named. */
async function actOnSubmissionLater(id: number): Promise<number> {
  const { rows } = await sql<{ jobActionId: number }>`
    with made as (
      insert into job_action (experiment, action, scope, reason, requested_by, request_key, parts, jobs)
      values (${EXPERIMENT}, 'release', '{}', '', ${campaign.experimenterId}, ${`release ${id}`}, 1, 2)
      returning job_action_id)
    insert into job_action_part (job_action_id, submission_id, batch_system, jobs)
    select job_action_id, ${id}, 'local', 2 from made returning job_action_id`.execute(database.db);
  return rows[0]?.jobActionId ?? 0;
}
