/** Commands over a real ssh, with an account of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createSshCommands } from '../../../src/connectors/commands/ssh-commands.ts';
import type { SshTarget } from '../../../src/connectors/ssh/ssh.ts';
import { sshTarget } from '../support/ssh.ts';

const folder = mkdtempSync(join(tmpdir(), 'poms-ssh-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const target = (change: Partial<SshTarget> = {}) => sshTarget(join(folder, 'cm'), change);

describe('commands over ssh', () => {
  const commands = createSshCommands(target());

  it('run with the account there, and answer with output, trouble and exit code', async () => {
    const answer = await commands.run(['sh', '-c', 'id -un; echo trouble >&2; exit 3']);
    expect(answer).toEqual({ exitCode: 3, stdout: 'poms-launch\n', stderr: 'trouble\n' });
  });

  it('are given their words as they are', async () => {
    const word = fc
      .string({ unit: 'binary', maxLength: 30 })
      .filter((text) => !/[\0\ud800-\udfff]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 5 }), async (words) => {
        const { stdout } = await commands.run(['printf', '%s\\0', ...words]);
        expect(stdout.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 25 },
    );
  });

  it('have a clean environment and an empty standard input, and their setup before them', async () => {
    const withSetup = createSshCommands(target(), { setup: 'echo noise; POOL=one; export POOL' });
    const { stdout } = await withSetup.run([
      'sh',
      '-c',
      'cat; env | cut -d= -f1 | sort | tr "\\n" " "; echo $POOL',
    ]);
    expect(stdout).toBe('HOME LC_ALL LOGNAME PATH POOL PWD USER one\n');
  });

  it('that are not there are said so', async () => {
    await expect(commands.run(['condor_quux'])).rejects.toThrow(
      'condor_quux on poms-launch@launch could not be asked: there is no such command',
    );
  });

  it('that hang are ended there too', async () => {
    const seconds = `31.${process.pid}`;
    await expect(commands.run(['sleep', seconds], { timeoutMs: 1000 })).rejects.toThrow(
      'did not end within 1 s',
    );
    const { stdout } = await commands.run(['sh', '-c', `pgrep -f "^sleep ${seconds}" | wc -l`]);
    expect(stdout.trim()).toBe('0');
  });

  it('that print without end are given up', async () => {
    await expect(commands.run(['yes'], { maxBytes: 100_000 })).rejects.toThrow('more than 100000 bytes');
  });

  it("exit code 255 is the command's own where it is", async () => {
    expect((await commands.run(['sh', '-c', 'exit 255'])).exitCode).toBe(255);
  });
});

describe('a host that cannot be reached', () => {
  it('whose key is not known is refused', async () => {
    writeFileSync(
      join(folder, 'config'),
      'Host launch\n  HostName 127.0.0.1\n  Port 12222\n  UserKnownHostsFile /dev/null\n',
    );
    const commands = createSshCommands(
      target({ configFile: join(folder, 'config'), controlFolder: join(folder, 'c2') }),
    );
    await expect(commands.run(['true'])).rejects.toThrow(
      /poms-launch@launch could not be asked: .*verification failed/i,
    );
  });

  it('where nothing listens is said so', async () => {
    const commands = createSshCommands(target({ port: 1, controlFolder: join(folder, 'c3') }));
    await expect(commands.run(['true'])).rejects.toThrow('Connection refused');
  });

  it('an account that is no name never reaches the client', async () => {
    const commands = createSshCommands(target({ account: '-oProxyCommand=touch /tmp/x' }));
    await expect(commands.run(['true'])).rejects.toThrow('is not the name of an account');
  });
});
