/**
 * The embedded PostgreSQL: started in a folder, found again when a server before this one was killed (PostgreSQL
 * outlives it), owned by one server at a time.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { PomsError } from '../../errors.ts';
import { type Account, databaseAccount, reachableByOthers, rootStateFolder } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';

export interface EmbeddedPostgres {
  /** URL of a database of this server. */
  url(database: string): string;
  /** Stops PostgreSQL and gives the folder up. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  folder: string;
  /** `durable` for real work; `fast` loses data when the machine dies: tests only. */
  mode: 'durable' | 'fast';
}

const COMMON = ['listen_addresses=', 'max_connections=200', 'log_min_messages=warning', 'jit=off'];
const FAST = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'autovacuum=off',
  'wal_level=minimal',
  'max_wal_senders=0',
];
const START_TIMEOUT_MS = 30_000;
/** Held by the server that owns the folder, for as long as its connection lives. */
const OWNER_LOCK = 7_276_701;

/** Throws `database-in-use`, `disk-full` or `database-unavailable`. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const account = databaseAccount();
  const place = makePlace(options.folder, account);
  const binaries = findBinaries(account);
  if (!existsSync(join(place.data, 'PG_VERSION'))) await initialise(binaries, place, account);
  const owner = await startOrJoin(binaries, place, account, options);
  await claim(owner, options.folder);
  return {
    url: (database) => connectionUrl(place, database),
    stop: async () => {
      const pid = postmasterPid(place);
      await owner.end();
      if (pid !== null) await stopPostmaster(pid, place);
    },
  };
}

interface Place {
  data: string;
  sockets: string;
  log: string;
}

function makePlace(folder: string, account: Account | null): Place {
  mkdirSync(folder, { recursive: true });
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const base = account !== null && !reachableByOthers(folder) ? join(rootStateFolder(), hash) : folder;
  // A socket's path may have 107 characters at most.
  const sockets = base.length < 70 ? join(base, 'postgres-run') : join(tmpdir(), `poms-${hash}`);
  const place = { data: join(base, 'postgres'), sockets, log: join(base, 'postgres-run', 'postgres.log') };
  mkdirSync(base, { recursive: true, mode: 0o755 });
  for (const own of new Set([sockets, dirname(place.log)])) {
    mkdirSync(own, { recursive: true, mode: 0o700 });
    if (account !== null) chownSync(own, account.uid, account.gid);
  }
  return place;
}

async function initialise(binaries: Binaries, place: Place, account: Account | null): Promise<void> {
  const staging = `${place.data}.new`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { mode: 0o700 });
  if (account !== null) chownSync(staging, account.uid, account.gid);
  const locale =
    binaries.version >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C.UTF-8'];
  const args = [
    '-D',
    staging,
    '-U',
    'poms',
    '-E',
    'UTF8',
    '-A',
    'trust',
    '--no-sync',
    '--no-instructions',
    ...locale,
  ];
  try {
    await promisify(execFile)(join(binaries.bin, 'initdb'), args, {
      ...(account ?? {}),
      cwd: '/',
      timeout: 120_000,
    });
  } catch (cause) {
    rmSync(staging, { recursive: true, force: true });
    throw startProblem(String((cause as { stderr?: string }).stderr ?? cause), place, cause);
  }
  renameSync(staging, place.data);
}

async function startOrJoin(
  binaries: Binaries,
  place: Place,
  account: Account | null,
  options: EmbeddedOptions,
): Promise<pg.Client> {
  let started: ChildProcess | null = null;
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = await connect(place);
    if (client !== null) return client;
    if (started === null || started.exitCode !== null) {
      if (started !== null && postmasterPid(place) === null) throw startProblem(readLog(place), place);
      started = spawnPostgres(binaries, place, account, options);
    }
    if (Date.now() > deadline) throw startProblem(readLog(place), place);
    await sleep(20);
  }
}

function spawnPostgres(
  binaries: Binaries,
  place: Place,
  account: Account | null,
  options: EmbeddedOptions,
): ChildProcess {
  // To a file: a full pipe would stop PostgreSQL when this process is busy or gone.
  const log = openSync(place.log, 'w', 0o600);
  const settings = [
    ...COMMON,
    `unix_socket_directories=${place.sockets}`,
    ...(options.mode === 'fast' ? FAST : []),
  ];
  const child = spawn(
    join(binaries.bin, 'postgres'),
    ['-D', place.data, ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...(account ?? {}),
      cwd: '/',
      // Own session: an interrupt typed at the terminal is for this server, which then stops PostgreSQL in order.
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  child.on('error', () => {});
  child.unref();
  return child;
}

async function connect(place: Place): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: connectionUrl(place, 'postgres'),
    application_name: `poms ${process.pid}`,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch {
    await client.end().catch(() => {});
    return null;
  }
}

async function claim(client: pg.Client, folder: string): Promise<void> {
  const deadline = Date.now() + 2000;
  for (;;) {
    const mine = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
      OWNER_LOCK,
    ]);
    if (mine.rows[0]?.mine === true) return;
    // The connection of a server that was just killed takes a moment to go.
    if (Date.now() > deadline) break;
    await sleep(100);
  }
  const holder = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.objid = $1 and l.granted`,
    [OWNER_LOCK],
  );
  await client.end();
  throw new PomsError('database-in-use', { folder, pid: holder.rows[0]?.name.split(' ')[1] ?? null });
}

function connectionUrl(place: Place, database: string): string {
  return `postgres://poms@/${database}?host=${encodeURIComponent(place.sockets)}`;
}

function postmasterPid(place: Place): number | null {
  try {
    const pid = Number(readFileSync(join(place.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

async function stopPostmaster(pid: number, place: Place): Promise<void> {
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < 10_000 && existsSync(join(place.data, 'postmaster.pid')); waited += 10)
    await sleep(10);
}

function readLog(place: Place): string {
  try {
    return readFileSync(place.log, 'utf8').slice(-2000);
  } catch {
    return '';
  }
}

function startProblem(output: string, place: Place, cause?: unknown): PomsError {
  const more = cause === undefined ? {} : { cause };
  if (/No space left on device/i.test(output))
    return new PomsError('disk-full', { folder: dirname(place.data) }, more);
  const line =
    output.split('\n').find((text) => /FATAL|PANIC|error/i.test(text)) ?? output.split('\n')[0] ?? '';
  return new PomsError(
    'database-unavailable',
    { problem: `the embedded PostgreSQL did not start: ${line.trim()}` },
    more,
  );
}
