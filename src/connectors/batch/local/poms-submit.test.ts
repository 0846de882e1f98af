import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { POMS_SUBMIT, submit, type TestFolder, testFolder } from './fixture.ts';
import { makeSpool, readLines, spoolAt } from './spool.ts';

// Conditions are waited for, so this only ends what hangs; the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let test: TestFolder;

beforeEach(async () => {
  test = testFolder();
  await makeSpool(spoolAt(test.folder));
});
afterEach(() => test.remove());

function run(args: string[], env: Record<string, string> = {}) {
  const result = spawnSync(POMS_SUBMIT, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], POMS_LOCAL_BATCH: test.folder, POMS4_SUBMISSION_ID: '7', ...env },
  });
  return { status: result.status, out: result.stdout, err: result.stderr };
}

const queued = (): string[] => readdirSync(join(test.folder, 'clusters'));

it('says what it queued, for people and for the launcher', () => {
  expect(run(['-N', '3', '--time-limit', '60', '--name', "it's", 'true'])).toEqual({
    status: 0,
    out: 'Submitted 3 job(s) to cluster 1@local\nPOMS4_BATCH_ID=1@local\n',
    err: '',
  });
  expect(readFileSync(join(test.folder, 'clusters/1/name'), 'utf8')).toBe("it's\n");
});

describe('refuses in one sentence, and queues nothing:', () => {
  const plain = '/etc/passwd';
  it.each<[string, string[], Record<string, string>]>([
    ['There is no command to run', [], {}],
    ['-N needs a value', ['-N'], {}],
    ["-N takes a whole number from 1 to 100000, not '0'", ['-N', '0', 'true'], {}],
    ["-N takes a whole number from 1 to 100000, not '100001'", ['-N', '100001', 'true'], {}],
    ["-N takes a whole number from 1 to 100000, not '1;2'", ['-N1;2', 'true'], {}],
    ["--time-limit takes whole seconds, 1 or more, not '1.5'", ['--time-limit=1.5', 'true'], {}],
    ['There is no option --color', ['--color', 'true'], {}],
    ["The command 'no-such-thing' was not found on the PATH", ['no-such-thing'], {}],
    ['does not exist', ['./no-such-file'], {}],
    ['The command /etc/passwd is not executable', [plain], {}],
    ['POMS_LOCAL_BATCH is not set', ['true'], { POMS_LOCAL_BATCH: '' }],
    ['is no folder of a local batch system', ['true'], { POMS_LOCAL_BATCH: '/nowhere' }],
    ["POMS4_SUBMISSION_ID is 'x', not a number", ['true'], { POMS4_SUBMISSION_ID: 'x' }],
  ])('%s', (sentence, args, env) => {
    const { status, out, err } = run(args, env);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^poms-submit: [^\n]+\.\n$/);
    expect(err).toContain(sentence);
    expect(queued()).toEqual([]);
    expect(readFileSync(spoolAt(test.folder).log, 'utf8')).toBe('');
  });

  it('a disk that takes nothing more', () => {
    // The log cannot be written: as good as a full disk, also for root.
    rmSync(spoolAt(test.folder).log);
    execFileSync('ln', ['-s', '/dev/full', spoolAt(test.folder).log]);
    const { status, err } = run(['true']);
    expect(status).toBe(2);
    expect(err).toContain('is the disk full?');
    expect(queued()).toEqual([]);
  });
});

it('gives every submit its own number when many come at once', async () => {
  const codes = await Promise.all(
    Array.from({ length: 20 }, () => {
      const env = { PATH: process.env['PATH'], POMS_LOCAL_BATCH: test.folder };
      const child = spawn(POMS_SUBMIT, ['true'], { env, stdio: 'ignore' });
      return new Promise((resolve) => child.once('exit', resolve));
    }),
  );
  expect(codes).toEqual(Array.from({ length: 20 }, () => 0));
  const { lines } = await readLines(spoolAt(test.folder), 0, 1e6);
  const numbers = lines.map(({ line }) => (line.event === 'submit' ? line.cluster : 0)).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, number) => number + 1));
});

it('goes on after the highest number when the hint is lost or spoiled', () => {
  submit(test.folder, ['true']);
  submit(test.folder, ['true']);
  rmSync(join(test.folder, 'last'));
  expect(submit(test.folder, ['true'])).toBe(3);
  writeFileSync(join(test.folder, 'last'), 'x\n');
  expect(submit(test.folder, ['true'])).toBe(4);
});
