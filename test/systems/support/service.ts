/** The whole service, run by an ordinary account, on one real batch system: what every kind has to hold. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { z } from 'zod';
import { createClient, ofExperiment } from '../../../src/cli/client.ts';
import { until } from '../../../src/connectors/batch/local/fixture.ts';
import { type Database, openDatabase } from '../../../src/database/index.ts';
import { applyResult } from '../../../src/services/campaigns/schema.ts';
import { launchRow } from '../../../src/services/launches/schema.ts';
import { submissionList } from '../../../src/services/submissions/schema.ts';
import { campaignText } from '../../support/campaign-text.ts';
import {
  type Account,
  buildProgram,
  databaseUrl,
  freePort,
  makeDataFolder,
  type Running,
  removeDataFolder,
  startPoms,
  untilUp,
} from '../../support/poms.ts';
import { checkSample, launchSample, untilQuiet } from '../../support/sample.ts';
import { launchAccount } from './accounts.ts';

export interface ServedSystem {
  /** Its entry in the systems file. */
  entry: { name: string; kind: string; bin: string };
  /** What it has of this POMS, `<submission>: <cluster>@<system>` each. */
  clusters(database: Database): Promise<string[]>;
}

type Client = ReturnType<typeof createClient>;
const WAIT_MS = 60_000;

/** Gives each test of the file a data folder and a server of its own. Call it once, at the top. */
export function serviceOn({ entry, clusters }: ServedSystem) {
  let account: Account;
  let folder: string;
  let env: Record<string, string>;
  let cleanup: (() => Promise<unknown>)[];

  beforeAll(async () => {
    account = await launchAccount();
    await buildProgram();
  }, 180_000);
  beforeEach(async () => {
    folder = makeDataFolder(account);
    cleanup = [() => removeDataFolder(folder)];
    const systems = join(folder, 'systems.yaml');
    writeFileSync(systems, JSON.stringify({ batchSystems: [entry] }));
    env = {
      POMS_LISTEN: `127.0.0.1:${await freePort()}`,
      POMS_SYSTEMS: systems,
      POMS_LOCATE_INTERVAL: '1',
    };
  });
  afterEach(async () => {
    for (const step of cleanup.reverse()) await step();
  }, 60_000);

  async function start(): Promise<{ server: Running; database: Database; client: Client }> {
    const server = startPoms(['serve'], { folder, env, account });
    cleanup.push(() => server.stop());
    const client = createClient({ url: await untilUp(server) });
    const database = openDatabase(databaseUrl(folder));
    cleanup.push(() => database.close());
    return { server, database, client };
  }

  /** Runs the sample campaign with its file changed, and compares the result with the direct computation. */
  async function checkSampleWith(change: (text: string) => string): Promise<void> {
    const { server, database, client } = await start();
    await launchSample(client, change);
    await untilQuiet(database, 240, folder, [server]);
    await checkSample(client, database, folder, await clusters(database));
  }

  /** Kills server and script when the job is submitted and nobody was told, and starts the server again. */
  async function checkKilledBeforeRecord(): Promise<void> {
    const { server, database, client } = await start();
    // Nothing that it prints tells of the job, and it goes on for long after it.
    const launchScript = `poms-submit sleep 1 > '${folder}/told' 2>&1; echo $$ > '${folder}/pid'; sleep 600`;
    const text = campaignText('killed', { launchScript, stages: [{ name: 'one' }] }).replace(
      '"account":"me"',
      `"account":"me","batchSystem":"${entry.name}"`,
    );
    await client.post(ofExperiment('demo', 'campaigns', 'apply'), applyResult, { text, dryRun: false });
    const request = { campaign: 'killed', requestKey: 'once' };
    await client.post(ofExperiment('demo', 'launches'), z.object({ launch: launchRow }), request);
    const pid = await until('the script has submitted', () => pidIn(join(folder, 'pid')), WAIT_MS);
    expect((await submissions(client)).map(({ batchIds }) => batchIds)).toEqual([[]]);
    await server.kill();
    await database.close();
    process.kill(-(await groupOf(pid ?? 0)), 'SIGKILL');

    const again = await start();
    // The job's end may be told before the launch is taken up again and records what it finds.
    const ended = async () => {
      const [one] = await submissions(again.client);
      return one?.jobs.completed === 1 && one.batchIds.length > 0;
    };
    await until('its job has ended and the launch knows it', ended, WAIT_MS);
    const [one] = await submissions(again.client);
    expect(one?.batchIds).toHaveLength(1);
    expect((await clusters(again.database)).map((line) => line.split(': ')[1])).toEqual(one?.batchIds);
  }

  return { checkSampleWith, checkKilledBeforeRecord };
}

async function submissions(client: Client) {
  const { items } = await client.list(ofExperiment('demo', 'submissions'), submissionList, {}, 10);
  return items;
}

function pidIn(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8')) || null;
  } catch {
    return null;
  }
}

async function groupOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pgid=', '-p', String(pid)]);
  return Number(stdout);
}
