/** The sample campaign as a newcomer runs it, as root and as an ordinary user; then a server over what it left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/cli/client.ts';
import { reachableByOthers } from '../../src/database/embedded/account.ts';
import { openDatabase } from '../../src/database/index.ts';
import { packageRoot } from '../../src/package-root.ts';
import {
  type Account,
  buildProgram,
  databaseUrl,
  freePort,
  makeDataFolder,
  postgresPid,
  removeDataFolder,
  runPoms,
  startPoms,
  untilUp,
} from '../support/poms.ts';
import { checkSample, outputOf } from '../support/sample.ts';

beforeAll(buildProgram, 180_000);

describe('the sample campaign run by the present user', () => runsToItsEnd(null));

const nobody = ordinaryUser();
describe.skipIf(typeof nobody === 'string')(
  `the sample campaign run by an ordinary user${typeof nobody === 'string' ? ` (${nobody})` : ''}`,
  () => runsToItsEnd(typeof nobody === 'string' ? null : nobody),
);

function runsToItsEnd(account: Account | null): void {
  const folder = makeDataFolder(account);
  afterAll(() => removeDataFolder(folder));

  it('ends with status 0 and stops everything that it started', async () => {
    const env = { POMS_LISTEN: `127.0.0.1:${await freePort()}` };
    const { exitCode, err } = await runPoms(['demo', '--exit'], { folder, env, account });
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(postgresPid(folder)).toBeNull();
  }, 300_000);

  it('leaves the result of the direct computation, each file consumed once by a stage, and a picture that is safe to show', async () => {
    const server = startPoms(['serve'], { folder, env: { POMS_LISTEN: '127.0.0.1:0' }, account });
    const client = createClient({ url: await untilUp(server) });
    const database = openDatabase(databaseUrl(folder));
    try {
      await checkSample(client, database, folder);
      const picture = await fetch(client.address(await outputOf(client, '.svg')));
      expect(picture.headers.get('content-type')).toBe('image/svg+xml');
      expect(picture.headers.get('content-security-policy')).toMatch(/default-src 'none'.*; sandbox$/);
      expect(await picture.text()).toMatch(/^(<\?xml[^>]*>\s*)?<svg[\s>]/);
    } finally {
      await database.close();
      expect(await server.stop()).toMatchObject({ exitCode: 0 });
    }
    expect(postgresPid(folder)).toBeNull();
  }, 60_000);
}

/** The account `nobody`, or why the sample cannot be run by it here. */
function ordinaryUser(): Account | string {
  if (process.getuid?.() !== 0) return 'skipped: the present user is one';
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  if (line === undefined) return 'skipped: there is no account nobody';
  for (const path of [packageRoot, join(process.execPath, '..')]) {
    if (!reachableByOthers(path)) return `skipped: others may not read ${path}`;
  }
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
