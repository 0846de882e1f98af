import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLocalCommands } from './local-commands.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'poms-commands-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('commands on this machine', () => {
  const commands = createLocalCommands({ env: { POOL: 'one' } });

  it('are given their words as they are, and answer with output and exit code', async () => {
    const answer = await commands.run([
      'sh',
      '-c',
      'printf "%s|" "$@"; echo trouble >&2; exit 3',
      '-',
      '$HOME',
      "a'b",
      '',
    ]);
    expect(answer).toEqual({ exitCode: 3, stdout: "$HOME|a'b||", stderr: 'trouble\n' });
  });

  it('see their own variables, and no settings of the server', async () => {
    vi.stubEnv('POMS_DATABASE_URL', 'postgres://secret');
    const { stdout } = await createLocalCommands({ env: { POOL: 'one' } }).run(['env']);
    vi.unstubAllEnvs();
    expect(stdout).toContain('POOL=one');
    expect(stdout).not.toContain('secret');
  });

  it('read an empty standard input', async () => {
    expect(await commands.run(['cat'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('that are not there are said so', async () => {
    await expect(commands.run(['/nowhere/condor_q'])).rejects.toThrow(
      '/nowhere/condor_q on this machine could not be asked: there is no such command',
    );
  });

  it('that may not be run are said so', async () => {
    const program = join(folder, 'squeue');
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o644);
    await expect(commands.run([program])).rejects.toThrow('may not be run');
  });

  it('that hang are ended', async () => {
    const start = Date.now();
    await expect(commands.run(['sleep', '30'], { timeoutMs: 200 })).rejects.toThrow(
      'did not end within 0.2 s',
    );
    expect(Date.now() - start).toBeLessThan(5000);
  });

  it('that print without end are ended', async () => {
    await expect(commands.run(['yes'], { maxBytes: 100_000 })).rejects.toThrow(
      'printed more than 100000 bytes',
    );
  });

  it('that a signal ended are no answer', async () => {
    await expect(commands.run(['sh', '-c', 'kill -9 $$'])).rejects.toThrow('ended by SIGKILL');
  });
});
