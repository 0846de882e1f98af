import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, NO_FAULTS, type World } from '../../test/engine/world.ts';
import { EXPERIMENT, makeCampaign } from '../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { launchRequest } from '../services/launches/schema.ts';
import { createLaunchDesk } from './launch-desk.ts';

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

it('previews the next slices and how many are left, and moves nothing', async () => {
  const campaign = await makeCampaign(database.db, 'sliced', [
    { name: 'process', dataset: 'a, b, c, d, e', split: 'list' },
  ]);
  const person = { experimenterId: campaign.experimenterId, username: 'tester' };
  const desk = createLaunchDesk(world.parts);
  const request = launchRequest.parse({ campaign: 'sliced' });
  const names = (slices: { dataset: string }[]) => slices.map((slice) => slice.dataset);

  const preview = await desk.preview(person, EXPERIMENT, request);
  expect(names(preview.slices)).toEqual(['a', 'b', 'c']);
  expect(preview.slicesLeft).toBe(5);
  expect(await desk.preview(person, EXPERIMENT, request)).toEqual(preview);

  for (const _ of 'abc') await desk.launch(person, EXPERIMENT, request);
  const later = await desk.preview(person, EXPERIMENT, request);
  expect(names(later.slices)).toEqual(['d', 'e']);
  expect(later.slicesLeft).toBe(2);

  const given = await desk.preview(person, EXPERIMENT, { ...request, dataset: 'mine' });
  expect([names(given.slices), given.slicesLeft]).toEqual([['mine'], null]);
});
