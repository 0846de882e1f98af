/** The whole service with a launch host over ssh of its own: launches that outlive the server, the link and the host. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, createClient, ofExperiment } from '../../../src/cli/client.ts';
import { until } from '../../../src/connectors/batch/local/fixture.ts';
import { openDatabase } from '../../../src/database/index.ts';
import { packageRoot } from '../../../src/package-root.ts';
import { applyResult } from '../../../src/services/campaigns/schema.ts';
import { launchCommands, launchList, launchRow } from '../../../src/services/launches/schema.ts';
import { submissionList } from '../../../src/services/submissions/schema.ts';
import { systemsView } from '../../../src/services/systems/schema.ts';
import { campaignText } from '../../support/campaign-text.ts';
import {
  type Account,
  buildProgram,
  databaseUrl,
  freePort,
  makeDataFolder,
  type Running,
  removeDataFolder,
  runPoms,
  startPoms,
  untilUp,
} from '../../support/poms.ts';
import { checkSample, launchSample, untilQuiet } from '../../support/sample.ts';

const run = promisify(execFile);
/** The server runs as the launch account too, as the local batch system wants its submitters. */
const root = process.getuid?.() === 0;
const NAME = root ? 'poms-launch' : (process.env['USER'] ?? 'nobody');
const WAIT = 120_000;

let account: Account | null;
let folder: string;
let sshd: Record<string, string>;
let env: Record<string, string>;
let server: Running;
let client: Client;
let cleanup: (() => Promise<unknown>)[];

beforeAll(async () => {
  const id = async (what: string) => Number((await run('id', [what, NAME])).stdout);
  account = root ? { uid: await id('-u'), gid: await id('-g') } : null;
  await buildProgram();
}, 180_000);

beforeEach(async () => {
  folder = makeDataFolder(account);
  const sshRoot = makeDataFolder(null);
  sshd = {
    ...{ PATH: process.env['PATH'] ?? '', SSHD_ROOT: sshRoot, SSHD_PORT: String(await freePort()) },
    ...{ SSHD_USER: NAME, SSHD_CLIENT: NAME },
  };
  cleanup = [
    async () => rmSync(sshRoot, { recursive: true, force: true }),
    () => removeDataFolder(folder),
    () => sshdUp('--stop'),
  ];
  await sshdUp();
  const farm = {
    ...{ name: 'farm', address: 'launch-fresh', sshConfig: join(sshRoot, 'ssh_config'), launches: 2 },
  };
  const systems = join(folder, 'systems.yaml');
  writeFileSync(systems, JSON.stringify({ launchHosts: [farm] }));
  env = { POMS_LISTEN: `127.0.0.1:${await freePort()}`, POMS_SYSTEMS: systems, POMS_LOCATE_INTERVAL: '1' };
  server = startPoms(['serve'], { folder, env, account });
  cleanup.push(() => server.stop());
  client = createClient({ url: await untilUp(server) });
  const rules = [{ role: 'production', hosts: ['farm'], accounts: [NAME] }];
  const stated = await fetch(`http://${env['POMS_LISTEN']}/api/v1${ofExperiment('demo', 'launch-rules')}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: 0, rules }),
  });
  expect(await stated.text()).toContain('farm');
}, 120_000);
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
}, 60_000);

/** Brings the launch host up, or stops it. */
function sshdUp(...args: string[]): Promise<unknown> {
  return run('bash', [join(packageRoot, 'test/systems/testbeds/sshd-up.sh'), ...args], { env: sshd });
}

/** The processes of its connections: a daemon that is stopped leaves them. */
async function cutConnections(): Promise<void> {
  await run('sh', ['-c', `pkill -9 -f '^ssh: .*${folder}' || :`]);
}

async function launch(name: string, launchScript: string, host = 'farm'): Promise<void> {
  const text = campaignText(name, { launchScript, stages: [{ name: 'one' }] }).replace(
    '"host":"local","account":"me"',
    `"host":"${host}","account":"${NAME}"`,
  );
  await client.post(ofExperiment('demo', 'campaigns', 'apply'), applyResult, { text, dryRun: false });
  await client.post(ofExperiment('demo', 'launches'), z.object({ launch: launchRow }), { campaign: name });
}

const launches = async (campaign: string) =>
  (await client.list(ofExperiment('demo', 'launches'), launchList, { campaign }, 10)).items;
const submissions = async (campaign: string) =>
  (await client.list(ofExperiment('demo', 'submissions'), submissionList, { campaign }, 10)).items;
const located = (campaign: string) =>
  until(`${campaign} located`, async () => (await submissions(campaign))[0]?.status === 'Located', WAIT);

/** Says that it has begun, waits to be told to go on, and submits one job. */
const waiting = (mark: string): string =>
  `echo run >> '${folder}/${mark}-runs'; until [ -e '${folder}/${mark}-go' ]; do sleep 0.1; done; poms-submit true`;
const begun = (mark: string) =>
  until(`${mark} has begun`, () => existsSync(join(folder, `${mark}-runs`)), WAIT);
const goOn = (mark: string) => writeFileSync(join(folder, `${mark}-go`), '');
const runsOf = (mark: string) => readFileSync(join(folder, `${mark}-runs`), 'utf8');

it('the sample campaign with another launch host has the same result', async () => {
  const database = openDatabase(databaseUrl(folder));
  cleanup.push(() => database.close());
  await launchSample(client, (text) =>
    text.replace('host: local, account: me', `host: farm, account: ${NAME}`),
  );
  await untilQuiet(database, 240, folder, [server]);
  await checkSample(client, database, folder);
  const places = await sql<{ host: string }>`
    select distinct n.content ->> 'host' as host from submission b
    join snapshot n on n.snapshot_id = b.login_setup_snapshot_id`.execute(database.db);
  expect(places.rows).toEqual([{ host: 'farm' }]);
}, 300_000);

it('a launch over ssh goes on while its server is killed, and is met by the next: one run, one cluster', async () => {
  await launch('killed', waiting('killed'));
  await begun('killed');
  await server.kill();
  await cutConnections();
  goOn('killed');
  server = startPoms(['serve'], { folder, env, account });
  client = createClient({ url: await untilUp(server) });
  await located('killed');
  await until('it is recorded', async () => (await launches('killed'))[0]?.state === 'done', WAIT);
  expect(runsOf('killed')).toBe('run\n');
  const [submission, ...others] = await submissions('killed');
  expect([submission?.batchIds.length, submission?.jobs.completed, others]).toEqual([1, 1, []]);
}, 300_000);

it('a host that goes away during a launch, and one that is away before, keep only their own launches waiting', async () => {
  await launch('during', waiting('during'));
  await begun('during');
  await sshdUp('--stop');
  await cutConnections();
  goOn('during');
  await launch('before', waiting('before'));
  goOn('before');
  await until(
    'it says why',
    async () => /away since|could not be asked/.test((await launches('before'))[0]?.outcomeDetail ?? ''),
    WAIT,
  );
  await launch('here', 'poms-submit true', 'local');
  await located('here');
  const { launchHosts } = (await until(
    'the host is shown as away',
    async () => {
      const view = await client.get('/systems', systemsView);
      return view.launchHosts[1]?.accounts[0]?.reachable === false ? view : null;
    },
    WAIT,
  )) ?? { launchHosts: [] };
  expect(launchHosts[1]).toMatchObject({
    name: 'farm',
    launches: { limit: 2 },
    accounts: [{ account: NAME }],
  });
  const shown = await runPoms(['systems', '--url', `http://${env['POMS_LISTEN']}`], { folder, account });
  expect(shown.out).toMatch(/farm +\d of 2 .*away +\S+ since .*could not be asked/);
  expect((await submissions('before'))[0]?.status).toBe('New');

  await sshdUp();
  await Promise.all([located('during'), located('before')]);
  expect([runsOf('during'), runsOf('before')]).toEqual(['run\n', 'run\n']);
}, 400_000);

it('shows the commands of a launch, which run by hand and leave no submission', async () => {
  const script = `echo "$POMS4_CAMPAIGN_NAME" > '${folder}/by-hand'; exit 3`;
  const text = campaignText('hand', { launchScript: script, stages: [{ name: 'one' }] }).replace(
    '"host":"local","account":"me"',
    `"host":"farm","account":"${NAME}"`,
  );
  await client.post(ofExperiment('demo', 'campaigns', 'apply'), applyResult, { text, dryRun: false });
  const path = ofExperiment('demo', 'launches', 'commands');
  const commands = await client.post(path, launchCommands, { campaign: 'hand' });
  expect(commands.text).toContain(`ssh -l ${NAME} -- launch-fresh '/bin/sh -s' <<'END_OF_LAUNCH_`);
  // As this person has ssh configured.
  const config = `ssh -F ${sshd['SSHD_ROOT']}/ssh_config`;
  await expect(
    run('sh', ['-c', commands.text.replace(/^ssh/m, config)], { ...(account ?? {}) }),
  ).rejects.toMatchObject({ code: 3 });
  expect(readFileSync(join(folder, 'by-hand'), 'utf8')).toBe('hand\n');
  expect(await submissions('hand')).toEqual([]);
}, 120_000);
