/** The whole service on a real Slurm, run by an ordinary account, as Slurm's users are. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { createClient, ofExperiment } from '../../../src/cli/client.ts';
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
import { launchAccount, slurmBin, slurmFolder, until } from './support.ts';

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
  writeFileSync(
    systems,
    JSON.stringify({ batchSystems: [{ name: 'farm', kind: 'slurm', bin: slurmBin() }] }),
  );
  env = { POMS_LISTEN: `127.0.0.1:${await freePort()}`, POMS_SYSTEMS: systems, POMS_LOCATE_INTERVAL: '1' };
});
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
}, 60_000);

/** A server whose submissions have numbers that no other POMS on this cluster has lately used. */
async function start(): Promise<{
  server: Running;
  database: Database;
  client: ReturnType<typeof createClient>;
}> {
  const server = startPoms(['serve'], { folder, env, account });
  cleanup.push(() => server.stop());
  const client = createClient({ url: await untilUp(server) });
  const database = openDatabase(databaseUrl(folder));
  cleanup.push(() => database.close());
  const first = 1_000_000 + Math.floor(Math.random() * 1_000_000_000);
  await sql`select make_job_partition(${first + 100_000}::bigint)`.execute(database.db);
  await sql.raw(`alter table submission alter submission_id restart with ${first}`).execute(database.db);
  return { server, database, client };
}

/** What Slurm has with the submissions' ids: `<submission>: <job>@farm`. */
async function clusters(database: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select submission_id::text as id from submission`.execute(
    database.db,
  );
  const { stdout } = await promisify(execFile)(join(slurmBin(), 'sacct'), [
    ...['-n', '-P', '-X', '-a', '-S', 'now-1hours', '-E', 'now', '--format=JobID,Comment'],
  ]);
  const lines = stdout.split('\n').flatMap((line) => {
    const found = /^(\d+)\S*\|POMS4_SUBMISSION_ID=(\d+)$/.exec(line);
    return found !== null && rows.some(({ id }) => id === found[2]) ? [`${found[2]}: ${found[1]}@farm`] : [];
  });
  return [...new Set(lines)];
}

it('the sample campaign with another batch system, and a setup that finds Slurm by itself, has the same result', async () => {
  const { server, database, client } = await start();
  await launchSample(client, (text) =>
    text
      .replace('batchSystem: local', 'batchSystem: farm')
      .replace('setup: ""', `setup: ". ${slurmFolder()}/env.sh"`),
  );
  await untilQuiet(database, 240, folder, [server]);
  await checkSample(client, database, folder, await clusters(database));
}, 300_000);

it('a server that is killed between a submission and its record finds the jobs by their tag, and submits no others', async () => {
  const { server, database, client } = await start();
  // Nothing that it prints tells of the job, and it goes on for long after it.
  const launchScript = `poms-submit sleep 1 > '${folder}/told' 2>&1; echo $$ > '${folder}/pid'; sleep 600`;
  const text = campaignText('killed', { launchScript, stages: [{ name: 'one' }] }).replace(
    '"account":"me"',
    '"account":"me","batchSystem":"farm"',
  );
  await client.post(ofExperiment('demo', 'campaigns', 'apply'), applyResult, { text, dryRun: false });
  const request = { campaign: 'killed', requestKey: 'once' };
  await client.post(ofExperiment('demo', 'launches'), z.object({ launch: launchRow }), request);
  const pid = () => {
    try {
      return Number(readFileSync(join(folder, 'pid'), 'utf8')) || null;
    } catch {
      return null;
    }
  };
  await until('the script has submitted', async () => pid() !== null, 60);
  const before = await submissions(client);
  expect(before.map(({ batchIds }) => batchIds)).toEqual([[]]);
  await server.kill();
  await database.close();
  process.kill(-(await groupOf(pid() ?? 0)), 'SIGKILL');

  const again = startPoms(['serve'], { folder, env, account });
  cleanup.push(() => again.stop());
  await untilUp(again);
  const reopened = openDatabase(databaseUrl(folder));
  cleanup.push(() => reopened.close());
  await until('its job has ended', async () => (await submissions(client))[0]?.jobs.completed === 1, 60);
  const [one] = await submissions(client);
  expect(one?.batchIds).toHaveLength(1);
  expect((await clusters(reopened)).map((line) => line.split(': ')[1])).toEqual(one?.batchIds);
}, 180_000);

async function submissions(client: ReturnType<typeof createClient>) {
  const { items } = await client.list(ofExperiment('demo', 'submissions'), submissionList, {}, 10);
  return items;
}

async function groupOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pgid=', '-p', String(pid)]);
  return Number(stdout);
}
