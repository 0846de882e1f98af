/** Servers that die, runners that die, several servers over one spool: no job is lost, none runs twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isAlive, membersOf, type ProcessIdentity, parseIdentity } from '../../processes.ts';
import { follow, submit, submitShell, type TestFolder, testFolder, until } from './fixture.ts';
import { createLocalBatch, type LocalBatch } from './local-batch.ts';
import { spoolAt } from './spool.ts';

// Conditions are waited for, so this only ends what hangs; the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let test: TestFolder;
let batch: LocalBatch;
let jobs: ReturnType<typeof follow>;
const servers: ChildProcess[] = [];

beforeEach(() => {
  test = testFolder();
  batch = createLocalBatch({ folder: test.folder, maxRunning: 4, graceMs: 300 });
  jobs = follow(batch);
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
  await batch.stop();
  test.remove();
});

/** A server in a process of its own; resolves when its pool has begun. */
async function startServer(): Promise<ChildProcess> {
  const program = `
    import { createLocalBatch } from ${JSON.stringify(new URL('./local-batch.ts', import.meta.url).href)};
    const batch = createLocalBatch({ folder: ${JSON.stringify(test.folder)}, maxRunning: 4 });
    await batch.start();
    console.log('started');
    setInterval(() => {}, 1000);`;
  const flags = ['--import', 'tsx', '--input-type=module', '-e', program];
  const server = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(server);
  await new Promise((resolve) => server.stdout?.once('data', resolve));
  return server;
}

async function kill(server: ChildProcess): Promise<void> {
  server.kill('SIGKILL');
  await until('server dead', () => server.signalCode);
}

const file = (job: string, name: string): string => join(spoolAt(test.folder).attempt(job, 1), name);

async function identity(job: string, name: 'runner' | 'session'): Promise<ProcessIdentity> {
  const found = await until(name, () => {
    try {
      return parseIdentity(readFileSync(file(job, name), 'utf8'));
    } catch {
      return null;
    }
  });
  if (!found) throw new Error(`no ${name}`);
  return found;
}

const gate = (): string => join(test.folder, 'gate');
const waitAtGate = (): string => `while [ ! -e '${gate()}' ]; do sleep 0.05; done; exit 3`;

it('loses no outcome when the server is killed, and goes on with what was queued', async () => {
  const server = await startServer();
  const cluster = submit(test.folder, ['-N', '6', '--', '/bin/sh', '-c', waitAtGate()]);
  await until(
    'four running',
    async () => (await jobs.read()).filter(({ state }) => state === 'running').length === 4,
  );
  await identity(`${cluster}.3`, 'session');
  await kill(server);
  writeFileSync(gate(), '');
  // The runners report to the log with no server there.
  expect(await jobs.reach(`${cluster}.0@local`, 'failed')).toMatchObject({ exitCode: 3 });
  expect((await batch.health()).detail).toBe('No server runs its pool, so its jobs wait.');
  await batch.start();
  for (let job = 0; job < 6; job += 1) {
    expect(await jobs.reach(`${cluster}.${job}@local`, 'failed')).toMatchObject({ exitCode: 3, attempt: 1 });
    expect(await jobs.states(`${cluster}.${job}@local`)).toEqual(['idle', 'running', 'failed']);
  }
});

it('finishes a removal that a killed server had begun', async () => {
  const server = await startServer();
  const id = `${submitShell(test.folder, 'trap "" TERM; while :; do sleep 1; done')}.0`;
  const session = await identity(id, 'session');
  await jobs.reach(`${id}@local`, 'running');
  await batch.act({ submissionId: 7 }, 'remove', 'begun elsewhere');
  await until('stop mark', () => {
    try {
      return readFileSync(file(id, 'stop'), 'utf8');
    } catch {
      return null;
    }
  });
  await kill(server);
  expect(isAlive(session)).toBe(true);
  await batch.start();
  expect(await jobs.reach(`${id}@local`, 'removed')).toMatchObject({ reason: 'begun elsewhere' });
  await until('job gone', () => membersOf(session).length === 0);
});

it('reports a job whose runner was killed, and ends what the runner left', async () => {
  await batch.start();
  const id = `${submitShell(test.folder, 'sleep 60 & sleep 61', ['--time-limit', '90'])}.0`;
  const session = await identity(id, 'session');
  const runner = await identity(id, 'runner');
  await until('job tree', () => membersOf(session).length >= 2);
  await jobs.reach(`${id}@local`, 'running');
  process.kill(runner.pid, 'SIGKILL');
  const reason = "the job's runner disappeared";
  expect(await jobs.reach(`${id}@local`, 'failed')).toMatchObject({ signal: 'KILL', reason });
  expect(membersOf(session)).toEqual([]);
  expect(membersOf(runner)).toEqual([]);
});

it('takes the outcome from the runner that wrote it down but died before it stood in the log', async () => {
  await batch.start();
  const id = `${submitShell(test.folder, 'sleep 60')}.0`;
  const session = await identity(id, 'session');
  const runner = await identity(id, 'runner');
  await jobs.reach(`${id}@local`, 'running');
  const about = {
    event: 'end',
    job: id,
    submission: 7,
    attempt: 1,
    at: Date.now(),
    host: 'x',
    code: 0,
    wall: 42,
  };
  await batch.stop();
  process.kill(runner.pid, 'SIGKILL');
  await until('runner dead', () => !isAlive(runner));
  writeFileSync(file(id, 'result'), `${JSON.stringify(about)}\n`);
  await batch.start();
  expect(await jobs.reach(`${id}@local`, 'completed')).toMatchObject({ exitCode: 0, wallSeconds: 0.42 });
  expect(membersOf(session)).toEqual([]);
});

it('starts no job twice when several servers share the spool, and the next leads when the first dies', async () => {
  const first = await startServer();
  const second = await startServer();
  await batch.start();
  const cluster = submit(test.folder, [
    '-N',
    '30',
    '--',
    '/bin/sh',
    '-c',
    `echo x >> '${gate()}'; sleep 0.05`,
  ]);
  await until(
    'some ended',
    async () => (await jobs.read()).filter(({ state }) => state === 'completed').length >= 5,
  );
  await kill(first);
  const killedAt = Date.now();
  const before = (await jobs.read()).filter(({ state }) => state === 'running').length;
  await until('others go on', async () => {
    return (await jobs.read()).filter(({ state }) => state === 'running').length > before;
  });
  // Two seconds are promised; one more for a busy machine.
  expect(Date.now() - killedAt).toBeLessThan(3_000);
  await kill(second);
  await until(
    'all ended',
    async () => (await jobs.read()).filter(({ state }) => state === 'completed').length === 30,
  );
  expect(readFileSync(gate(), 'utf8')).toBe('x\n'.repeat(30));
  expect(new Set((await jobs.read()).map(({ batchId }) => batchId)).size).toBe(30);
  expect(cluster).toBe(1);
});

it('runs an attempt once, whoever else starts its runner', async () => {
  await batch.start();
  const id = `${submitShell(test.folder, waitAtGate())}.0`;
  await jobs.reach(`${id}@local`, 'running');
  const again = spawn('/bin/sh', [
    new URL('./job-runner.sh', import.meta.url).pathname,
    ...[test.folder, '1', '0', '1', '7', 'null', 'other', String(Date.now())],
  ]);
  await until('second runner left', () => again.exitCode !== null);
  writeFileSync(gate(), '');
  await jobs.reach(`${id}@local`, 'failed');
  expect(await jobs.states(`${id}@local`)).toEqual(['idle', 'running', 'failed']);
});
