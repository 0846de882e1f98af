/** Servers that cannot start, beside one that runs: they say why in a sentence and leave it alone. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OneServer, startOneServer } from '../support/one-server.ts';
import { makeDataFolder, postgresPid, removeDataFolder, runPoms } from '../support/poms.ts';

let poms: OneServer;
beforeAll(async () => {
  poms = await startOneServer();
}, 240_000);
afterAll(() => poms?.stop(), 60_000);

describe('a server does not start, says why in a sentence and leaves the first alone', () => {
  /** What is printed: the sentence, what to do, the code. */
  const said = (sentence: RegExp, code: string) =>
    expect.stringMatching(new RegExp(`^poms: ${sentence.source}\n  [^\n]+\n  \\(${code}\\)\n$`));

  it('on a port that is taken', async () => {
    const other = makeDataFolder();
    try {
      const { exitCode, out, err } = await runPoms(['serve'], {
        folder: other,
        env: { POMS_LISTEN: `127.0.0.1:${poms.port}` },
      });
      expect({ exitCode, out, err }).toEqual({
        exitCode: 1,
        out: '',
        err: said(new RegExp(`Another program listens on 127.0.0.1:${poms.port}.`), 'address-taken'),
      });
      expect(postgresPid(other), 'its PostgreSQL').toBeNull();
    } finally {
      await removeDataFolder(other);
    }
  }, 90_000);

  it('in a data folder that another server uses', async () => {
    const { exitCode, out, err } = await runPoms(['serve'], {
      folder: poms.folder,
      env: { POMS_LISTEN: '127.0.0.1:0' },
    });
    expect({ exitCode, out, err }).toEqual({
      exitCode: 1,
      out: '',
      err: said(
        new RegExp(
          `The database in ${poms.folder} is in use by another server \\(process ${poms.server.pid}\\).`,
        ),
        'database-in-use',
      ),
    });
  }, 90_000);

  it('with a setting that does not exist, or has a wrong value', async () => {
    const other = makeDataFolder();
    try {
      const env = { POMS_LISTN: '127.0.0.1:0', POMS_LOCAL_SLOTS: 'many' };
      const { exitCode, out, err } = await runPoms(['serve'], { folder: other, env });
      expect({ exitCode, out, err }).toEqual({
        exitCode: 1,
        out: '',
        err: said(/.*POMS_LISTN is not a setting of POMS.*POMS_LOCAL_SLOTS=many.*/, 'bad-setting'),
      });
      expect(readdirSync(other)).toEqual([]);
    } finally {
      await removeDataFolder(other);
    }
  }, 90_000);

  afterAll(async () => {
    // The address it wrote for the command line is still there, and it answers.
    const { exitCode } = await runPoms(['campaign', 'list', '-e', 'demo'], { folder: poms.folder });
    expect(exitCode).toBe(0);
  }, 60_000);
});
