/** Launch scripts that go wrong, against a real server: each ends as what it is, with what to do. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofExperiment } from '../../src/cli/client.ts';
import { NO_JOBS } from '../../src/domain/job-state.ts';
import { logPage } from '../../src/services/common.ts';
import { type SubmissionView, submissionView } from '../../src/services/submissions/schema.ts';
import { campaignText } from '../support/campaign-text.ts';
import { type OneServer, PATIENCE, startOneServer } from '../support/one-server.ts';

/** Seconds that a launch script may take here: enough for 100 MB of output on a busy machine. */
const LAUNCH_TIMEOUT = 45;

let poms: OneServer;
beforeAll(async () => {
  poms = await startOneServer({ POMS_LAUNCH_TIMEOUT: String(LAUNCH_TIMEOUT) });
}, 240_000);
afterAll(() => poms?.stop(), 60_000);

describe('a launch script that', () => {
  type Look = () => Promise<SubmissionView>;

  /** Launches a script; how its submission can be looked at. */
  async function begin(name: string, launchScript: string): Promise<Look> {
    await poms.apply(campaignText(name, { launchScript, stages: [{ name: 'only' }] }));
    let submissionId = 0;
    const made = await poms.grown(async () => {
      submissionId = (await poms.launch(name)).launch.submissionId ?? 0;
    });
    expect(made).toMatchObject({ launch: 1, submission: 1 });
    return () => poms.client.get(ofExperiment('demo', 'submissions', submissionId), submissionView);
  }

  /** Waits until POMS knows what became of the script. */
  async function end(look: Look): Promise<SubmissionView> {
    await expect.poll(async () => (await look()).launch.state, PATIENCE).toMatch(/^(done|failed)$/);
    return look();
  }

  // Runs while the others do: it takes its time.
  let endless: Look;
  const pidsOf = () => readFileSync(join(poms.folder, 'pids'), 'utf8').trim().split('\n').map(Number);
  beforeAll(async () => {
    const pids = join(poms.folder, 'pids');
    endless = await begin('endless', `echo $$ >> ${pids}; sleep 3600 & echo $! >> ${pids}; wait`);
  }, 60_000);

  it.each<[string, string, string, object]>([
    [
      'does not exist',
      'missing',
      '/nonexistent/launch.sh',
      { outcome: 'launch-script-not-found', exitCode: 127 },
    ],
    ['is no program', 'no-program', '/etc/passwd', { outcome: 'launch-script-not-found', exitCode: 126 }],
    ['fails', 'fails', 'echo before the end; exit 3', { outcome: 'launch-script-failed', exitCode: 3 }],
    ['submits nothing', 'nothing', 'echo all is well', { outcome: 'launch-no-job', exitCode: 0 }],
  ])(
    '%s ends as LaunchFailed, with what to do',
    async (_, name, script, outcome) => {
      expect(await end(await begin(name, script))).toMatchObject({
        status: 'LaunchFailed',
        launch: { state: 'failed', ...outcome, advice: expect.stringMatching(/\w{3}/) },
        next: null,
        batchIds: [],
        jobs: NO_JOBS,
      });
    },
    90_000,
  );

  it('prints 100 MB and then submits is a good launch with a log of bounded size', async () => {
    const script = "yes 'a line of no interest' | head -c 100000000; poms-submit -- /bin/true; echo the end";
    const look = await begin('flood', script);
    const submission = await end(look);
    expect(submission.launch).toMatchObject({ state: 'done', exitCode: 0, outcome: null });
    expect(submission.batchIds).toHaveLength(1);
    const path = `${ofExperiment('demo', 'submissions', submission.submissionId)}/launch-log?limit=65536`;
    const log = await poms.client.get(`${path}&offset=-65536`, logPage);
    expect(log.size).toBeLessThan(10_000_000);
    expect(log.text).toMatch(/POMS4_BATCH_ID=\d+@local\nthe end\n$/);
    const [kilobytes] = execFileSync(
      'du',
      ['-sk', join(poms.folder, 'launches', String(submission.launchId))],
      {
        encoding: 'utf8',
      },
    ).split('\t');
    expect(Number(kilobytes)).toBeLessThan(20_000);
    await expect.poll(async () => (await look()).status, PATIENCE).toBe('Located');
  }, 180_000);

  it('never ends is stopped, with all that it started', async () => {
    expect(await end(endless)).toMatchObject({
      status: 'LaunchFailed',
      launch: { state: 'failed', outcome: 'launch-timed-out' },
      jobs: NO_JOBS,
    });
    expect(pidsOf()).toHaveLength(2);
    await expect.poll(() => pidsOf().filter(isAlive), PATIENCE).toEqual([]);
  }, 120_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
