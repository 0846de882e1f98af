import { execFileSync } from 'node:child_process';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXPERIMENT, makeCampaign } from '../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { claimLaunches, recordIntent } from '../services/launches/intents.ts';
import { isCertainlyDead, ownerName } from './owner.ts';
import { takeOver } from './take-over.ts';

const log = pino({ level: 'silent' });
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The name of an engine whose process has ended. */
function deadOwner(): string {
  const module = JSON.stringify(new URL('./owner.ts', import.meta.url).href);
  const program = `import { ownerName } from ${module}; process.stdout.write(ownerName());`;
  return execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
}

it('knows a process that has died here, and says nothing of others', () => {
  const dead = deadOwner();
  const [host, pid, start, pids, random] = dead.split(' ');
  expect(isCertainlyDead(dead)).toBe(true);
  expect(isCertainlyDead(ownerName())).toBe(false);
  expect(isCertainlyDead([host, pid, `another-boot/${start?.split('/')[1]}`, pids, random].join(' '))).toBe(
    false,
  );
  expect(isCertainlyDead([host, pid, start, 'pid:[1]', random].join(' '))).toBe(false);
  expect(isCertainlyDead('somewhere/17/0b8ba5a6')).toBe(false);
  // The pid was given to another process since.
  expect(isCertainlyDead([host, process.pid, start, pids, random].join(' '))).toBe(true);
});

it('frees at once what a dead engine held, and nothing that a living one holds', async () => {
  const { db } = database;
  const campaign = await makeCampaign(db, 'held', [{ name: 'process' }]);
  const stageId = campaign.stages.get('process') ?? 0;
  const intend = (causeKey: string) =>
    db.transaction().execute((trx) =>
      recordIntent(trx, {
        stageId,
        campaignId: campaign.campaignId,
        experiment: EXPERIMENT,
        cause: 'manual',
        causeKey,
        runId: null,
        dataset: null,
        parameters: [],
        isTest: false,
        recoveryOf: null,
        recoveryType: null,
        recoveryPosition: null,
        triggeredBy: null,
        requestedBy: campaign.experimenterId,
      }),
    );
  const dead = deadOwner();
  const first = await intend('first');
  expect(await claimLaunches(db, dead, 10)).toHaveLength(1);
  await intend('second');
  expect(await claimLaunches(db, ownerName(), 10)).toHaveLength(1);
  expect(await claimLaunches(db, ownerName(), 10)).toEqual([]);
  expect(await takeOver({ database, log })).toEqual([dead]);
  expect(await claimLaunches(db, ownerName(), 10)).toMatchObject([{ launchId: first.launchId, tries: 2 }]);
  expect(await takeOver({ database, log })).toEqual([]);
});
