import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, NO_FAULTS, type World } from '../../test/engine/world.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import type { BatchChanges, BatchCursor, BatchSystem, JobEvent } from '../connectors/batch/types.ts';
import { look } from './monitor.ts';

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

const event: JobEvent = {
  key: 'of a submission that this POMS does not have',
  submissionId: 999,
  batchId: '1.0@paged',
  at: new Date(),
  state: 'idle',
  attempt: 1,
};

function system(name: string, answers: BatchChanges[]): BatchSystem & { asked: BatchCursor[] } {
  const [any] = world.parts.batchSystems.values();
  if (any === undefined) throw new Error('the world has a batch system');
  const asked: BatchCursor[] = [];
  return {
    ...any,
    name,
    asked,
    changes: async (cursor) => {
      asked.push(cursor);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('asked too often');
      return answer;
    },
  };
}

it('a first look in pages goes on from nothing until the last page moves the cursor', async () => {
  const paged = system('paged', [
    { events: [event], cursor: null, more: true },
    { events: [event], cursor: null, more: true },
    { events: [event], cursor: { at: 1 }, more: false },
    { events: [], cursor: { at: 1 }, more: false },
  ]);
  const seen = [];
  for (let n = 0; n < 4; n++) seen.push(await look(world.parts, paged));
  expect(seen.map(({ events }) => events)).toEqual([1, 1, 1, 0]);
  expect(paged.asked).toEqual([null, null, null, { at: 1 }]);
});

it('a part that is away is noted with the time since when, until it is back', async () => {
  const problem = 'condor_q of away could not be asked';
  const partly = system('partly', [
    { events: [], cursor: { at: 1 }, more: false, problem },
    { events: [], cursor: { at: 1 }, more: false, problem },
    { events: [], cursor: { at: 1 }, more: false },
  ]);
  const noted = async () => {
    await look(world.parts, partly);
    const query = database.db.selectFrom('batchCursor').select(['problem', 'problemSince']);
    return query.where('batchSystem', '=', 'partly').executeTakeFirstOrThrow();
  };
  const first = await noted();
  expect(first).toMatchObject({ problem, problemSince: expect.any(Date) });
  expect(await noted()).toEqual(first);
  expect(await noted()).toEqual({ problem: null, problemSince: null });
});
