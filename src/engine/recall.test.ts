import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createWorld, NO_FAULTS, type World } from '../../test/engine/world.ts';
import { EXPERIMENT, makeCampaign } from '../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import type { BatchSystem, JobEvent, Recollection } from '../connectors/batch/types.ts';
import type { JobState } from '../domain/job-state.ts';
import { PomsError } from '../errors.ts';
import { applyJobEvents } from '../services/jobs/ingest.ts';
import { followJobs } from './monitor.ts';
import type { EngineParts } from './parts.ts';
import { createRecall, LOST } from './recall.ts';
import { requestLaunch } from './request-launch.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-24T10:00:00Z');

let database: TestDatabase;
let world: World;
let parts: EngineParts;
let now = START;
let asked: string[][];
let answers: (batchIds: readonly string[]) => Recollection;
let recall: () => Promise<number>;
let submissionId: number;
let stage = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
  parts = { ...world.parts, now: () => new Date(now) };
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

beforeEach(async () => {
  now = START;
  asked = [];
  answers = () => new Map();
  const [system] = world.parts.batchSystems.values();
  if (system === undefined) throw new Error('the world has a batch system');
  const forgetful: BatchSystem = {
    ...system,
    name: system.name,
    recall: async (batchIds) => {
      asked.push([...batchIds]);
      return answers(batchIds);
    },
  };
  recall = createRecall(parts, forgetful);
  await database.db.updateTable('submission').set({ statusId: 9000 }).execute();
  stage += 1;
  const campaign = await makeCampaign(database.db, `recall${stage}`, [{ name: 'process' }]);
  const person = { experimenterId: campaign.experimenterId, username: 'tester' };
  const made = await requestLaunch(parts, person, {
    experiment: EXPERIMENT,
    campaign: `recall${stage}`,
    stage: 'process',
    test: false,
    dataset: undefined,
    parameters: [],
    requestKey: undefined,
  });
  if (made.submissionId === null) throw new Error('it was held');
  submissionId = made.submissionId;
});

const event = (job: number, state: JobState, at: number): JobEvent => ({
  key: `${job}${state}${at}`,
  submissionId,
  batchId: `${job}.0@s${submissionId}`,
  at: new Date(at),
  state,
  attempt: 1,
});

const apply = (...events: JobEvent[]) =>
  database.db.transaction().execute(async (trx) => followJobs(trx, await applyJobEvents(trx, events)));

const jobs = () =>
  database.db
    .selectFrom('job')
    .select(['batchId', 'state', 'reason'])
    .where('submissionId', '=', submissionId)
    .orderBy('batchId')
    .execute();

it('asks for jobs that were silent for ten minutes, all in one question, and not again for as long', async () => {
  await apply(
    event(1, 'running', START),
    event(2, 'running', START),
    event(3, 'running', START + 9 * MINUTE),
  );
  answers = (ids) => new Map(ids.map((id) => [id, event(Number(id.split('.')[0]), 'running', START)]));
  now = START + 8 * MINUTE;
  await recall();
  expect(asked).toEqual([]);
  now = START + 11 * MINUTE;
  await recall();
  await recall();
  now = START + 15 * MINUTE;
  await recall();
  expect(asked.map((ids) => ids.toSorted())).toEqual([[`1.0@s${submissionId}`, `2.0@s${submissionId}`]]);
  now = START + 22 * MINUTE;
  await recall();
  expect(asked[1]).toHaveLength(3);
});

it('the end that nobody saw is taken from the answer', async () => {
  await apply(event(1, 'running', START));
  answers = (ids) => new Map(ids.map((id) => [id, event(1, 'completed', START + MINUTE)]));
  now = START + 11 * MINUTE;
  await recall();
  expect(await jobs()).toMatchObject([{ state: 'completed' }]);
});

it('a job that is missing in two looks at least two minutes apart has failed, and says why', async () => {
  await apply(event(1, 'running', START));
  answers = (ids) => new Map(ids.map((id) => [id, null]));
  now = START + 11 * MINUTE;
  await recall();
  now += MINUTE;
  await recall();
  expect(await jobs()).toMatchObject([{ state: 'running' }]);
  now += MINUTE;
  await recall();
  expect(await jobs()).toMatchObject([{ state: 'failed', reason: LOST }]);
  // It was only away: what it says then is later and counts.
  await apply(event(1, 'completed', now + MINUTE));
  expect(await jobs()).toMatchObject([{ state: 'completed', reason: null }]);
});

it('a job that is missing once and then there again is as it is', async () => {
  await apply(event(1, 'running', START));
  now = START + 11 * MINUTE;
  answers = (ids) => new Map(ids.map((id) => [id, null]));
  await recall();
  now += 3 * MINUTE;
  answers = (ids) => new Map(ids.map((id) => [id, event(1, 'running', START)]));
  await recall();
  now += 11 * MINUTE;
  answers = (ids) => new Map(ids.map((id) => [id, null]));
  await recall();
  expect(await jobs()).toMatchObject([{ state: 'running' }]);
});

it('jobs of a part of the system that cannot be asked stay as they are', async () => {
  await apply(event(1, 'running', START));
  for (now = START + 11 * MINUTE; now < START + 60 * MINUTE; now += 5 * MINUTE) await recall();
  expect(await jobs()).toMatchObject([{ state: 'running' }]);
  answers = () => {
    throw new PomsError('outside-system', { system: 'The schedd', problem: 'it is away' });
  };
  await expect(recall()).rejects.toThrow('it is away');
  expect(await jobs()).toMatchObject([{ state: 'running' }]);
});

it('the last job of a submission is asked for after a minute', async () => {
  await apply(event(1, 'completed', START), event(2, 'running', START));
  answers = (ids) => new Map(ids.map((id) => [id, event(2, 'completed', START + MINUTE)]));
  now = START + 61_000;
  await recall();
  expect(asked).toEqual([[`2.0@s${submissionId}`]]);
  expect((await jobs()).map(({ state }) => state)).toEqual(['completed', 'completed']);
});
