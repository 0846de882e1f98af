import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type MetacatFixture, startMetacatFixture } from '../../../../test/support/metacat/fixture.ts';
import { createMetacat } from './metacat.ts';

let fixture: MetacatFixture;
beforeEach(async () => {
  fixture = await startMetacatFixture({ files: 2 });
  return () => fixture.close();
});

describe('a file with a token of MetaCat', () => {
  const define = (tokenFile: string) =>
    createMetacat({ ...fixture.setting, login: 'file', tokenFile }).defineDataset(
      'dune',
      'mine',
      'files from raw:run1',
      false,
    );

  it('may hold just the token, or a line for each server, and is read anew', async () => {
    const file = join(fixture.folder, 'tokens');
    writeFileSync(file, 'https://other.example.org other\n');
    await expect(define(file)).rejects.toMatchObject({
      code: 'outside-system',
      message: expect.stringContaining('does not hold a token for it'),
    });
    writeFileSync(
      file,
      `https://other.example.org other\n${fixture.setting.metacat} ${fixture.standIn.token('poms')}\n`,
    );
    await define(file);
    writeFileSync(file, `${fixture.standIn.token('poms')}\n`);
    await define(file);
    expect(fixture.standIn.logins).toBe(0);
  });

  it('that is not there, or not taken, says so', async () => {
    await expect(define(join(fixture.folder, 'nothing'))).rejects.toMatchObject({
      message: expect.stringContaining('cannot be read (ENOENT)'),
    });
    const file = join(fixture.folder, 'old');
    writeFileSync(file, 'a-token-of-yesterday');
    await expect(define(file)).rejects.toMatchObject({
      code: 'outside-system',
      message: expect.stringContaining('does not take the token of POMS'),
    });
  });
});
