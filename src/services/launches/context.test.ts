import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXPERIMENT, makeCampaign, type TestCampaign } from '../../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { loadStageContext } from './context.ts';
import { recordIntent } from './intents.ts';

let database: TestDatabase;
let campaign: TestCampaign;
beforeAll(async () => {
  database = await createTestDatabase();
  campaign = await makeCampaign(database.db, 'busy', [{ name: 'run' }]);
});
afterAll(() => database.drop());

it('launches of one stage asked for at once wait for each other in a row, without a deadlock', async () => {
  const stageId = campaign.stages.get('run') ?? 0;
  let arrived = 0;
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let inside = 0;
  const launch = (n: number) =>
    database.db.transaction().execute(async (trx) => {
      await recordIntent(trx, {
        stageId,
        campaignId: campaign.campaignId,
        experiment: EXPERIMENT,
        cause: 'manual',
        causeKey: `request:${n}`,
        runId: null,
        dataset: null,
        parameters: [],
        isTest: false,
        recoveryOf: null,
        recoveryType: null,
        recoveryPosition: null,
        triggeredBy: null,
        requestedBy: campaign.experimenterId,
      });
      // All hold the share of the stage's key that the insert took before any asks for the lock.
      arrived += 1;
      if (arrived === 4) open();
      await gate;
      const context = await loadStageContext(trx, stageId, true);
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      return context.stage.name;
    });
  expect(await Promise.all([1, 2, 3, 4].map(launch))).toEqual(['run', 'run', 'run', 'run']);
});
