/** The commands that launches find before HTCondor's own, with stand-ins for those; real ones in test/systems. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';

const SHIMS = join(packageRoot, 'bin/shims');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'poms shims-'));
  mkdirSync(join(folder, 'bin'));
  command(
    'condor_submit',
    'for word; do echo "<$word>"; done >&2; cat >&2; printf "%s\\n" "$ANSWER"; exit $CODE',
  );
  command('condor_submit_dag', 'printf "%s\\n" "$ANSWER"');
  command('condor_q', '[ -z "$GONE" ] && echo "pool@localhost#17.0#1795506523 $*" | sed "s/ .*//"; exit 0');
  command('condor_history', 'echo "late@localhost#17.0#1795506523"');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function command(name: string, text: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

describe.each(['/bin/dash', '/bin/bash'])('under %s', (shell) => {
  function run(
    name: string,
    args: string[],
    env: Record<string, string> = {},
    path = `${join(folder, 'bin')}:`,
  ) {
    const own = join(SHIMS, 'htcondor');
    const result = spawnSync(shell, [join(own, name), ...args], {
      encoding: 'utf8',
      input: 'queue 2\n',
      env: {
        PATH: `${own}:${path}/usr/bin:/bin`,
        POMS4_SUBMISSION_ID: '7',
        POMS_BATCH_SYSTEM: 'pool',
        ...env,
      },
    });
    return { code: result.status, out: result.stdout, err: result.stderr };
  }

  it.each(['Submitting job(s)..\n2 job(s) submitted to cluster 17.', '17.0 - 17.1'])(
    'the batch id is found in %j, and the output stays what it was',
    (ANSWER) => {
      const { code, out, err } = run('condor_submit', ['-terse', "a 'b' $c.sub"], { ANSWER });
      expect({ code, out }).toEqual({ code: 0, out: `${ANSWER}\n` });
      expect(err).toContain("<-terse>\n<a 'b' $c.sub>\nqueue 2\n");
      expect(err).toMatch(/^POMS4_BATCH_ID=17@pool@localhost$/m);
    },
  );

  it('of a job that has left the queue already, the history tells the schedd', () => {
    const { err } = run('condor_submit', ['x'], { ANSWER: '17.0 - 17.0', GONE: '1' });
    expect(err).toMatch(/^POMS4_BATCH_ID=17@late@localhost$/m);
  });

  it('a refusal keeps its exit code, and no id is told', () => {
    const { code, err } = run('condor_submit', ['x'], { ANSWER: 'ERROR: on Line 2', CODE: '3' });
    expect(code).toBe(3);
    expect(err).not.toContain('POMS4_BATCH_ID');
  });

  it('DAGs are told as well', () => {
    const { out, err } = run('condor_submit_dag', ['t.dag'], { ANSWER: '1 job(s) submitted to cluster 17.' });
    expect(out).toBe('1 job(s) submitted to cluster 17.\n');
    expect(err).toBe('POMS4_BATCH_ID=17@pool@localhost\n');
  });

  it('without a submission the command is as ever', () => {
    const { code, err } = run('condor_submit', ['x'], {
      ANSWER: '17.0 - 17.0',
      POMS4_SUBMISSION_ID: '',
      CODE: '4',
    });
    expect(code).toBe(4);
    expect(err).not.toContain('POMS4_BATCH_ID');
  });

  it('where there is no other command, that is said', () => {
    const { code, err } = run('condor_submit', ['x'], {}, '');
    expect(code).toBe(127);
    expect(err).toBe('condor_submit: there is no other condor_submit on the PATH than that of POMS.\n');
  });

  it.each([
    ['17.0@jobsub01.fnal.gov', 'POMS4_BATCH_ID=17@jobsub01.fnal.gov\n', 0],
    ['17@jobsub01.fnal.gov', 'POMS4_BATCH_ID=17@jobsub01.fnal.gov\n', 0],
    ['nothing of use', '', 2],
  ])('poms_job_info given %s says %j', (id, out, code) => {
    const words = [join(SHIMS, 'jobsub/poms_job_info'), id, "['jobsub_submit', '-G', 'dune']"];
    const result = spawnSync(shell, words, { encoding: 'utf8', env: {} });
    expect({ out: result.stdout, code: result.status }).toEqual({ out, code });
  });
});
