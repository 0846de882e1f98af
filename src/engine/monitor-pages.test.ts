/** A first look that comes in several pages: the cursor stays null until the last of them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, NO_FAULTS, type World } from '../../test/engine/world.ts';
import { makeCampaign } from '../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { makeSubmissions } from '../../test/support/submissions.ts';
import type { BatchChanges, BatchSystem } from '../connectors/batch/types.ts';
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

it('applies the pages before and after the cursor is first moved', async () => {
  const campaign = await makeCampaign(database.db, 'paged', [{ name: 'one' }]);
  const ids = await makeSubmissions(database.db, campaign, 'one', 2);
  const pages = ids.map((submissionId, n): BatchChanges => {
    const event = {
      key: 'idle',
      submissionId,
      batchId: `${submissionId}.0@farm`,
      at: new Date(),
      attempt: 1,
    };
    return {
      events: [{ ...event, state: 'idle' }],
      cursor: n === 0 ? null : { at: 1 },
      more: n === 0,
    };
  });
  const paged: BatchSystem = Object.assign(Object.create(world.batch), {
    name: 'farm',
    changes: async () => pages.shift(),
  });
  await look(world.parts, paged);
  await look(world.parts, paged);
  const { rows } = await database.pool.query('select submission_id::integer as id from job order by 1');
  expect(rows.map((row) => row.id)).toEqual(ids);
});
