/** Jobs on a real HTCondor: what happens to them is what POMS says. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { follow, until } from '../../../src/connectors/batch/local/fixture.ts';
import { createLocalCommands } from '../../../src/connectors/commands/local-commands.ts';
import type { Account } from '../../support/poms.ts';
import { folderOf, launchAccount } from '../support/accounts.ts';
import { administer, connect, type Launch, launch, sweep } from './support.ts';

vi.setConfig({ testTimeout: 120_000 });

const batch = connect();
const seen = follow(batch);
const launches: Launch[] = [];
let account: Account;
let folder: string;

beforeAll(async () => {
  account = await launchAccount();
  folder = folderOf(account);
}, 60_000);
afterAll(async () => {
  await sweep(...launches.map(({ submissionId }) => submissionId));
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function submit(script: string, options: { shell?: string } = {}): Promise<Launch> {
  const made = await launch(account, folder, script, options);
  expect(made).toMatchObject({ code: 0 });
  launches.push(made);
  return made;
}

const outcomes = async (made: Launch, action: 'hold' | 'release' | 'remove') =>
  (await batch.act({ submissionId: made.submissionId }, action, 'as the test wants')).map(
    ({ outcome }) => outcome,
  );

it.each(['/bin/dash', '/bin/bash'])(
  'a job submitted under %s runs to its end, and is found by its submission',
  async (shell) => {
    const made = await submit(
      'poms-submit -N 2 -- sh -c \'echo "$POMS_JOB_ID $POMS_JOB_INDEX $POMS_JOB_ATTEMPT"; echo no >&2\'',
      {
        shell,
      },
    );
    expect(made.cluster).toMatch(/^\d+@pool@localhost$/);
    const end = await seen.reach(made.job(1), 'completed');
    expect(end).toMatchObject({
      submissionId: made.submissionId,
      attempt: 1,
      exitCode: 0,
      host: 'localhost',
    });
    expect(await seen.states(made.job(1))).toEqual(['idle', 'running', 'completed']);
    await seen.reach(made.job(0), 'completed');
    expect((await batch.find(made.submissionId)).sort()).toEqual([made.job(0), made.job(1)]);
    expect((await batch.log(made.job(1), 'stdout', 0, 1000)).text).toBe(`${made.job(1)} 1 1\n`);
    expect((await batch.log(made.job(1), 'stderr', -2, 1000)).text).toBe('o\n');
    expect((await batch.log(made.job(1), 'events', 0, 1000)).text).toContain('Job submitted from host');
  },
);

it('jobs carry the numbers of their launch, and none of its names', async () => {
  const made = await submit('poms-submit sleep 600');
  const ad = JSON.parse(
    await administer('condor_q', '-allusers', '-json', `${made.cluster.split('@')[0]}`),
  ) as Record<string, unknown>[];
  expect(ad[0]).toMatchObject({
    POMS4_SUBMISSION_ID: made.submissionId,
    POMS4_CAMPAIGN_ID: 7,
    POMS4_CAMPAIGN_STAGE_ID: 8,
    POMS_TASK_ID: made.submissionId,
    POMS4_TEST_LAUNCH: false,
  });
});

it('a job that ends badly has failed, with its exit code or signal', async () => {
  const made = await submit('poms-submit -N 2 -- sh -c \'[ "$POMS_JOB_INDEX" = 0 ] && exit 3; kill -9 $$\'');
  expect(await seen.reach(made.job(0), 'failed')).toMatchObject({ exitCode: 3 });
  expect(await seen.reach(made.job(1), 'failed')).toMatchObject({ signal: 'KILL' });
});

it('output can be read while the job runs', async () => {
  const made = await submit("poms-submit -- sh -c 'echo begun; sleep 600'");
  await seen.reach(made.job(0), 'running');
  await until(
    'its first line',
    async () => (await batch.log(made.job(0), 'stdout', 0, 100)).text === 'begun\n',
  );
});

it('a job that cannot start is held, and says why', async () => {
  writeFileSync(join(folder, 'no.sub'), 'executable = /nonexistent\ntransfer_executable = false\nqueue\n');
  const made = await submit('condor_submit no.sub');
  const held = await seen.reach(made.job(0), 'held');
  expect(held.reason).toMatch(/Failed to execute '\/nonexistent'.*\(code 6, subcode 2\)$/);
  expect(await batch.why?.(made.job(0))).toMatch(/^Held: .*No such file or directory/);
  expect(await outcomes(made, 'remove')).toEqual(['accepted']);
  const end = await seen.reach(made.job(0), 'removed');
  expect(end.reason).toContain('as the test wants');
  expect(await outcomes(made, 'remove')).toEqual([]);
});

it('a job is held while it runs and released, and runs again as attempt 2', async () => {
  const made = await submit("poms-submit -- sh -c 'echo attempt $POMS_JOB_ATTEMPT; sleep 600'");
  await seen.reach(made.job(0), 'running');
  expect(await outcomes(made, 'hold')).toEqual(['accepted']);
  expect(await outcomes(made, 'hold')).toEqual(['not-applicable']);
  expect((await seen.reach(made.job(0), 'held')).reason).toContain('as the test wants');
  expect(await outcomes(made, 'release')).toEqual(['accepted']);
  expect(await outcomes(made, 'release')).toEqual(['not-applicable']);
  await until('attempt 2', async () => (await seen.reach(made.job(0), 'running')).attempt === 2);
  await until('its line', async () =>
    (await batch.log(made.job(0), 'stdout', 0, 100)).text.includes('attempt 2'),
  );
  expect(await outcomes(made, 'remove')).toEqual(['accepted']);
  await seen.reach(made.job(0), 'removed');
});

it('actions on single jobs tell what became of each', async () => {
  const made = await submit('poms-submit -N 2 sleep 600');
  const ended = await submit('poms-submit true');
  await seen.reach(ended.job(0), 'completed');
  const ids = [made.job(1), ended.job(0), '999999999.0@pool@localhost', 'nonsense'];
  expect(await batch.act({ batchIds: ids }, 'remove', 'x')).toEqual([
    { batchId: made.job(1), outcome: 'accepted' },
    { batchId: ended.job(0), outcome: 'not-applicable', detail: 'The job is completed.' },
    { batchId: '999999999.0@pool@localhost', outcome: 'unknown-job' },
    { batchId: 'nonsense', outcome: 'unknown-job' },
  ]);
  await seen.reach(made.job(1), 'removed');
  expect((await seen.states(made.job(0))).at(-1)).not.toBe('removed');
});

it('an account that may not act on the jobs is told so', async () => {
  const made = await submit('poms-submit sleep 600');
  const plain = createLocalCommands();
  const asNobody = {
    where: 'nobody',
    run: (words: readonly string[]) => plain.run(['runuser', '-u', 'nobody', '--', ...words]),
  };
  const [outcome] = await connect({ commands: asNobody }).act(
    { submissionId: made.submissionId },
    'remove',
    'x',
  );
  expect(outcome).toMatchObject({ batchId: made.job(0), outcome: 'failed' });
  expect(outcome?.detail).toMatch(/permission denied/i);
});

it('a job over its time limit has failed, for that reason', async () => {
  const made = await submit('poms-submit --time-limit 1 sleep 600');
  const end = await seen.reach(made.job(0), 'failed');
  expect(end).toMatchObject({ exitCode: 124, reason: 'It ran longer than its limit of 1 s.' });
});

it('a job that a rule of its own removes has failed, not been removed by somebody', async () => {
  writeFileSync(
    join(folder, 'rule.sub'),
    'executable = /bin/sleep\narguments = 600\nperiodic_remove = JobStatus == 2\nqueue\n',
  );
  const made = await submit('condor_submit rule.sub');
  expect((await seen.reach(made.job(0), 'failed')).reason).toContain('PeriodicRemove');
});

it('a job that is taken off its machine runs again as attempt 2', async () => {
  const made = await submit("poms-submit -- sh -c 'sleep 600'");
  await seen.reach(made.job(0), 'running');
  await administer('condor_vacate_job', '-fast', made.job(0).split('@')[0] ?? '');
  await until('attempt 2', async () => (await seen.reach(made.job(0), 'running')).attempt === 2);
  await outcomes(made, 'remove');
});

it('an array of 100 is known job by job, and a repeated look brings nothing twice', async () => {
  const made = await submit("poms-submit -N 100 -- sh -c 'exit $((POMS_JOB_INDEX % 10 == 0))'");
  const ends = (state: string) => async (): Promise<boolean> => {
    const events = await seen.read();
    const own = events.filter((event) => event.submissionId === made.submissionId && event.state === state);
    return own.length === (state === 'failed' ? 10 : 90);
  };
  await until('90 that completed', ends('completed'));
  await until('10 that failed', ends('failed'));
  const again = connect();
  const first = await again.changes(null);
  const own = first.events.filter(({ submissionId }) => submissionId === made.submissionId);
  expect(new Set(own.map(({ key }) => key)).size).toBe(own.length);
  const known = new Set((await seen.read()).map(({ key }) => key));
  expect(own.filter(({ key }) => !known.has(key))).toEqual([]);
  const second = await again.changes(first.cursor);
  expect(second.events.filter(({ submissionId }) => submissionId === made.submissionId)).toEqual([]);
});

it('jobs that are put into the queue piece by piece are known from the first', async () => {
  writeFileSync(
    join(folder, 'pieces.sub'),
    'executable = /bin/sleep\narguments = 600\nrequirements = false\nmax_idle = 2\nqueue 20\n',
  );
  const made = await submit('condor_submit pieces.sub');
  await seen.reach(made.job(19), 'idle');
  await outcomes(made, 'remove');
});

it('says why a job waits', async () => {
  writeFileSync(join(folder, 'big.sub'), 'executable = /bin/true\nrequest_memory = 900000\nqueue\n');
  const made = await submit('condor_submit big.sub');
  await seen.reach(made.job(0), 'idle');
  expect(await batch.why?.(made.job(0))).toMatch(
    /^Idle: none of \d+ machines can take it: no slot meets .*Memory/,
  );
});
