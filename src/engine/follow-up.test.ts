/** What follows a located submission when people interfere with its recoveries. */
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorld, NO_FAULTS, type World } from '../../test/engine/world.ts';
import { makeCampaign, type TestCampaign } from '../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { makeSubmissions } from '../../test/support/submissions.ts';
import { followUpStep } from './follow-up.ts';

let database: TestDatabase;
let world: World;
let campaign: TestCampaign;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
  campaign = await makeCampaign(
    database.db,
    'chain',
    [{ name: 'first' }, { name: 'second' }],
    [{ from: 'first', to: 'second' }],
  );
});
afterEach(async () => {
  await world.close();
  await database.drop();
});

/** Located submissions of the first stage that are to be followed up. */
async function located(count: number): Promise<number[]> {
  const ids = await makeSubmissions(database.db, campaign, 'first', count);
  await due(ids);
  return ids;
}

const due = (ids: number[]) =>
  sql`update submission set status_id = 8000, work = 'follow-up', work_due = now() where submission_id = any(${ids}::bigint[])`.execute(
    database.db,
  );

/** A launch of a recovery in this state, without a submission. */
async function recoveryLaunch(id: number, state: string): Promise<void> {
  await sql`
    insert into launch (launch_id, run_id, stage_id, campaign_id, experiment, cause, cause_key, requested_by, state,
      recovery_of, recovery_type, recovery_position)
    overriding system value
    select nextval(pg_get_serial_sequence('launch', 'launch_id')), run_id, stage_id, campaign_id, experiment, 'recovery',
      'recovery:' || submission_id || ':0', creator_id, ${state}, submission_id, 'consumed_status', 0
    from submission where submission_id = ${id}`.execute(database.db);
}

async function dependentsOf(id: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from launch where triggered_by = ${id} and cause = 'dependency'`.execute(
    database.db,
  );
  return rows[0]?.n ?? 0;
}

async function workOf(id: number): Promise<unknown> {
  const { rows } = await sql`select work, work_note from submission where submission_id = ${id}`.execute(
    database.db,
  );
  return rows[0];
}

const step = () => followUpStep(world.parts, 'test');

it('dependents wait for a queued recovery, and are launched when a person cancels it before it began', async () => {
  const [id = 0] = await located(1);
  await recoveryLaunch(id, 'queued');
  await step();
  expect(await dependentsOf(id)).toBe(0);
  expect(await workOf(id)).toEqual({ work: 'follow-up', workNote: 'Its recovery is New.' });
  await sql`update launch set state = 'cancelled' where recovery_of = ${id}`.execute(database.db);
  await due([id]);
  await step();
  expect(await dependentsOf(id)).toBe(1);
  expect(await workOf(id)).toEqual({ work: null, workNote: null });
});

it('dependents wait for a recovery that could not be launched', async () => {
  const [id = 0] = await located(1);
  await recoveryLaunch(id, 'failed');
  await step();
  expect(await dependentsOf(id)).toBe(0);
  expect(await workOf(id)).toMatchObject({ work: 'follow-up' });
});

it('a removed recovery is the last one: no other is launched, the dependents are', async () => {
  const [id = 0, recovery = 0] = await located(2);
  await sql`alter table snapshot disable trigger append_only`.execute(database.db);
  await sql`update snapshot set content = jsonb_set(content, '{recoveries}',
    '[{"type": "consumed_status", "parameters": []}, {"type": "process_status", "parameters": []}]')
    where kind = 'job_type'`.execute(database.db);
  await sql`update submission set next_recovery = 1, project = 'none', work = null, work_due = null
    where submission_id = ${id}`.execute(database.db);
  await sql`update launch set recovery_of = ${id}, recovery_type = 'consumed_status', cause = 'recovery'
    where launch_id = (select launch_id from submission where submission_id = ${recovery})`.execute(
    database.db,
  );
  await sql`update submission set recovery_of = ${id}, recovery_type = 'consumed_status', status_id = 9000
    where submission_id = ${recovery}`.execute(database.db);
  await step();
  const { rows } = await sql`select count(*) as n from launch where recovery_of = ${id}`.execute(database.db);
  expect(rows).toEqual([{ n: 1 }]);
  expect(await dependentsOf(id)).toBe(1);
});

it('each of many located submissions launches its dependents once, however often it is followed up', async () => {
  const ids = await located(30);
  await step();
  await due(ids);
  await step();
  for (const id of ids) expect(await dependentsOf(id)).toBe(1);
  for (const id of ids) expect(await workOf(id)).toMatchObject({ work: null });
});
