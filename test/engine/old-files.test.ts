/** Launch logs are given up in time, but never those of what is recent, unfinished or not known. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLocalHost } from '../../src/connectors/hosts/local/local-host.ts';
import { removeOldLaunches } from '../../src/engine/old-files.ts';
import { requestLaunch } from '../../src/engine/request-launch.ts';
import { EXPERIMENT, makeCampaign } from '../support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { workScript } from './scripts.ts';
import { createWorld, NO_FAULTS, type World } from './world.ts';

let database: TestDatabase;
let world: World;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, workScript({ bad: new Set(), generated: 1 }));
  folder = mkdtempSync(join(tmpdir(), 'poms-old-'));
});
afterEach(async () => {
  await world.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

function writeLog(launchId: number, daysAgo: number): void {
  const run = join(folder, 'launches', String(launchId));
  mkdirSync(run, { recursive: true });
  const then = new Date(Date.now() - daysAgo * 86_400_000);
  for (const file of ['runner', 'output', 'log', 'exit']) {
    writeFileSync(join(run, file), 'x\n');
    utimesSync(join(run, file), then, then);
  }
  utimesSync(run, then, then);
}

it('keeps the launch logs of recent, unfinished and unknown launches', async () => {
  const campaign = await makeCampaign(database.db, 'old', [{ name: 'ingest', type: 'generator' }]);
  const person = { experimenterId: campaign.experimenterId, username: 'tester' };
  const cases = [
    { state: 'done', statusId: 8000, daysAgo: 91, kept: false },
    { state: 'failed', statusId: 2000, daysAgo: 91, kept: false },
    { state: 'done', statusId: 8000, daysAgo: 89, kept: true },
    { state: 'done', statusId: 4000, daysAgo: 91, kept: true },
    { state: 'done', statusId: 7000, daysAgo: 91, kept: true },
    { state: 'running', statusId: 1000, daysAgo: 91, kept: true },
  ];
  const kept = [999_999];
  writeLog(999_999, 91);
  for (const one of cases) {
    const { launchId } = await requestLaunch(world.parts, person, {
      experiment: EXPERIMENT,
      campaign: 'old',
      stage: undefined,
      test: false,
      dataset: undefined,
      parameters: [],
      requestKey: undefined,
    });
    const lease = one.state === 'running' ? 'an engine' : null;
    await sql`update launch set state = ${one.state}, lease_owner = ${lease},
      lease_until = case when ${lease}::text is not null then now() end where launch_id = ${launchId}`.execute(
      database.db,
    );
    await sql`update submission set status_id = ${one.statusId} where launch_id = ${launchId}`.execute(
      database.db,
    );
    writeLog(launchId, one.daysAgo);
    if (one.kept) kept.push(launchId);
  }
  const parts = { ...world.parts, host: () => createLocalHost({ folder }) };
  expect(await removeOldLaunches(parts)).toBe(2);
  expect(
    readdirSync(join(folder, 'launches'))
      .map(Number)
      .sort((a, b) => a - b),
  ).toEqual(kept.sort((a, b) => a - b));
});
