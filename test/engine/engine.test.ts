/** The engine against a simulated world: whole campaigns, holds, faults, two engines at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../../src/engine/index.ts';
import { requestLaunch } from '../../src/engine/request-launch.ts';
import { EXPERIMENT, makeCampaign, type TestCampaign } from '../support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { checkInvariants, isQuiet } from './invariants.ts';
import { type Work, workScript } from './scripts.ts';
import { createWorld, type Faults, NO_FAULTS, type World } from './world.ts';

const WORK: Work = { bad: new Set(['003', '012', '021']), generated: 24 };

let database: TestDatabase;
let world: World;
let engines: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  await world.close();
  await database.drop();
});

async function start(seed: number, faults: Faults, count = 1): Promise<() => Promise<void>> {
  world = await createWorld(database, seed, faults, workScript(WORK));
  engines = Array.from({ length: count }, () => startEngine(world.parts));
  return async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  };
}

/** Lets the simulated jobs run until nothing is left to do. */
async function runUntilQuiet(limitMs = 15_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (let quiet = 0; quiet < 3; ) {
    await world.batch.tick();
    quiet = (await isQuiet(database)) ? quiet + 1 : 0;
    if (Date.now() > deadline)
      throw new Error(`not quiet after ${limitMs} ms: ${JSON.stringify(await overview())}`);
    await sleep(30);
  }
}

async function overview() {
  const rows = await sql<{ stage: string; status: string; n: number; recoveries: number }>`
    select st.name as stage, t.status, count(*) as n, count(b.recovery_of) as recoveries
    from submission b join stage st using (stage_id) join submission_status t using (status_id)
    group by st.name, t.status order by min(b.submission_id)`.execute(database.db);
  return rows.rows;
}

const sampleCampaign = (name = 'sample'): Promise<TestCampaign> =>
  makeCampaign(
    database.db,
    name,
    [
      { name: 'ingest', type: 'generator' },
      {
        name: 'select',
        split: 'nfiles(8)',
        launchScript: 'select %(dataset)s %(mode)s'.replace(' %(mode)s', ''),
        recoveries: [{ type: 'consumed_status', parameters: [['--tolerant', '']] }],
      },
      { name: 'analyse' },
      { name: 'merge' },
    ],
    [
      { from: 'ingest', to: 'select', split: true },
      { from: 'select', to: 'analyse' },
      { from: 'analyse', to: 'merge', wait: 'all' },
    ],
  );

const launch = (
  campaign: TestCampaign,
  name = 'sample',
  more: { stage?: string; requestKey?: string; test?: boolean } = {},
) =>
  requestLaunch(
    world.parts,
    { experimenterId: campaign.experimenterId, username: 'tester' },
    {
      experiment: EXPERIMENT,
      campaign: name,
      stage: more.stage,
      test: more.test ?? false,
      dataset: undefined,
      parameters: [],
      requestKey: more.requestKey,
    },
  );

const EXPECTED = [
  { stage: 'ingest', status: 'Located', n: 1, recoveries: 0 },
  { stage: 'select', status: 'Located', n: 6, recoveries: 3 },
  { stage: 'analyse', status: 'Located', n: 3, recoveries: 0 },
  { stage: 'merge', status: 'Located', n: 1, recoveries: 0 },
];

describe('a campaign by itself', () => {
  it('splits, launches, recovers, continues and gathers', async () => {
    const campaign = await sampleCampaign();
    const stop = await start(1, NO_FAULTS);
    await launch(campaign);
    await runUntilQuiet();
    await stop();
    expect(await overview()).toEqual(EXPECTED);
    await checkInvariants(database);
    expect(await world.catalogue.count(EXPERIMENT, "file_name like 'merge_%'")).toBe(24);
  });

  it.each([11, 12, 13, 14])(
    'ends the same under faults with two engines (seed %i)',
    async (seed) => {
      const campaign = await sampleCampaign();
      const stop = await start(seed, { batchDown: 0.15, duplicate: 0.3, scriptDies: 0.2, hostDown: 0.02 }, 2);
      await launch(campaign);
      await runUntilQuiet(60_000);
      await stop();
      expect(await overview()).toEqual(EXPECTED);
      await checkInvariants(database);
    },
    90_000,
  );

  it('goes on where a stopped engine left it', async () => {
    const campaign = await sampleCampaign();
    const stop = await start(2, NO_FAULTS);
    await launch(campaign);
    for (let round = 0; round < 12; round++) {
      await sleep(80);
      await world.batch.tick();
      await stop();
      engines.push(startEngine(world.parts));
    }
    await runUntilQuiet();
    await stop();
    expect(await overview()).toEqual(EXPECTED);
    await checkInvariants(database);
  });
});

describe('holds', () => {
  it('one held dependent does not stop the others; released, it launches', async () => {
    const campaign = await makeCampaign(
      database.db,
      'held',
      [{ name: 'ingest', type: 'generator' }, { name: 'left' }, { name: 'right' }],
      [
        { from: 'ingest', to: 'left' },
        { from: 'ingest', to: 'right' },
      ],
    );
    await sql`insert into hold (scope, experiment, stage_id, reason, held_by)
      values ('stage', ${EXPERIMENT}, ${campaign.stages.get('left') ?? 0}, 'maintenance', ${campaign.experimenterId})`.execute(
      database.db,
    );
    const stop = await start(3, NO_FAULTS);
    await launch(campaign, 'held', { stage: 'ingest' });
    const deadline = Date.now() + 15_000;
    while (!(await overview()).some((row) => row.stage === 'right' && row.status === 'Located')) {
      await world.batch.tick();
      if (Date.now() > deadline) throw new Error(JSON.stringify(await overview()));
      await sleep(30);
    }
    expect((await overview()).some((row) => row.stage === 'left')).toBe(false);
    const waiting = await sql<{
      state: string;
    }>`select state from launch where stage_id = ${campaign.stages.get('left') ?? 0}`.execute(database.db);
    expect(waiting.rows).toEqual([{ state: 'queued' }]);
    await sql`update hold set released = now(), released_by = ${campaign.experimenterId}`.execute(
      database.db,
    );
    await runUntilQuiet();
    await stop();
    expect((await overview()).find((row) => row.stage === 'left')).toMatchObject({ status: 'Located', n: 1 });
  });
});

describe('wrap-up', () => {
  it('wraps up a submission that completed 30 days ago while the engine was down', async () => {
    const campaign = await sampleCampaign();
    world = await createWorld(database, 4, NO_FAULTS, workScript(WORK));
    await launch(campaign);
    await sql`update launch set created = now() - interval '31 days', state = 'done', lease_owner = null, lease_until = null`.execute(
      database.db,
    );
    await sql`update submission set created = now() - interval '31 days', status_id = 7000, status_since = now() - interval '30 days',
      work = 'locate', work_due = now() - interval '30 days'`.execute(database.db);
    await sql`alter table submission_event disable trigger append_only`.execute(database.db);
    await world.catalogue.declare(
      EXPERIMENT,
      [
        {
          file_name: 'raw_x_000',
          file_type: 'simulated',
          file_format: 'txt',
          file_size: 1,
          data_tier: 'raw',
          locations: ['file:///x'],
        },
      ],
      'tester',
    );
    const { rows } = await sql<{ id: number }>`select submission_id as id from submission`.execute(
      database.db,
    );
    await world.catalogue.defineDataset(
      EXPERIMENT,
      `poms_depends_${rows[0]?.id}_1`,
      "file_name 'raw_x_000'",
      true,
    );
    const engine = startEngine(world.parts);
    await runUntilQuiet();
    await engine.stop();
    expect((await overview()).map((row) => row.stage)).toEqual(['ingest', 'select', 'analyse', 'merge']);
  });
});

describe('slices', () => {
  it('50 concurrent launch requests of one stage take 50 different slices', async () => {
    const campaign = await makeCampaign(database.db, 'sliced', [
      { name: 'process', dataset: 'all', split: 'nfiles(2)' },
    ]);
    world = await createWorld(database, 5, NO_FAULTS, workScript(WORK));
    const files = Array.from({ length: 90 }, (_, n) => ({
      file_name: `f${n}`,
      file_type: 'simulated',
      file_format: 'txt',
      file_size: 1,
      data_tier: 'raw',
      locations: ['file:///x'],
    }));
    await world.catalogue.declare(EXPERIMENT, files, 'tester');
    await world.catalogue.defineDataset(EXPERIMENT, 'all', "file_name like 'f%'", true);
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => launch(campaign, 'sliced')));
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused.map((answer) => answer.reason.code)).toEqual(
      Array.from({ length: 5 }, () => 'no-slice-left'),
    );
    const rows = await sql<{ n: number; slices: number; launches: number }>`
      select count(*) as n, count(distinct dataset) as slices, (select count(*) from launch) as launches from submission`.execute(
      database.db,
    );
    expect(rows.rows).toEqual([{ n: 45, slices: 45, launches: 45 }]);
    await checkInvariants(database);
  });

  it('a test launch takes no slice away', async () => {
    const campaign = await makeCampaign(database.db, 'tested', [
      { name: 'process', dataset: 'all', split: 'nfiles(2)' },
    ]);
    world = await createWorld(database, 6, NO_FAULTS, workScript(WORK));
    await world.catalogue.declare(
      EXPERIMENT,
      [
        {
          file_name: 'f1',
          file_type: 'simulated',
          file_format: 'txt',
          file_size: 1,
          data_tier: 'raw',
          locations: ['file:///x'],
        },
      ],
      'tester',
    );
    await world.catalogue.defineDataset(EXPERIMENT, 'all', "file_name like 'f%'", true);
    await launch(campaign, 'tested', { test: true });
    await launch(campaign, 'tested', { test: true });
    await launch(campaign, 'tested');
    await expect(launch(campaign, 'tested')).rejects.toMatchObject({ code: 'no-slice-left' });
  });

  it('the same request again is the same launch, also at the same moment', async () => {
    const campaign = await sampleCampaign();
    world = await createWorld(database, 7, NO_FAULTS, workScript(WORK));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => launch(campaign, 'sample', { requestKey: 'button' })),
    );
    expect(new Set(answers.map((answer) => answer.launchId)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.submissionId)).size).toBe(1);
  });
});

describe('bad definitions', () => {
  it('an unknown name leaves nothing behind', async () => {
    const campaign = await makeCampaign(database.db, 'wrong', [
      { name: 'one', launchScript: 'run %(nonsense)s' },
    ]);
    world = await createWorld(database, 8, NO_FAULTS, workScript(WORK));
    await expect(launch(campaign, 'wrong')).rejects.toMatchObject({ code: 'unknown-template-name' });
    const rows = await sql<{
      n: number;
    }>`select (select count(*) from launch) + (select count(*) from submission) + (select count(*) from snapshot) as n`.execute(
      database.db,
    );
    expect(rows.rows).toEqual([{ n: 0 }]);
  });

  it('a campaign with several leading stages asks which', async () => {
    const campaign = await makeCampaign(database.db, 'two', [{ name: 'one' }, { name: 'other' }]);
    world = await createWorld(database, 9, NO_FAULTS, workScript(WORK));
    await expect(launch(campaign, 'two')).rejects.toMatchObject({ code: 'several-leading-stages' });
  });
});
