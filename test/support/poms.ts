/** The service as its users have it: the built program, as processes of their own, in a data folder of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';

export interface Account {
  uid: number;
  gid: number;
}

export interface Setting {
  folder: string;
  env?: Record<string, string>;
  /** As whom; absent: as the tests. */
  account?: Account | null;
  /** A command with arguments that becomes the program; absent: the program itself. */
  through?: readonly string[];
}

export interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  printed(): { out: string; err: string };
  hasEnded(): boolean;
  /** At once, as when the machine takes it away. */
  kill(): Promise<void>;
  /** In order. */
  stop(): Promise<Ended>;
}

/** Builds the program where it is not current. Every suite that starts it calls this first. */
export async function buildProgram(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(packageRoot, 'bin', 'poms.mjs'), 'settings', '--json']);
}

/** A new data folder. Short, for a socket's path is limited; others may pass, for PostgreSQL never runs as root. */
export function makeDataFolder(account: Account | null = null): string {
  const folder = mkdtempSync(join(tmpdir(), 'poms-run-'));
  chmodSync(folder, 0o755);
  if (account !== null) chownSync(folder, account.uid, account.gid);
  return folder;
}

/** Removes it, with the PostgreSQL that a killed server has left in it. */
export async function removeDataFolder(folder: string): Promise<void> {
  const pid = postgresPid(folder);
  if (pid !== null) process.kill(pid, 'SIGQUIT');
  for (let waited = 0; postgresPid(folder) !== null && waited < 100; waited++) await sleep(50);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** The embedded PostgreSQL that runs in a data folder, or null. */
export function postgresPid(folder: string): number | null {
  try {
    const pid = Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

/** URL of the embedded database of a data folder, as long as it runs. */
export function databaseUrl(folder: string): string {
  return `postgres://poms@/postgres?host=${encodeURIComponent(join(folder, 'postgres-run'))}`;
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Starts the `poms` command. */
export function startPoms(
  args: readonly string[],
  { folder, env = {}, account = null, through = [] }: Setting,
): Running {
  const [program = '', ...words] = [...through, process.execPath, '--enable-source-maps'];
  const child = spawn(program, [...words, join(packageRoot, 'dist', 'poms.mjs'), ...args], {
    cwd: folder,
    env: {
      ...inherited(),
      HOME: folder,
      POMS_DATA_DIR: folder,
      POMS_LOG_LEVEL: 'warn',
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(account ?? {}),
  });
  return follow(child);
}

/** Runs the `poms` command to its end. */
export function runPoms(args: readonly string[], setting: Setting): Promise<Ended> {
  return startPoms(args, setting).ended;
}

/** Waits until a server answers or an engine runs. Throws with what it printed when it ends instead. */
export async function untilUp(running: Running): Promise<string> {
  for (;;) {
    const url = /POMS is at (\S+)|The engine runs/.exec(running.printed().err);
    if (url !== null) return url[1] ?? '';
    if (running.hasEnded()) throw new Error(`The server has ended:\n${running.printed().err}`);
    await sleep(20);
  }
}

function follow(child: ChildProcess): Running {
  const printed = { out: '', err: '' };
  child.stdout?.on('data', (text) => (printed.out += text));
  child.stderr?.on('data', (text) => (printed.err += text));
  let over = false;
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (exitCode, signal) => {
      over = true;
      resolve({ exitCode, signal, ...printed });
    });
  });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    ended,
    printed: () => printed,
    hasEnded: () => over,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

/** The settings of whoever runs the tests are not for the server under test. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(POMS|NODE_|VITEST|npm_)/.test(name)),
  );
}
