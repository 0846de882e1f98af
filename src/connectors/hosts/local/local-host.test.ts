import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TestFolder, testFolder, until } from '../../batch/local/fixture.ts';
import { membersOf, type ProcessIdentity, parseIdentity } from '../../processes.ts';
import type { LaunchHost, RunState } from '../types.ts';
import { createLocalHost } from './local-host.ts';

// Conditions are waited for, so this only ends what hangs; the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let test: TestFolder;
let host: LaunchHost;

beforeEach(() => {
  test = testFolder();
  host = createLocalHost({
    folder: test.folder,
    graceMs: 300,
    env: { ...process.env, POMS_DATABASE_URL: 'x' },
  });
});
afterEach(() => test.remove());

const run = (launchId: number, name: string): string => join(test.folder, 'launches', String(launchId), name);
const start = (text: string, launchId = 1, env: Record<string, string> = {}, path: string[] = []) =>
  host.start({ launchId, text, env, path });

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function identity(launchId: number, name: 'runner' | 'session'): ProcessIdentity {
  const found = parseIdentity(readFileSync(run(launchId, name), 'utf8'));
  if (!found) throw new Error(`no ${name}`);
  return found;
}

async function ended(launchId = 1): Promise<Extract<RunState, { state: 'ended' }>> {
  return until(`launch ${launchId} ended`, async () => {
    const state = await host.look(launchId);
    return state.state === 'ended' ? state : null;
  }) as Promise<Extract<RunState, { state: 'ended' }>>;
}

/** Collects until the run has ended and nothing is left. */
async function everything(launchId = 1): Promise<string> {
  let text = '';
  for (;;) {
    const { state } = await host.look(launchId);
    const piece = await host.collect(launchId);
    text += piece;
    if (state !== 'running' && piece === '') return text;
  }
}

const logOf = async (launchId = 1, offset = 0, limit = 1e9) => (await host.log(launchId, offset, limit)).text;

describe('a run', () => {
  it('tells never-started, running, and ended with the exit code', async () => {
    expect(await host.look(1)).toEqual({ state: 'never-started' });
    await start(`while [ ! -e ${test.folder}/go ]; do sleep 0.02; done; echo out; echo err >&2; exit 7`);
    expect(await host.look(1)).toMatchObject({ state: 'running' });
    writeFileSync(join(test.folder, 'go'), '');
    const { exitCode, startedAt, endedAt } = await ended();
    expect(exitCode).toBe(7);
    expect(endedAt.getTime()).toBeGreaterThan(startedAt.getTime());
    expect(await everything()).toBe('out\nerr\n');
    expect(await logOf()).toBe('out\nerr\n');
    expect(await logOf(1, -4)).toBe('err\n');
    expect(statSync(run(1, '')).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['no-such-command --x', 127],
    ['/etc/passwd', 126],
    ['kill -TERM $$', 143],
    ['set -e; false; echo not here', 1],
    ['if', 2],
    ['cat; exit 0', 0],
  ])('ends %j as a shell does, with %i', async (text, exitCode) => {
    await start(text);
    expect(await ended()).toMatchObject({ exitCode });
  });

  it('gives the environment literally, its folders first on the path, and none of the server settings', async () => {
    const odd = `it's "odd" $HOME $(id) \`id\` \\ ünïcødé 漢\nsecond line\t*`;
    writeFileSync(join(test.folder, 'my-tool'), '#!/bin/sh\necho tool\n', { mode: 0o755 });
    await start(
      '#!/bin/sh\nprintf "%s|%s|" "$ODD" "$POMS_DATABASE_URL"; my-tool; sleep 60 &',
      1,
      { ODD: odd },
      [test.folder],
    );
    expect(await everything()).toBe(`${odd}||tool\n`);
    expect(membersOf(identity(1, 'session'))).toEqual([]);
  });

  it('is started exactly once when two servers start it at the same time, and again', async () => {
    const other = createLocalHost({ folder: test.folder });
    const script = { launchId: 1, text: `echo run >> ${test.folder}/runs`, env: {}, path: [] };
    await Promise.all([host.start(script), other.start(script), host.start(script), other.start(script)]);
    await ended();
    await host.start(script);
    expect(readFileSync(join(test.folder, 'runs'), 'utf8')).toBe('run\n');
  });

  it('says what is wrong when the environment is too large to start anything', async () => {
    await expect(start('true', 1, { BIG: 'x'.repeat(3_000_000) })).rejects.toThrow(/could not be started/);
    expect(await host.look(1)).toEqual({ state: 'never-started' });
  });
});

describe('after a crash', () => {
  it('goes on without its server, and another one sees how it ended', async () => {
    const program = `
      import { createLocalHost } from ${JSON.stringify(new URL('./local-host.ts', import.meta.url).href)};
      const host = createLocalHost({ folder: ${JSON.stringify(test.folder)} });
      const text = 'echo begun; while [ ! -e ${test.folder}/go ]; do sleep 0.02; done; echo done; exit 4';
      await host.start({ launchId: 1, text, env: {}, path: [] });
      process.kill(process.pid, 'SIGKILL');`;
    const flags = ['--import', 'tsx', '--input-type=module', '-e', program];
    expect(() => execFileSync(process.execPath, flags, { stdio: 'ignore' })).toThrow();
    expect(await host.look(1)).toMatchObject({ state: 'running' });
    writeFileSync(join(test.folder, 'go'), '');
    expect(await ended()).toMatchObject({ exitCode: 4 });
    expect(await everything()).toBe('begun\ndone\n');
  });

  it('is still running while its script lives without the runner, then vanished, and can be started again', async () => {
    await start('echo first; sleep 60');
    await until('session', () => sizeOf(run(1, 'session')));
    await until('output', () => sizeOf(run(1, 'output')));
    process.kill(identity(1, 'runner').pid, 'SIGKILL');
    expect(await host.look(1)).toMatchObject({ state: 'running' });
    await expect(host.reset(1)).rejects.toThrow('possible only when it is vanished');
    await host.abort(1);
    expect(await host.look(1)).toMatchObject({ state: 'vanished' });
    await start('echo not run');
    expect(await host.look(1)).toMatchObject({ state: 'vanished' });
    await host.reset(1);
    expect(await host.look(1)).toEqual({ state: 'never-started' });
    await start('echo second');
    expect(await ended()).toMatchObject({ exitCode: 0 });
    expect(await everything()).toBe('second\n');
    expect(await logOf()).toBe('first\nsecond\n');
  });
});

describe('abort', () => {
  it('ends a stubborn tree, and the run has the exit code of the signal', async () => {
    await start(
      'trap "" TERM; (trap "" TERM; sleep 61) & perl -e "setpgrp; \\$SIG{TERM}=q(IGNORE); sleep 62" & wait; sleep 60',
    );
    await until('session', () => sizeOf(run(1, 'session')));
    const session = identity(1, 'session');
    await until('the whole tree', () => membersOf(session).length >= 3);
    await host.abort(1);
    expect(membersOf(session)).toEqual([]);
    expect(await host.look(1)).toMatchObject({ state: 'ended', exitCode: 137 });
    await host.abort(1);
    await host.abort(2);
  });

  it('stops a script that never ends at TERM, with what it had printed', async () => {
    await start('while :; do echo again; sleep 0.01; done');
    await until('output', () => host.collect(1));
    await host.abort(1);
    expect(await host.look(1)).toMatchObject({ state: 'ended', exitCode: 143 });
    expect(await everything()).toMatch(/^(again\n)*$/);
  });
});

describe('the launch log', () => {
  it('redacts a secret that is printed in two halves, and shows the line only when it is whole', async () => {
    const go = `${test.folder}/go`;
    const text = `printf 'first\\nMY_TOKEN=abc'; while [ ! -e ${go} ]; do sleep 0.02; done; echo def; printf 'no end'`;
    await start(text);
    const before = await until('output', () => host.collect(1));
    expect(before).toBe('first\n');
    writeFileSync(go, '');
    expect(await everything()).toBe('MY_TOKEN=[redacted]\nno end');
    expect(await logOf()).toBe('first\nMY_TOKEN=[redacted]\nno end');
  });

  it('keeps the beginning and the end of 100 MB, gives the space back, and still sees an id printed late', async () => {
    const line = `${'x'.repeat(99)}\n`;
    await start(`echo begin; yes ${line.trim()} | head -c 100000000; echo POMS4_BATCH_ID=17@local`);
    let late = '';
    for (;;) {
      const { state } = await host.look(1);
      const piece = await host.collect(1);
      late = piece || late;
      if (state === 'ended' && piece === '') break;
    }
    expect(late.endsWith('POMS4_BATCH_ID=17@local\n')).toBe(true);
    const { size } = await host.log(1, 0, 1);
    expect(size).toBeLessThanOrEqual(8 * 1024 * 1024 + 200);
    expect(size).toBeGreaterThan(8 * 1024 * 1024 - 200);
    expect(await logOf(1, 0, 106)).toBe(`begin\n${line}`);
    const log = await logOf();
    const left = Number(/\[\.\.\. (\d+) bytes of output were left out here \.\.\.\]\n/.exec(log)?.[1]);
    expect(left + size).toBeGreaterThan(100_000_000);
    expect(await logOf(1, -124)).toBe(`${line}POMS4_BATCH_ID=17@local\n`);
    // Blocks of 512 bytes on the disk.
    expect(statSync(run(1, 'output')).blocks * 512).toBeLessThan(16 * 1024 * 1024);
    // Pages put together are the whole, also over the gap.
    let paged = '';
    while (Buffer.byteLength(paged) < size) paged += await logOf(1, Buffer.byteLength(paged), 1_000_000);
    expect(paged === log).toBe(true);
  });

  it('keeps text of several bytes a character whole, also where a page ends', async () => {
    await start('printf "ä%.0s" 1 2 3');
    expect(await everything()).toBe('äää');
    expect(await host.log(1, 1, 3)).toEqual({ text: 'ä', offset: 2, size: 6 });
    expect(await host.log(9, 0, 10)).toEqual({ text: '', offset: 0, size: 0 });
  });
});
