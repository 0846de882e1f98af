/** The sbatch that launches find before Slurm's own, and poms-submit with it, with a stand-in for Slurm's; the real one in test/systems. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';

const SHIM = join(packageRoot, 'bin/shims/slurm');
const JOB = join(packageRoot, 'bin/job');
const TAG = 'POMS4_SUBMISSION_ID=7 POMS4_INSTANCE=abc';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'poms shims-'));
  mkdirSync(join(folder, 'bin'));
  const sbatch = join(folder, 'bin', 'sbatch');
  // Words on standard error, the script on standard input after them.
  writeFileSync(
    sbatch,
    '#!/bin/sh\nfor word; do echo "<$word>"; done >&2; [ -n "$NO_INPUT" ] || cat >&2\nprintf "%s\\n" "$ANSWER"; exit $CODE\n',
  );
  chmodSync(sbatch, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['/bin/dash', '/bin/bash'])('under %s', (shell) => {
  function run(
    args: string[],
    { input = '', ...env }: Record<string, string> = {},
    file = join(SHIM, 'sbatch'),
  ) {
    const { status, stdout, stderr } = spawnSync(shell, [file, ...args], {
      encoding: 'utf8',
      cwd: folder,
      input,
      env: {
        PATH: `${SHIM}:${JOB}:${join(folder, 'bin')}:/usr/bin:/bin`,
        HOME: join(folder, 'home'),
        POMS4_SUBMISSION_ID: '7',
        POMS4_INSTANCE: 'abc',
        POMS_BATCH_SYSTEM: 'farm',
        ANSWER: 'Submitted batch job 17',
        ...env,
      },
    });
    return { code: status, out: stdout, err: stderr };
  }

  it.each(['Submitted batch job 17', '17', '17;cluster'])(
    'the id is found in %j, which is passed on',
    (ANSWER) => {
      const { code, out, err } = run(['--parsable', 'job.sh'], { ANSWER });
      expect({ code, out }).toEqual({ code: 0, out: `${ANSWER}\n` });
      expect(err).toMatch(/^POMS4_BATCH_ID=17@farm$/m);
      expect(err).toContain(`<--comment=${TAG}>\n<--parsable>\n<job.sh>\n`);
    },
  );

  it.each([
    [['--comment=mine', 'job.sh'], `${TAG}; mine`],
    [['--comm', "my 'own'", '-n', '2', 'job.sh'], `${TAG}; my 'own'`],
    [['job.sh', '--comment=of the script'], TAG],
  ])('the comment of the user in %j follows the tag', (args, comment) => {
    expect(run(args).err).toContain(`<--comment=${comment}>\n`);
  });

  it('comment and export are found in the script, also where it comes on standard input', () => {
    const script =
      '#!/bin/sh\n#SBATCH --comment="in the script"\n#SBATCH --export=NONE\ntrue\n#SBATCH --comment=late\n';
    writeFileSync(join(folder, 'directives.sh'), script);
    for (const given of [run(['directives.sh']), run([], { input: script })]) {
      expect(given.err).toContain(`<--comment=${TAG}; in the script>\n`);
      expect(given.err).toMatch(/<--get-user-env>\n/);
      expect(given.err).toMatch(/<--export=[^>]*POMS4_SUBMISSION_ID[^>]*>/);
    }
    expect(run([], { input: script }).err).toContain('true\n#SBATCH --comment=late\n');
  });

  it('a refusal keeps its exit code, and no id is told', () => {
    const { code, err } = run(['job.sh'], { ANSWER: 'sbatch: error: Invalid account', CODE: '1' });
    expect(code).toBe(1);
    expect(err).not.toContain('POMS4_BATCH_ID');
  });

  it('without a submission the command is as ever', () => {
    const { err } = run(['job.sh'], { POMS4_SUBMISSION_ID: '' });
    expect(err).toBe('<job.sh>\n');
  });

  it('where there is no other sbatch, that is said', () => {
    const { code, err } = run(['job.sh'], { PATH: `${SHIM}:/usr/bin:/bin` });
    expect({ code, err }).toEqual({
      code: 127,
      err: 'sbatch: there is no other sbatch on the PATH than that of POMS.\n',
    });
  });

  it('poms-submit makes an array of it, and removes job logs of long ago', () => {
    const logs = join(folder, 'home', 'poms-logs');
    const old = new Date(Date.now() - 91 * 86_400_000);
    for (const [name, time] of [
      ['3', old],
      ['5', new Date()],
    ] as const) {
      mkdirSync(join(logs, name), { recursive: true });
      writeFileSync(join(logs, name, '1_0.out'), 'x');
      utimesSync(join(logs, name), time, time);
    }
    const given = run(
      ['-N', '3', '--time-limit', '61', '--name', 'a name', '--', 'echo', "it's", '$HOME'],
      { POMS_BATCH_KIND: 'slurm' },
      join(JOB, 'poms-submit'),
    );
    expect(given).toMatchObject({ code: 0, out: 'Submitted batch job 17\n' });
    for (const word of ['--array=0-2', '--job-name=a name', '--time=2', `--output=${logs}/7/%A_%a.out`]) {
      expect(given.err).toContain(`<${word}>\n`);
    }
    expect(given.err).toContain(" 'echo' 'it'\\''s' '$HOME'\n");
    expect(readdirSync(logs).sort()).toEqual(['5', '7']);
    expect(existsSync(join(logs, '5', '1_0.out'))).toBe(true);
  });
});
