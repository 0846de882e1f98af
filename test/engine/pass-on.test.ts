/** Stages whose dependents work on what they themselves were given: approval and data transfer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Catalogue } from '../../src/connectors/data/catalogue/index.ts';
import { startEngine } from '../../src/engine/index.ts';
import { requestLaunch } from '../../src/engine/request-launch.ts';
import { actOnSubmission } from '../../src/engine/submission-actions.ts';
import { EXPERIMENT, makeCampaign } from '../support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { workScript } from './scripts.ts';
import { createWorld, NO_FAULTS, type SimBatch, type SimScript, type World } from './world.ts';

let database: TestDatabase;
let world: World;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, transferOrWork);
});
afterEach(async () => {
  await world.close();
  await database.drop();
});

/** As `workScript`, but the jobs of a transfer declare nothing: they only take the files. */
function transferOrWork(at: { batch: SimBatch; catalogue: Catalogue }): SimScript {
  const work = workScript({ bad: new Set(), generated: 4 })(at);
  return async (script) => {
    if (script.env.POMS4_CAMPAIGN_STAGE_TYPE !== 'datatransfer') return work(script);
    const { catalogue, batch } = at;
    const project = script.env.POMS_PROJECT ?? '';
    const definition = script.text.trim().split(' ').at(-1) ?? '';
    const by = { station: EXPERIMENT, group: EXPERIMENT, user: 'tester' };
    await catalogue.startProject(EXPERIMENT, { name: project, ...by, of: { definition } });
    const cluster = batch.submit(Number(script.env.POMS4_SUBMISSION_ID), [async () => 0]);
    return { exitCode: 0, printed: `POMS4_BATCH_ID=${cluster}\n` };
  };
}

async function statusOf(stage: string): Promise<{ submissionId: number; status: string } | undefined> {
  const { rows } = await sql<{ submissionId: number; status: string }>`
    select submission_id, status from submission join stage using (stage_id) join submission_status using (status_id)
    where name = ${stage}`.execute(database.db);
  return rows[0];
}

it.each(['approval', 'datatransfer'] as const)('%s', async (type) => {
  const person = { username: 'tester', experimenterId: 0 };
  const campaign = await makeCampaign(
    database.db,
    'passing',
    [{ name: 'ingest', type: 'generator' }, { name: 'gate', type }, { name: 'left' }, { name: 'right' }],
    [
      { from: 'ingest', to: 'gate' },
      { from: 'gate', to: 'left' },
      { from: 'gate', to: 'right' },
    ],
  );
  person.experimenterId = campaign.experimenterId;
  const engine = startEngine(world.parts);
  try {
    await requestLaunch(world.parts, person, {
      experiment: EXPERIMENT,
      campaign: 'passing',
      stage: undefined,
      test: false,
      dataset: undefined,
      parameters: [],
      requestKey: undefined,
    });
    for (let approved = false; (await statusOf('right'))?.status !== 'Located'; await sleep(30)) {
      await world.batch.tick();
      const gate = await statusOf('gate');
      if (approved || gate?.status !== 'Awaiting Approval') continue;
      approved = true;
      const { submissionId } = gate;
      await actOnSubmission(world.parts, person, EXPERIMENT, submissionId, 'approve', { reason: '' });
    }
  } finally {
    await engine.stop();
  }
  expect(await statusOf('gate')).toMatchObject({ status: 'Located' });
  for (const stage of ['left', 'right'])
    expect(await world.catalogue.count(EXPERIMENT, `file_name like '${stage}_%_raw_%'`), stage).toBe(4);
});
