import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, NO_FAULTS, type World } from '../../test/engine/world.ts';
import { EXPERIMENT, makeCampaign } from '../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { STATUS_IDS } from '../domain/status.ts';
import { moveSubmission } from '../services/submissions/transition.ts';
import { requestLaunch } from './request-launch.ts';
import { actOnSubmission } from './submission-actions.ts';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

it('launches a submission again once for each request key, however often it is asked', async () => {
  const campaign = await makeCampaign(database.db, 'again', [{ name: 'process' }]);
  const person = { experimenterId: campaign.experimenterId, username: 'tester' };
  const { submissionId } = await requestLaunch(world.parts, person, {
    experiment: EXPERIMENT,
    campaign: 'again',
    stage: 'process',
    test: false,
    dataset: undefined,
    parameters: [],
    requestKey: undefined,
  });
  if (submissionId === null) throw new Error('it was held');
  await database.db
    .transaction()
    .execute((trx) =>
      moveSubmission(trx, { submissionId, to: 'LaunchFailed', mover: 'engine', actor: 'test', message: 'x' }),
    );
  const relaunch = (requestKey?: string) =>
    actOnSubmission(world.parts, person, EXPERIMENT, submissionId, 'relaunch', { reason: '', requestKey });
  const answers = await Promise.all([relaunch('button'), relaunch('button'), relaunch('button')]);
  expect(new Set(answers.map((answer) => answer.launchId)).size).toBe(1);
  expect(answers[1]).toEqual(answers[0]);
  const events = await database.db
    .selectFrom('submissionEvent')
    .select('eventId')
    .where('submissionId', '=', submissionId)
    .where('kind', '=', 'action')
    .execute();
  expect(events).toHaveLength(1);
  const other = await relaunch('another button');
  expect(other.launchId).not.toBe(answers[0]?.launchId);
  expect((await relaunch()).launchId).not.toBe(other.launchId);
});

it('recovers a submission once for each request key', async () => {
  const campaign = await makeCampaign(database.db, 'recovered', [{ name: 'process' }]);
  const person = { experimenterId: campaign.experimenterId, username: 'tester' };
  const { submissionId } = await requestLaunch(world.parts, person, {
    experiment: EXPERIMENT,
    campaign: 'recovered',
    stage: 'process',
    test: false,
    dataset: undefined,
    parameters: [],
    requestKey: undefined,
  });
  if (submissionId === null) throw new Error('it was held');
  const { catalogue } = world.parts;
  const file = { file_name: 'input.root', file_size: 1, data_tier: 'raw', locations: ['/data'] };
  await catalogue.declare(EXPERIMENT, [file], 'tester');
  await catalogue.defineDataset(EXPERIMENT, 'input', 'data_tier raw', true);
  const of = { definition: 'input' };
  await catalogue.startProject(EXPERIMENT, { name: 'P', station: 'x', user: 'tester', of });
  await database.db
    .updateTable('submission')
    .set({ project: 'P', statusId: STATUS_IDS.Completed })
    .where('submissionId', '=', submissionId)
    .execute();
  const recover = (requestKey?: string) =>
    actOnSubmission(world.parts, person, EXPERIMENT, submissionId, 'recover', { reason: '', requestKey });
  const answers = await Promise.all([recover('button'), recover('button')]);
  expect(answers[0]?.launchId).toBe(answers[1]?.launchId);
  expect((await recover('button')).launchId).toBe(answers[0]?.launchId);
  const other = await recover();
  expect(other.launchId).not.toBe(answers[0]?.launchId);
  expect((await recover()).launchId).not.toBe(other.launchId);
});
