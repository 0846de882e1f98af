/**
 * Kill the server with `kill -9` at any moment of the sample campaign and start it again: the campaign ends with the
 * same result. `POMS_CHAOS_SEED` repeats a run's moments.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createClient } from '../../src/cli/client.ts';
import { startEmbedded } from '../../src/database/embedded/index.ts';
import { type Database, openDatabase } from '../../src/database/index.ts';
import { random } from '../engine/world.ts';
import {
  buildProgram,
  databaseUrl,
  freePort,
  makeDataFolder,
  type Running,
  removeDataFolder,
  startPoms,
  untilUp,
} from '../support/poms.ts';
import { checkSample, launchSample, untilQuiet } from '../support/sample.ts';

const KILLS = 20;
/** Seconds until a campaign must have ended that nobody disturbs any more. */
const PATIENCE = 240;

const seed = Number(process.env.POMS_CHAOS_SEED ?? Date.now() % 1_000_000);
const draw = random(seed);

let folder: string;
/** Closed and stopped at the end of a test, last first. */
let cleanup: (() => Promise<unknown>)[];

beforeAll(async () => {
  console.log(`seed of the chaos tests: ${seed}`);
  await buildProgram();
}, 180_000);
beforeEach(() => {
  folder = makeDataFolder();
  cleanup = [() => removeDataFolder(folder)];
});
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
}, 60_000);

it('a server that is killed twenty times ends the campaign with the same result', async () => {
  const env = {
    POMS_LISTEN: `127.0.0.1:${await freePort()}`,
    POMS_LOCAL_SLOTS: '2',
    POMS_LOCATE_INTERVAL: '1',
  };
  const start = () => startPoms(['serve'], { folder, env });
  let server = start();
  cleanup.push(() => server.stop());
  const client = createClient({ url: await untilUp(server) });
  const database = open(databaseUrl(folder));
  await launchSample(client);
  for (let kill = 1; kill <= KILLS; kill++) {
    await momentOf(server, kill);
    await killed(server, kill);
    server = start();
  }
  await untilUp(server);
  await untilQuiet(database, PATIENCE, folder, [server]);
  await checkSample(client, database, folder);
}, 420_000);

it('two engines of which one is killed again and again end the campaign with the same result', async () => {
  const postgres = await startEmbedded({ folder: join(folder, 'db'), mode: 'fast' });
  cleanup.push(() => postgres.stop());
  const env = {
    POMS_DATABASE_URL: postgres.url('postgres'),
    POMS_LISTEN: `127.0.0.1:${await freePort()}`,
    POMS_LOCAL_SLOTS: '2',
    POMS_LOCATE_INTERVAL: '1',
  };
  const start = (...args: string[]) => startPoms(args, { folder, env });
  const web = start('serve', '--no-engine');
  cleanup.push(() => web.stop());
  const client = createClient({ url: await untilUp(web) });
  const engines: [Running, Running] = [start('work'), start('work')];
  cleanup.push(() => Promise.all(engines.map((engine) => engine.stop())));
  const database = open(env.POMS_DATABASE_URL);
  await launchSample(client);
  for (let kill = 1; kill <= KILLS; kill++) {
    const one = draw() < 0.5 ? 0 : 1;
    await momentOf(engines[one], kill);
    await killed(engines[one], kill);
    engines[one] = start('work');
  }
  await untilQuiet(database, PATIENCE, folder, [web, ...engines]);
  await checkSample(client, database, folder);
  expect(web.hasEnded()).toBe(false);
}, 420_000);

/** When to kill it: every second time while it works, else perhaps while it starts, which is slow on a busy machine. */
async function momentOf(running: Running, kill: number): Promise<void> {
  if (kill % 2 === 0) await untilUp(running);
  await sleep(300 + draw() * 2700);
}

/** Kills it; throws when it has given up before. */
async function killed(running: Running, kill: number): Promise<void> {
  if (running.hasEnded()) {
    throw new Error(`before kill ${kill} (seed ${seed}) it had ended by itself:\n${running.printed().err}`);
  }
  await running.kill();
}

function open(url: string): Database {
  const database = openDatabase(url, { size: 2 });
  cleanup.push(() => database.close());
  return database;
}
