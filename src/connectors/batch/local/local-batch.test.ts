import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isAlive, membersOf } from '../../processes.ts';
import { sessionOf } from './attempt.ts';
import { follow, submit, submitShell, type TestFolder, testFolder, until } from './fixture.ts';
import { createLocalBatch, type LocalBatch } from './local-batch.ts';
import { spoolAt } from './spool.ts';

// Conditions are waited for, so this only ends what hangs; the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let test: TestFolder;
let batch: LocalBatch;
let jobs: ReturnType<typeof follow>;

beforeEach(async () => {
  test = testFolder();
  batch = createLocalBatch({ folder: test.folder, maxRunning: 4, host: 'laptop', graceMs: 300 });
  await batch.start();
  jobs = follow(batch);
});
afterEach(async () => {
  await batch.stop();
  test.remove();
});

const read = async (id: string, stream: 'stdout' | 'stderr' = 'stdout') =>
  (await batch.log(id, stream, 0, 1e6)).text;

describe('running', () => {
  it('tells a job from queued to completed, with what it used', async () => {
    const cluster = submitShell(
      test.folder,
      'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; sleep 0.7; echo done',
    );
    const id = `${cluster}.0@local`;
    const end = await jobs.reach(id, 'completed');
    expect(await jobs.states(id)).toEqual(['idle', 'running', 'completed']);
    expect(end).toMatchObject({ submissionId: 7, attempt: 1, exitCode: 0, host: 'laptop' });
    expect(end.wallSeconds).toBeGreaterThanOrEqual(0.69);
    expect(end.cpuSeconds).toBeGreaterThan(0.02);
    expect(end.cpuSeconds).toBeLessThan(end.wallSeconds ?? 0);
    expect(end.memoryKb).toBeGreaterThan(300);
    expect(await read(id)).toBe('done\n');
  });

  it('tells a failed job by its exit code, a killed one by its signal, and a missing command as shells do', async () => {
    const failed = submitShell(test.folder, 'echo no >&2; exit 255');
    const killed = submitShell(test.folder, 'kill -SEGV $$');
    await batch.stop();
    const command = join(test.folder, 'gone.sh');
    writeFileSync(command, '#!/bin/sh\n', { mode: 0o755 });
    const missing = submit(test.folder, [command]);
    rmSync(command);
    await batch.start();

    expect(await jobs.reach(`${failed}.0@local`, 'failed')).toMatchObject({ exitCode: 255 });
    expect(await read(`${failed}.0@local`, 'stderr')).toBe('no\n');
    const signalled = await jobs.reach(`${killed}.0@local`, 'failed');
    expect(signalled).toMatchObject({ signal: 'SEGV' });
    expect(signalled.exitCode).toBeUndefined();
    expect(await jobs.reach(`${missing}.0@local`, 'failed')).toMatchObject({ exitCode: 127 });
  });

  it('gives each job the environment and arguments as they were, its number, and a folder of its own', async () => {
    const odd = `it's "odd" $HOME $(id) \`id\` \\ ünïcødé 漢\nsecond line\t*`;
    const text =
      'printf "%s|%s|%s|%s|" "$ODD" "$1" "$POMS_JOB_INDEX" "$POMS_JOB_ID$POMS_JOB_ATTEMPT"; [ "$PWD" = "$TMPDIR" ]';
    for (const shell of ['dash', 'bash']) {
      const cluster = submit(test.folder, ['-N', '2', '--', '/bin/sh', '-c', text, 'sh', `${odd}\n`], {
        env: { ODD: odd },
        shell,
      });
      await jobs.reach(`${cluster}.1@local`, 'completed');
      expect(await read(`${cluster}.1@local`)).toBe(`${odd}|${odd}\n|1|${cluster}.1@local1|`);
    }
  });

  it('finds a command by the folder it was submitted from, and says that folder to the job', async () => {
    writeFileSync(join(test.folder, 'run me'), '#!/bin/sh\necho "$POMS_SUBMIT_DIR"\n', { mode: 0o755 });
    const cluster = submit(test.folder, ['./run me'], { cwd: test.folder });
    await jobs.reach(`${cluster}.0@local`, 'completed');
    expect(await read(`${cluster}.0@local`)).toBe(`${test.folder}\n`);
  });

  it('ends a job at its time limit, also one that ignores TERM', async () => {
    const polite = submitShell(test.folder, 'sleep 60', ['--time-limit', '1']);
    const stubborn = submitShell(test.folder, 'trap "" TERM; while :; do sleep 1; done', ['--time-limit=1']);
    const event = await jobs.reach(`${polite}.0@local`, 'failed');
    expect(event).toMatchObject({ signal: 'TERM', reason: 'ran longer than its limit of 1 s' });
    expect(event.wallSeconds).toBeLessThan(3);
    const last = await jobs.reach(`${stubborn}.0@local`, 'failed');
    expect(last).toMatchObject({ signal: 'KILL', reason: 'ran longer than its limit of 1 s' });
    expect(last.wallSeconds).toBeLessThan(9);
  });

  it('runs no more jobs at a time than allowed, in the order of submission, and loses none of 100', async () => {
    const text = 'ls "$SEEN" | wc -l; : > "$SEEN/$POMS_JOB_INDEX"; sleep 0.02; rm "$SEEN/$POMS_JOB_INDEX"';
    const seen = join(test.folder, 'seen');
    mkdirSync(seen);
    const cluster = submit(test.folder, ['-N', '100', '--', '/bin/sh', '-c', text], { env: { SEEN: seen } });
    await until(
      'all ended',
      async () => (await jobs.read()).filter(({ state }) => state === 'completed').length === 100,
    );
    const others = await Promise.all(
      Array.from({ length: 100 }, (_, job) => read(`${cluster}.${job}@local`)),
    );
    expect(Math.max(...others.map(Number))).toBeLessThan(4);
    const started = (await jobs.read())
      .filter(({ state }) => state === 'running')
      .map(({ batchId }) => batchId);
    expect(new Set(started).size).toBe(100);
    expect(started).toHaveLength(100);
    expect(await batch.health()).toEqual({ reachable: true, jobs: { idle: 0, running: 0, held: 0 } });
  });

  it('pages through the log of a job that runs, between characters', async () => {
    const cluster = submitShell(test.folder, 'echo äöü; sleep 30');
    const id = `${cluster}.0@local`;
    await until('output', async () => (await read(id)) !== '');
    expect(await batch.log(id, 'stdout', 0, 3)).toEqual({ text: 'ä', offset: 0, size: 7 });
    expect(await batch.log(id, 'stdout', -4, 100)).toEqual({ text: 'ü\n', offset: 4, size: 7 });
    await expect(batch.log('99.0@local', 'stdout', 0, 1)).rejects.toThrow('There is no job 99.0@local here.');
    await batch.act({ submissionId: 7 }, 'remove', 'end of test');
    await jobs.reach(id, 'removed');
  });
});

describe('actions', () => {
  const attempt = (id: string, number: number) =>
    spoolAt(test.folder).attempt(id.replace('@local', ''), number);

  it('holds a running job by ending it, and runs it again as the next attempt when released', async () => {
    const cluster = submitShell(test.folder, '[ "$POMS_JOB_ATTEMPT" = 2 ] || sleep 60');
    const id = `${cluster}.0@local`;
    await jobs.reach(id, 'running');
    const session = await until('session', () => sessionOf(attempt(id, 1)));
    expect(await batch.act({ batchIds: [id] }, 'hold', 'a "look" at\nit')).toEqual([
      { batchId: id, outcome: 'accepted' },
    ]);
    expect(await jobs.reach(id, 'held')).toMatchObject({
      attempt: 1,
      reason: 'a "look" at\nit',
      signal: 'TERM',
    });
    expect(session && isAlive(session)).toBe(false);
    expect(await batch.act({ batchIds: [id] }, 'hold', 'again')).toMatchObject([
      { outcome: 'not-applicable' },
    ]);
    await batch.act({ batchIds: [id] }, 'release', 'go on');
    expect(await jobs.reach(id, 'completed')).toMatchObject({ attempt: 2 });
    expect(await jobs.states(id)).toEqual(['idle', 'running', 'held', 'idle', 'running', 'completed']);
  });

  it('really ends a stubborn tree of processes that is removed', async () => {
    const text =
      'trap "" TERM; (trap "" TERM; sleep 61) & perl -e "setpgrp; \\$SIG{TERM}=q(IGNORE); sleep 62" & wait';
    const cluster = submitShell(test.folder, text);
    const id = `${cluster}.0@local`;
    await jobs.reach(id, 'running');
    const session = await until('session', () => sessionOf(attempt(id, 1)));
    if (!session) throw new Error('no session');
    await until('the whole tree', () => membersOf(session).length >= 3);
    await batch.act({ batchIds: [id] }, 'remove', 'not needed');
    expect(await jobs.reach(id, 'removed')).toMatchObject({ reason: 'not needed', signal: 'KILL' });
    await until('nothing of it', () => membersOf(session).length === 0);
  });

  it('acts on idle jobs, tells the outcome of each, and is safe to repeat', async () => {
    await batch.stop();
    const cluster = submitShell(test.folder, 'true', ['-N', '3']);
    const ids = [0, 1, 2].map((job) => `${cluster}.${job}@local`);
    await batch.act({ batchIds: [ids[0] ?? ''] }, 'hold', 'one');
    await batch.act({ submissionId: 7 }, 'hold', 'all');
    await batch.act({ batchIds: [ids[0] ?? ''] }, 'release', 'first again');
    await batch.act({ batchIds: [ids[1] ?? ''] }, 'remove', 'second not');
    const outcomes = await batch.act({ batchIds: [...ids, '9.9@local'] }, 'hold', 'x');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'not-applicable',
      'not-applicable',
      'unknown-job',
    ]);
    await batch.start();
    expect(await jobs.reach(ids[1] ?? '', 'removed')).toMatchObject({ reason: 'second not', attempt: 1 });
    expect(await jobs.states(ids[0] ?? '')).toEqual(['idle', 'held', 'idle', 'held']);
    expect(await batch.health()).toMatchObject({ jobs: { idle: 0, running: 0, held: 2 } });
    await batch.act({ submissionId: 7 }, 'release', 'go');
    expect(await jobs.reach(ids[2] ?? '', 'completed')).toMatchObject({ attempt: 1 });
    expect(await batch.act({ submissionId: 7 }, 'remove', 'late')).toHaveLength(3);
  });

  it('does what a server without the lead asks for', async () => {
    const other = createLocalBatch({ folder: test.folder });
    const id = `${submitShell(test.folder, 'sleep 60')}.0@local`;
    await jobs.reach(id, 'running');
    await other.act({ submissionId: 7 }, 'remove', 'from elsewhere');
    expect(await jobs.reach(id, 'removed')).toMatchObject({ reason: 'from elsewhere' });
  });
});

describe('the event log', () => {
  it('hands a submit of many jobs over in parts, and each job once', async () => {
    await batch.stop();
    submitShell(test.folder, 'true', ['-N', '12000']);
    submitShell(test.folder, 'true', [], 8);
    const first = await batch.changes(null);
    expect(first).toMatchObject({ more: true, cursor: { job: 5000 } });
    const events = await jobs.read();
    expect(new Set(events.map(({ key }) => key)).size).toBe(12_001);
    expect(events.at(-1)).toMatchObject({ submissionId: 8, state: 'idle', attempt: 1 });
    expect(await batch.find(8)).toEqual(['2.0@local']);
  });

  it('waits for the end of a half-written line, and passes over one that a full disk cut short', async () => {
    await batch.stop();
    const { log } = spoolAt(test.folder);
    const line = JSON.stringify({ event: 'submit', cluster: 5, submission: 3, count: 1, limit: null, at: 1 });
    writeFileSync(log, `${line.slice(0, 30)}${line}\n${line.slice(0, 20)}`);
    expect((await jobs.read()).map(({ batchId }) => batchId)).toEqual(['5.0@local']);
    writeFileSync(log, line.replace('"cluster":5', '"cluster":6').slice(20), { flag: 'a' });
    expect(await jobs.read()).toHaveLength(1);
    writeFileSync(log, '\n', { flag: 'a' });
    expect((await jobs.read()).map(({ batchId }) => batchId)).toEqual(['5.0@local', '6.0@local']);
  });

  it('finds the jobs of a submission among 10,000 clusters within a millisecond of processor time', async () => {
    await batch.stop();
    const line = (cluster: number) => ({
      event: 'submit',
      cluster,
      submission: cluster,
      count: 2,
      limit: null,
      at: 1,
    });
    const lines = Array.from({ length: 10_000 }, (_, number) => JSON.stringify(line(number + 1)));
    writeFileSync(spoolAt(test.folder).log, `${lines.join('\n')}\n`);
    await batch.find(1);
    const begun = process.cpuUsage();
    for (let submission = 1; submission <= 100; submission += 1) {
      expect(await batch.find(submission * 100)).toHaveLength(2);
    }
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1000 / 100).toBeLessThan(1);
  });
});
