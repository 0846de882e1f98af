/** A disk that is really full: a small file system of its own, which only the server and what it starts see. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, createClient, ofExperiment } from '../../src/cli/client.ts';
import { errorCode } from '../../src/connectors/text-files.ts';
import { applyResult } from '../../src/services/campaigns/schema.ts';
import { launchRow } from '../../src/services/launches/schema.ts';
import { type SubmissionView, submissionView } from '../../src/services/submissions/schema.ts';
import { campaignText } from '../support/campaign-text.ts';
import {
  buildProgram,
  freePort,
  makeDataFolder,
  type Running,
  removeDataFolder,
  startPoms,
  untilUp,
} from '../support/poms.ts';

const PATIENCE = { timeout: 120_000, interval: 200 };

/** A command that mounts so many MB at the folder, for itself and its children alone, and becomes the rest. */
const onDisk = (folder: string, size: number): string[] => {
  const text = `mount -t tmpfs -o mode=755,size=${size}m poms ${folder} && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', text, 'sh'];
};

const [tried, ...rest] = [...onDisk('/mnt', 1), 'true'];
const possible = spawnSync(tried ?? '', rest).status === 0;
if (!possible)
  console.log('skipped: full-disk.test.ts needs the right to mount a file system (unshare --mount)');

let folder: string;
let server: Running;

beforeAll(buildProgram, 240_000);
beforeEach(() => {
  folder = makeDataFolder();
});
afterEach(async () => {
  await server.stop();
  await removeDataFolder(folder);
}, 60_000);

describe.skipIf(!possible)('on a full disk', () => {
  it('a server does not start and says why in a sentence', async () => {
    server = startPoms(['serve'], {
      folder,
      through: onDisk(folder, 20),
      env: { POMS_LISTEN: '127.0.0.1:0' },
    });
    const { exitCode, out, err } = await server.ended;
    expect({ exitCode, out, err }).toEqual({
      exitCode: 1,
      out: '',
      err: expect.stringMatching(
        /^poms: There is no space left in [^\n]+\n {2}Make space[^\n]+\n {2}\(disk-full\)\n$/,
      ),
    });
  }, 60_000);

  it('a server stays up while launch logs and jobs find no room, and goes on when there is room', async () => {
    const port = await freePort();
    const env = { POMS_LISTEN: `127.0.0.1:${port}`, POMS_LAUNCH_TIMEOUT: '300' };
    server = startPoms(['serve'], { folder, through: onDisk(folder, 250), env });
    const client = createClient({ url: await untilUp(server) });
    const gate = `${folder}.gate`;
    const filler = join('/proc', String(server.pid), 'root', folder, 'filler');
    try {
      const wait = `while [ ! -e ${gate} ]; do sleep 0.1; done`;
      const flood = 'head -c 3000000 /dev/zero | tr "\\0" "\\n"; echo the end';
      const job = `poms-submit -- /bin/sh -c '${wait}; ${flood.replaceAll("'", "'\\''")}'`;
      await client.post(ofExperiment('demo', 'campaigns', 'apply'), applyResult, {
        text: campaignText('full', { launchScript: `${job}; ${wait}; ${flood}`, stages: [{ name: 'only' }] }),
        dryRun: false,
      });
      const first = await launch(client);
      await expect.poll(async () => (await look(client, first)).jobs.running, PATIENCE).toBe(1);
      fill(filler);
      writeFileSync(gate, '');
      for (let second = 0; second < 8; second += 1) {
        await sleep(1000);
        expect((await fetch(`${client.url}/healthz`)).status).toBe(200);
      }
      expect((await look(client, first)).launch.state).toMatch(/^(running|claimed)$/);
      expect(server.printed().err).toMatch(/no space left/i);
      rmSync(filler);
      await expect.poll(async () => (await look(client, first)).launch.state, PATIENCE).toBe('done');
      // The job could not write its output, and said so.
      await expect.poll(async () => (await look(client, first)).status, PATIENCE).toBe('Failed');
      const second = await launch(client);
      await expect.poll(async () => (await look(client, second)).status, PATIENCE).toBe('Located');
    } finally {
      rmSync(gate, { force: true });
    }
  }, 300_000);
});

async function launch(client: Client): Promise<number> {
  const path = ofExperiment('demo', 'launches');
  const made = await client.post(path, z.object({ launch: launchRow }), { campaign: 'full' });
  return made.launch.submissionId ?? 0;
}

const look = (client: Client, id: number): Promise<SubmissionView> =>
  client.get(ofExperiment('demo', 'submissions', id), submissionView);

/** Writes until nothing more fits. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
      for (let fits = true; fits; ) {
        try {
          writeSync(file, Buffer.alloc(size, 'x'));
        } catch (error) {
          if (errorCode(error) !== 'ENOSPC') throw error;
          fits = false;
        }
      }
    }
  } finally {
    closeSync(file);
  }
}
