/** Jobs on a real Slurm: what becomes of them, and what is told of it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Account } from '../../support/poms.ts';
import { folderOf, launchAccount } from '../support/accounts.ts';
import { connect, follow, launch, slurmBin, until } from './support.ts';

let account: Account;
let folder: string;
beforeAll(async () => {
  account = await launchAccount();
  folder = folderOf(account);
});

const run = promisify(execFile);
const slurm = (program: string, ...words: string[]) => run(join(slurmBin(), program), words);
const submit = async (words: string, shell?: string) => {
  const launched = await launch(account, folder, `sbatch ${words}`, shell === undefined ? {} : { shell });
  expect(launched.err + launched.out, launched.err).toContain('Submitted batch job');
  return launched;
};

describe.concurrent('a job on Slurm', { timeout: 120_000 }, () => {
  it('that ends well is told from its submission to its end, once', async () => {
    const farm = connect();
    const events = follow(farm);
    await events.look();
    const { cluster, submissionId } = await submit(`--wrap 'echo done; sleep 1'`);
    const end = await events.until(cluster, 'completed');
    expect(end).toMatchObject({ submissionId, batchId: cluster, attempt: 1, exitCode: 0 });
    expect(end.host).toBeTruthy();
    expect(end.wallSeconds).toBeGreaterThanOrEqual(1);
    expect([...new Set(events.states(cluster))]).toEqual(['idle', 'running', 'completed']);
    const before = events.of(cluster).length;
    await events.look();
    expect(events.of(cluster).length).toBe(before);
    expect(await farm.find(submissionId)).toEqual([cluster]);
    expect(await farm.log(cluster, 'stdout', 0, 100)).toEqual({ text: 'done\n', offset: 0, size: 5 });
    expect((await farm.log(cluster, 'events', 0, 10_000)).text).toContain('JobState=COMPLETED');
  });

  it('is told with the same keys by a POMS that has just started', async () => {
    const { cluster } = await submit(`--array=0-2 --wrap 'exit $SLURM_ARRAY_TASK_ID'`);
    const job = cluster.replace('@', '.2@');
    const first = follow(connect());
    await first.until(job, 'failed');
    const second = follow(connect());
    await second.until(job, 'failed');
    const keys = (one: typeof first): string[] => one.of(job).map(({ key }) => key);
    expect(keys(first)).toEqual(expect.arrayContaining(keys(second)));
    expect(second.of(job).at(-1)).toMatchObject({ exitCode: 2 });
  });

  it('that fails has its exit code, and one that a signal ended the signal', async () => {
    const events = follow(connect());
    const [failed, killed] = await Promise.all([submit(`--wrap 'exit 137'`), submit(`--wrap 'kill -9 $$'`)]);
    expect(await events.until(failed.cluster, 'failed')).toMatchObject({ exitCode: 137 });
    const end = await events.until(killed.cluster, 'failed');
    expect(end.signal).toBe('KILL');
    expect(end.exitCode).toBeUndefined();
  });

  it('is held, released, held again and removed, and each is told with its reason', async () => {
    const farm = connect();
    const events = follow(farm);
    const { cluster, submissionId } = await submit(`--begin=now+1hour --wrap true`);
    await events.until(cluster, 'idle');
    expect(await farm.why?.(cluster)).toMatch(/^It waits: it may not begin before/);
    for (const round of [1, 2]) {
      expect(await farm.act({ submissionId }, 'hold', 'wrong input')).toEqual([
        { batchId: cluster, outcome: 'accepted' },
      ]);
      expect(await events.until(cluster, 'held')).toMatchObject({
        reason: expect.stringContaining('held by'),
      });
      expect(await farm.why?.(cluster)).toMatch(/^It is held by/);
      expect((await farm.act({ submissionId }, 'hold', ''))[0]).toMatchObject({ outcome: 'not-applicable' });
      await sleep(1100 * round);
      expect((await farm.act({ batchIds: [cluster] }, 'release', ''))[0]?.outcome).toBe('accepted');
      if (round === 1)
        await slurm('scontrol', 'update', `jobid=${cluster.split('@')[0]}`, 'starttime=now+1hour');
      await events.until(cluster, 'idle');
    }
    await farm.act({ submissionId }, 'remove', 'no longer needed');
    expect(await events.until(cluster, 'removed')).toMatchObject({
      reason: expect.stringMatching(/^cancelled/),
    });
    expect((await farm.act({ submissionId }, 'remove', ''))[0]).toMatchObject({ outcome: 'not-applicable' });
  });

  it('that runs is not held, and its log can be read while it runs', async () => {
    const farm = connect();
    const events = follow(farm);
    const { cluster, submissionId } = await submit(`--wrap 'echo begun; sleep 60'`);
    await events.until(cluster, 'running');
    await until('it has printed', async () => (await farm.log(cluster, 'stdout', 0, 100)).text === 'begun\n');
    expect(await farm.act({ submissionId }, 'hold', '')).toEqual([
      { batchId: cluster, outcome: 'not-applicable', detail: expect.stringContaining('is running') },
    ]);
    expect(await farm.why?.(cluster)).toBeNull();
    await farm.act({ submissionId }, 'remove', '');
    expect(await events.until(cluster, 'removed')).toMatchObject({ reason: 'cancelled by root' });
  });

  it('that Slurm queues again runs as its second attempt', async () => {
    const events = follow(connect());
    const { cluster } = await submit(`--requeue --wrap 'sleep 3'`);
    await events.until(cluster, 'running');
    const id = cluster.split('@')[0] ?? '';
    await slurm('scontrol', 'requeue', id);
    expect(await events.until(cluster, 'idle')).toMatchObject({ attempt: 2 });
    // Slurm lets a job that was queued again wait for two minutes.
    const start = (): Promise<boolean> =>
      slurm('scontrol', 'update', `jobid=${id}`, 'starttime=now').then(
        () => true,
        () => false,
      );
    await until('it may start', start);
    expect(await events.until(cluster, 'completed', 40)).toMatchObject({ attempt: 2, exitCode: 0 });
  });

  it('that runs longer than its limit has failed for it', async () => {
    const events = follow(connect());
    const { cluster } = await submit(`--time=1 --wrap 'sleep 600'`);
    const end = await events.until(cluster, 'failed', 110);
    expect(end).toMatchObject({ reason: 'ran longer than its time limit' });
  });

  it('of an sbatch that was refused is none', async () => {
    const farm = connect();
    const events = follow(farm);
    const { submissionId, code, err } = await launch(account, folder, 'sbatch --mem=100T --wrap true');
    expect({ code, told: /POMS4_BATCH_ID/.test(err) }).toEqual({ code: 1, told: false });
    await events.look();
    expect(await farm.find(submissionId)).toEqual([]);
    expect(await events.look()).not.toContainEqual(expect.objectContaining({ submissionId }));
  });
});

describe.concurrent('an array of 100 jobs', { timeout: 120_000 }, () => {
  it('is held and released in one piece, and removed in parts', async () => {
    const farm = connect();
    const events = follow(farm);
    const { cluster, submissionId } = await submit(`--hold --array=0-99 --wrap 'sleep 30'`);
    const job = (task: number): string => cluster.replace('@', `.${task}@`);
    await events.until(job(99), 'held');
    expect(Array.from({ length: 100 }, (_, task) => events.of(job(task)).at(-1)?.state)).toEqual(
      Array(100).fill('held'),
    );
    expect(new Set(await farm.find(submissionId)).size).toBe(100);
    const some = await farm.act({ batchIds: [3, 4, 5, 50].map(job) }, 'remove', '');
    expect(some.map(({ outcome }) => outcome)).toEqual(Array(4).fill('accepted'));
    expect(await events.until(job(4), 'removed')).toMatchObject({ reason: 'cancelled before it started' });
    expect(await connect().recall?.([job(50), job(51)])).toEqual(
      new Map([
        [job(50), expect.objectContaining({ state: 'removed' })],
        [job(51), expect.objectContaining({ state: 'held' })],
      ]),
    );
    // Without a word of the tasks: that is how Slurm does it for all jobs of a user.
    await run('setpriv', [
      ...['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups'],
      ...[
        join(slurmBin(), 'scancel'),
        '-u',
        'poms-launch',
        '-n',
        'wrap',
        '-t',
        'PENDING',
        cluster.split('@')[0] ?? '',
      ],
    ]);
    await events.until(job(99), 'removed');
    expect(events.of(cluster)).toEqual([]);
    const last = Array.from({ length: 100 }, (_, task) => events.of(job(task)).at(-1)?.state);
    expect(last).toEqual(Array(100).fill('removed'));
  });

  it('runs to its end', async () => {
    const events = follow(connect());
    const { cluster } = await submit(`--array=0-99 --wrap 'exit $((SLURM_ARRAY_TASK_ID % 2))'`);
    for (const task of [99, 0, 1])
      await events.until(cluster.replace('@', `.${task}@`), task % 2 ? 'failed' : 'completed', 60);
    const ended = (): number =>
      Array.from(
        { length: 100 },
        (_, task) => events.of(cluster.replace('@', `.${task}@`)).at(-1)?.state,
      ).filter((state) => state === 'completed' || state === 'failed').length;
    await until('all have ended', async () => (await events.look()) && ended() === 100, 60);
  });
});

describe('jobs that Slurm has forgotten', () => {
  it('are nothing to it, and those that only the accounting knows are what they were', async () => {
    const farm = connect();
    const gone = ['99999999@farm', 'nonsense', '7@elsewhere'];
    expect(await farm.recall?.(gone)).toEqual(new Map(gone.map((id) => [id, null])));
    expect((await farm.act({ batchIds: gone }, 'remove', '')).map(({ outcome }) => outcome)).toEqual(
      Array(3).fill('unknown-job'),
    );
    await expect(farm.log('99999999@farm', 'stdout', 0, 10)).rejects.toThrow('no log of job 99999999');
  });
});
