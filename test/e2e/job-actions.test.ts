/** Actions on jobs of the local batch system, asked for on the command line, with a server that is killed meanwhile. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createClient, ofExperiment } from '../../src/cli/client.ts';
import { type Database, openDatabase } from '../../src/database/index.ts';
import { jobActionView } from '../../src/services/job-actions/schema.ts';
import { launchRow } from '../../src/services/launches/schema.ts';
import { submissionView } from '../../src/services/submissions/schema.ts';
import { campaignText } from '../support/campaign-text.ts';
import { PATIENCE } from '../support/one-server.ts';
import {
  buildProgram,
  databaseUrl,
  freePort,
  makeDataFolder,
  type Running,
  removeDataFolder,
  runPoms,
  startPoms,
  untilUp,
} from '../support/poms.ts';

let folder: string;
let env: Record<string, string>;
let server: Running;
let database: Database;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  await buildProgram();
  folder = makeDataFolder();
  env = { POMS_LISTEN: `127.0.0.1:${await freePort()}`, POMS_LOCAL_SLOTS: '2' };
  server = startPoms(['serve'], { folder, env });
  client = createClient({ url: await untilUp(server) });
  database = openDatabase(databaseUrl(folder));
}, 240_000);
afterAll(async () => {
  await database?.close();
  await server?.stop();
  await removeDataFolder(folder);
}, 60_000);

async function launch(name: string, launchScript: string): Promise<number> {
  const text = campaignText(name, { launchScript, stages: [{ name: 'only' }] });
  await client.post(ofExperiment('demo', 'campaigns', 'apply'), z.unknown(), { text, dryRun: false });
  const { launch: made } = await client.post(
    ofExperiment('demo', 'launches'),
    z.object({ launch: launchRow }),
    { campaign: name },
  );
  return made.submissionId ?? 0;
}

const show = (id: number) => client.get(ofExperiment('demo', 'submissions', id), submissionView);
const statusOf = async (id: number) => (await show(id)).status;
const poms = (...args: string[]) => runPoms([...args, '--experiment', 'demo'], { folder });

it('jobs are held, released and removed, also when the server is killed right after it was asked', async () => {
  const id = await launch('sleepers', 'poms-submit -N 3 -- sleep 600');
  await expect.poll(() => statusOf(id), PATIENCE).toBe('Running');
  const dry = await poms('job', 'hold', '--submission', String(id), '--dry-run');
  expect(dry.out).toContain('jobs         3 (1 idle, 2 running)');
  const held = await poms('job', 'hold', '--campaign', 'sleepers', '--reason', 'maintenance', '--yes');
  expect(held).toMatchObject({ exitCode: 0, out: expect.stringContaining('accepted for 3 jobs') });
  await expect.poll(async () => (await show(id)).jobs.held, PATIENCE).toBe(3);
  expect((await poms('submission', 'why', String(id))).out).toMatch(
    /^3 of 3 jobs are held, as .* asked .* ago: maintenance/,
  );

  const { rows } = await sql<{ jobId: number }>`select job_id from job order by job_id`.execute(database.db);
  const released = await poms('job', 'release', String(rows[0]?.jobId));
  expect(released).toMatchObject({ exitCode: 0, out: expect.stringContaining('accepted for 1 job') });
  await expect.poll(async () => (await show(id)).jobs.held, PATIENCE).toBe(2);

  const asked = await client.post(ofExperiment('demo', 'job-actions'), jobActionView, {
    action: 'remove',
    as: 'Cancelled',
    scope: { submissions: [id] },
    reason: 'not needed',
    requestKey: 'once',
  });
  await server.kill();
  server = startPoms(['serve'], { folder, env });
  await untilUp(server);
  await expect.poll(() => statusOf(id), PATIENCE).toBe('Cancelled');
  const path = ofExperiment('demo', 'job-actions', asked.jobActionId);
  await expect
    .poll(() => client.get(path, jobActionView), PATIENCE)
    .toMatchObject({ state: 'done', parts: 1, partsEnded: 1, failed: 0 });
}, 180_000);

it('a launch whose script runs is stopped, and the job that it had submitted is removed', async () => {
  const id = await launch('slow', 'poms-submit -- sleep 600; sleep 600');
  await expect.poll(async () => (await show(id)).jobs.idle + (await show(id)).jobs.running, PATIENCE).toBe(1);
  expect((await show(id)).launch.state).toBe('running');
  const removed = await poms('submission', 'remove', String(id), '--reason', 'wrong version');
  expect(removed).toMatchObject({ exitCode: 0, out: expect.stringContaining('accepted for 1 job') });
  await expect.poll(() => statusOf(id), PATIENCE).toBe('Removed');
  expect((await show(id)).launch.state).toBe('cancelled');
}, 120_000);
