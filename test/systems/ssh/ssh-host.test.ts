/** A launch host over a real ssh: the promises of a launch host, with an account of its own. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { until } from '../../../src/connectors/batch/local/fixture.ts';
import { createSshHost } from '../../../src/connectors/hosts/ssh/ssh-host.ts';
import type { LaunchHost, RunState } from '../../../src/connectors/hosts/types.ts';
import { packageRoot } from '../../../src/package-root.ts';
import { launchAccount, sshTarget } from '../support/ssh.ts';

// Conditions are waited for, so this only ends what hangs; the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'poms-ssh-'));
const instance = `test-${randomBytes(6).toString('hex')}`;
const account = launchAccount(join(folder, 'cm'));
const target = sshTarget(join(folder, 'cm'));
const host = createSshHost(target, { folder, instance, graceMs: 500 });
let next = 1;

beforeAll(() => account.sh(`mkdir -p ~/${instance}`));
afterAll(async () => {
  await account.sh(`rm -rf ~/.poms/launches/${instance} ~/${instance}`);
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a script as a launch of its own and returns the launch's number. */
async function start(text: string, env: Record<string, string> = {}, path: string[] = []): Promise<number> {
  const launchId = next++;
  await host.start({ launchId, text, env, path });
  return launchId;
}

async function ended(launchId: number, by: LaunchHost = host) {
  return until(`launch ${launchId} ended`, async () => {
    const state = await by.look(launchId);
    return state.state === 'ended' ? state : null;
  }) as Promise<Extract<RunState, { state: 'ended' }>>;
}

/** Collects until the run has ended and nothing is left. */
async function everything(launchId: number, by: LaunchHost = host): Promise<string> {
  let text = '';
  for (;;) {
    const { state } = await by.look(launchId);
    const piece = await by.collect(launchId);
    text += piece;
    if (state !== 'running' && piece === '') return text;
  }
}

const logOf = async (launchId: number, offset = 0, limit = 1e9) =>
  (await host.log(launchId, offset, limit)).text;
/** A file of the account, by which a script is told to go on. */
const flag = (name: string): string => `"$HOME"/${instance}/${name}`;
const untilThere = (name: string): string => `while [ ! -e ${flag(name)} ]; do sleep 0.05; done`;

describe('a run over ssh', () => {
  it('tells never-started, running, and ended with the exit code, and what it printed', async () => {
    expect(await host.look(next)).toEqual({ state: 'never-started' });
    const id = await start(`echo out; ${untilThere('go')}; echo err >&2; exit 7`);
    expect(await host.look(id)).toMatchObject({ state: 'running' });
    expect(await until('output', () => host.collect(id))).toBe('out\n');
    await account.sh(`touch ${flag('go')}`);
    const { exitCode, startedAt, endedAt } = await ended(id);
    expect(exitCode).toBe(7);
    expect(endedAt.getTime()).toBeGreaterThanOrEqual(startedAt.getTime());
    expect(Math.abs(endedAt.getTime() - Date.now())).toBeLessThan(30_000);
    expect(await everything(id)).toBe('err\n');
    expect(await logOf(id)).toBe('out\nerr\n');
    expect(await logOf(id, -4)).toBe('err\n');
    expect(await account.sh(`stat -c %a ~/.poms/launches/${instance}/${id}`)).toBe('700\n');
  });

  it.each([
    ['no-such-command --x', 127],
    ['/etc/passwd', 126],
    ['kill -TERM $$', 143],
    ['set -e; false; echo not here', 1],
    ['if', 2],
    ['cat; exit 0', 0],
  ])('ends %j as a shell does, with %i', async (text, exitCode) => {
    expect(await ended(await start(text))).toMatchObject({ exitCode });
  });

  it('gives the environment literally, and copies the folders of POMS first on the path', async () => {
    const odd = `it's "odd" $HOME $(id) \`id\` \\ ünïcødé 漢\nsecond line\t*`;
    const tool = join(packageRoot, 'bin', 'job');
    const id = await start(
      'printf "%s|" "$ODD"; command -v poms-submit; echo "$PATH"; env | cut -d= -f1 | sort | tr "\\n" " "',
      { ODD: odd },
      [tool, '/opt/of the host'],
    );
    const text = await everything(id);
    const home = (await account.sh('printf %s "$HOME"')).trim();
    const [, copy = ''] = new RegExp(`(${home}/.poms/tools/[0-9a-f]+/path-0)/poms-submit`).exec(text) ?? [];
    expect(copy).not.toBe('');
    expect(text).toContain(`${odd}|${copy}/poms-submit\n${copy}:/opt/of the host:/usr/local/bin:`);
    expect(text).toContain(' ODD ');
    expect(text).not.toMatch(/DATABASE|SSH_/);
    expect(await account.sh(`cat ${copy}/poms-submit`)).toBe(
      execFileSync('cat', [join(tool, 'poms-submit')], { encoding: 'utf8' }),
    );
  });

  it('is started exactly once when two servers start it at the same time, and again', async () => {
    const other = createSshHost(sshTarget(join(folder, 'cm2')), { folder: join(folder, 'b'), instance });
    const script = { launchId: next++, text: `echo run >> ${flag('runs')}`, env: {}, path: [] };
    await Promise.all([host.start(script), other.start(script), host.start(script), other.start(script)]);
    await ended(script.launchId);
    await host.start(script);
    expect(await account.sh(`cat ${flag('runs')}`)).toBe('run\n');
  });

  it('is never met by another POMS that has a launch of the same number', async () => {
    const id = await start('true');
    const other = createSshHost(target, { folder: join(folder, 'b'), instance: `${instance}-b` });
    expect(await other.look(id)).toEqual({ state: 'never-started' });
  });

  it('says what is wrong when the environment is too large to start anything', async () => {
    const launchId = next++;
    const env = { BIG: 'x'.repeat(3_000_000) };
    await expect(host.start({ launchId, text: 'true', env, path: [] })).rejects.toThrow('BIG is too long');
    expect(await host.look(launchId)).toEqual({ state: 'never-started' });
  });

  it('takes a script of a megabyte', async () => {
    expect(await everything(await start(`: ${'x'.repeat(1 << 20)}\necho done`))).toBe('done\n');
  });

  it('is not disturbed by what the start files of the account print', async () => {
    await account.sh('printf "echo noise\\necho trouble >&2\\n" > ~/.bashrc');
    try {
      expect(await everything(await start('echo mine'))).toBe('mine\n');
    } finally {
      await account.sh('rm ~/.bashrc');
    }
  });

  it('runs 50 at once, each to its own end', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, (_, n) => start(`echo ${n}; exit ${n}`)));
    const ends = await Promise.all(ids.map(async (id) => [(await ended(id)).exitCode, await everything(id)]));
    expect(ends).toEqual(ids.map((_, n) => [n, `${n}\n`]));
  });
});

describe('after a crash', () => {
  it('of POMS goes on, and the next one sees how it ended', async () => {
    const id = next++;
    const program = `
      import { createSshHost } from ${JSON.stringify(join(packageRoot, 'src/connectors/hosts/ssh/ssh-host.ts'))};
      const host = createSshHost(${JSON.stringify({ ...target, controlFolder: join(folder, 'cm3') })},
        ${JSON.stringify({ folder, instance })});
      const text = ${JSON.stringify(`echo begun; ${untilThere('on')}; echo done; exit 4`)};
      await host.start({ launchId: ${id}, text, env: {}, path: [] });
      process.kill(process.pid, 'SIGKILL');`;
    const flags = ['--import', 'tsx', '--input-type=module', '-e', program];
    expect(() => execFileSync(process.execPath, flags, { stdio: 'ignore', cwd: packageRoot })).toThrow();
    expect(await host.look(id)).toMatchObject({ state: 'running' });
    await account.sh(`touch ${flag('on')}`);
    expect(await ended(id)).toMatchObject({ exitCode: 4 });
    expect(await everything(id)).toBe('begun\ndone\n');
  });

  it('of its runner it is still running while the script lives, then vanished, and can be started again', async () => {
    const id = await start('echo first; sleep 60');
    const run = `"$HOME"/.poms/launches/${instance}/${id}`;
    await until('output', () => account.sh(`cat ${run}/output`));
    await account.sh(`kill -9 $(cut -d' ' -f1 ${run}/runner)`);
    expect(await host.look(id)).toMatchObject({ state: 'running' });
    await expect(host.reset(id)).rejects.toThrow('possible only when it is vanished');
    await host.abort(id);
    expect(await host.look(id)).toMatchObject({ state: 'vanished' });
    await host.start({ launchId: id, text: 'echo not run', env: {}, path: [] });
    expect(await host.look(id)).toMatchObject({ state: 'vanished' });
    await host.reset(id);
    expect(await host.look(id)).toEqual({ state: 'never-started' });
    await host.start({ launchId: id, text: 'echo second', env: {}, path: [] });
    expect(await ended(id)).toMatchObject({ exitCode: 0 });
    expect(await everything(id)).toBe('second\n');
    expect(await logOf(id)).toBe('first\nsecond\n');
  });

  it('of the machine it has vanished, although its number runs again as another process', async () => {
    const id = await start('sleep 60');
    const run = `"$HOME"/.poms/launches/${instance}/${id}`;
    await host.abort(id);
    await account.sh(`rm ${run}/exit; for f in runner session; do echo "$$ other-boot/1" > ${run}/$f; done`);
    expect(await host.look(id)).toMatchObject({ state: 'vanished' });
  });
});

describe('abort over ssh', () => {
  it('ends a stubborn tree, and the run has the exit code of the signal', async () => {
    const mark = `61.${process.pid}`;
    const id = await start(
      `trap "" TERM; (trap "" TERM; sleep ${mark}) & perl -e 'setpgrp; $SIG{TERM}="IGNORE"; sleep 62' ${mark} & wait; sleep 60`,
    );
    const living = () => account.sh(`pgrep -f '${mark.replace('.', '[.]')}' | wc -l`);
    await until('the whole tree', async () => Number(await living()) >= 2);
    await host.abort(id);
    expect(Number(await living())).toBe(0);
    expect(await host.look(id)).toMatchObject({ state: 'ended', exitCode: 137 });
    await host.abort(id);
    await host.abort(next + 1000);
  });

  it('stops a script that ends at TERM, with what it had printed', async () => {
    const patient = createSshHost(target, { folder, instance, graceMs: 30_000 });
    const id = await start('while :; do echo again; sleep 0.01; done');
    await until('output', () => host.collect(id));
    await patient.abort(id);
    expect(await host.look(id)).toMatchObject({ state: 'ended', exitCode: 143 });
    expect(await everything(id)).toMatch(/^(again\n)*$/);
  });
});

describe('the launch log of a run over ssh', () => {
  it('redacts a secret that is printed in two halves, and shows the line only when it is whole', async () => {
    const id = await start(`printf 'first\\nMY_TOKEN=abc'; ${untilThere('half')}; echo def; printf 'no end'`);
    expect(await until('output', () => host.collect(id))).toBe('first\n');
    await account.sh(`touch ${flag('half')}`);
    expect(await everything(id)).toBe('MY_TOKEN=[redacted]\nno end');
    expect(await logOf(id)).toBe('first\nMY_TOKEN=[redacted]\nno end');
  });

  it('keeps the beginning and the end of 100 MB, gives the space back, and still sees an id printed late', async () => {
    const line = `${'x'.repeat(99)}\n`;
    const id = await start(
      `echo begin; yes ${line.trim()} | head -c 100000000; echo POMS4_BATCH_ID=17@local`,
    );
    let late = '';
    for (;;) {
      const { state } = await host.look(id);
      const piece = await host.collect(id);
      late = piece || late;
      if (state === 'ended' && piece === '') break;
    }
    expect(late.endsWith('POMS4_BATCH_ID=17@local\n')).toBe(true);
    const { size } = await host.log(id, 0, 1);
    expect(size).toBeLessThanOrEqual(8 * 1024 * 1024 + 200);
    expect(await logOf(id, 0, 106)).toBe(`begin\n${line}`);
    expect(await logOf(id, -124)).toBe(`${line}POMS4_BATCH_ID=17@local\n`);
    const blocks = await account.sh(`stat -c %b ~/.poms/launches/${instance}/${id}/output`);
    expect(Number(blocks) * 512).toBeLessThan(32 * 1024 * 1024);
  });

  it('keeps bytes as they are, and text of several bytes a character whole', async () => {
    const id = await start('printf "ä%.0s" 1 2 3');
    expect(await everything(id)).toBe('äää');
    expect(await host.log(id, 1, 3)).toEqual({ text: 'ä', offset: 2, size: 6 });
  });
});

describe('a link that breaks', () => {
  it('in the middle of a run does not disturb it', async () => {
    const own = createSshHost(sshTarget(join(folder, 'cm4')), { folder, instance });
    const id = next++;
    await own.start({
      launchId: id,
      text: `echo begun; ${untilThere('cut')}; echo done; exit 3`,
      env: {},
      path: [],
    });
    // The client that the others share, and with it the session of sshd.
    execFileSync('pkill', ['-9', '-f', `^ssh: ${join(folder, 'cm4')}`]);
    expect(await own.look(id)).toMatchObject({ state: 'running' });
    await account.sh(`touch ${flag('cut')}`);
    expect(await ended(id, own)).toMatchObject({ exitCode: 3 });
    expect(await everything(id, own)).toBe('begun\ndone\n');
  });
});

describe('a host that cannot be reached', () => {
  it('says so when the account is refused, when its key has changed, and when nothing listens', async () => {
    const options = { folder, instance };
    const refused = createSshHost(
      { ...target, account: 'nobody', controlFolder: join(folder, 'c5') },
      options,
    );
    await expect(refused.look(1)).rejects.toThrow(/nobody@launch could not be asked: .*Permission denied/);
    const config = join(folder, 'config');
    const key = execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
    expect(key.length).toBe(0);
    const [type, text] = execFileSync('cat', [join(folder, 'key.pub')], { encoding: 'utf8' }).split(' ');
    writeFileSync(join(folder, 'known'), `launch-host ${type} ${text}\n`);
    const known = `Host launch\n  UserKnownHostsFile ${join(folder, 'known')}\nInclude ${target.configFile}\n`;
    writeFileSync(config, known);
    const changed = createSshHost(
      { ...target, configFile: config, controlFolder: join(folder, 'c6') },
      options,
    );
    await expect(changed.start({ launchId: 1, text: 'true', env: {}, path: [] })).rejects.toThrow(
      /verification failed/i,
    );
    const silent = createSshHost({ ...target, port: 1, controlFolder: join(folder, 'c7') }, options);
    await expect(silent.look(1)).rejects.toThrow('Connection refused');
  });
});
