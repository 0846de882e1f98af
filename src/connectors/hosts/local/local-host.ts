/**
 * This machine as a launch host. A run is a folder below `launches/`:
 *
 *     script      what is run
 *     environment its own environment
 *     runner      the claim: who runs it (launch-runner.sh), since when
 *     session     the script's own session
 *     output      what it prints
 *     exit        its exit code, when it has ended
 *     log, collected.json    the launch log (../launch-log.ts)
 *
 * The runner and the script live on when the server dies. Whoever starts a launch again meets the claim.
 */
import { statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PomsError } from '../../../errors.ts';
import { endSession, isAlive, membersOf, type ProcessIdentity, parseIdentity } from '../../processes.ts';
import { shellWord } from '../../shell-words.ts';
import { readIfThere, replaceFile, storageError } from '../../text-files.ts';
import { byHandText } from '../by-hand.ts';
import { beginAgain, LOG_LIMIT, makeRunFolder, readLaunchLog } from '../launch-log.ts';
import { environmentText } from '../run-environment.ts';
import type { LaunchHost, LaunchScript, RunState } from '../types.ts';
import { mayBeForgotten } from '../vanished.ts';
import { collectOutput } from './collect.ts';
import { createLaunchStarter } from './launch-starter.ts';

export interface LocalHostOptions {
  /** Where runs are kept. */
  folder: string;
  /** Of one launch log, in bytes. */
  logLimitBytes?: number;
  /** From TERM to KILL when a run is aborted. */
  graceMs?: number;
  /** What scripts see besides their own environment; the server's own settings are left out. */
  env?: NodeJS.ProcessEnv;
}

/** For a runner to write who it is, after it made the file. */
const CLAIM_MS = 5_000;
/** For a runner to write down that the script has ended. */
const RECORD_MS = 10_000;

export function createLocalHost(options: LocalHostOptions): LaunchHost {
  const { logLimitBytes = LOG_LIMIT, graceMs = 5_000 } = options;
  const folder = resolve(options.folder);
  const hostEnv = withoutSettings(options.env ?? process.env);
  const starter = createLaunchStarter(join(folder, 'launches'), hostEnv);
  const collecting = new Map<number, Promise<string>>();

  const runFolder = (launchId: number): string => join(folder, 'launches', String(launchId));

  const pathWord = ({ path, env }: Omit<LaunchScript, 'launchId'>): string =>
    shellWord([...path, env['PATH'] ?? hostEnv['PATH'] ?? '/usr/bin:/bin'].join(delimiter));

  async function start(script: LaunchScript): Promise<void> {
    const run = runFolder(script.launchId);
    if (readIfThere(join(run, 'runner')) !== null) return;
    try {
      const own = environmentText(script.env, pathWord(script));
      await makeRunFolder(run);
      await Promise.all([
        replaceFile(join(run, 'environment'), own),
        replaceFile(join(run, 'script'), script.text),
      ]);
      await starter.start(script.launchId);
    } catch (error) {
      throw startError(error, folder);
    }
    if (readIfThere(join(run, 'runner')) === null) {
      throw new PomsError('outside-system', {
        system: 'This machine',
        problem: 'the launch script was not started',
      });
    }
  }

  async function look(launchId: number): Promise<RunState> {
    const run = runFolder(launchId);
    const startedAt = timeOf(join(run, 'runner'));
    if (!startedAt) return { state: 'never-started' };
    const ended = exitOf(run, startedAt);
    if (ended) return ended;
    if (isRunning(run, startedAt)) return { state: 'running', startedAt };
    // It may have ended since the first look.
    return exitOf(run, startedAt) ?? { state: 'vanished', startedAt };
  }

  /** One at a time for each launch, for it moves what is there. */
  function collect(launchId: number): Promise<string> {
    const before = collecting.get(launchId) ?? Promise.resolve('');
    const now = before
      .catch(() => '')
      .then(async () => {
        const { state } = await look(launchId);
        return collectOutput(runFolder(launchId), logLimitBytes, state === 'ended' || state === 'vanished');
      })
      .catch((error: unknown) => {
        throw storageError(error, folder);
      })
      .finally(() => {
        if (collecting.get(launchId) === now) collecting.delete(launchId);
      });
    collecting.set(launchId, now);
    return now;
  }

  async function abort(launchId: number): Promise<void> {
    const run = runFolder(launchId);
    const patience = Date.now() + graceMs + RECORD_MS;
    while ((await look(launchId)).state === 'running') {
      const late = Date.now() > patience;
      const session = identityIn(join(run, late ? 'runner' : 'session'));
      const gone = !session || (await endSession(session, graceMs));
      if (!gone) {
        const problem = 'a process of the launch script does not end, not even by KILL';
        throw new PomsError('outside-system', { system: 'This machine', problem });
      }
      // Its runner still writes the exit code down, or has not yet begun the script. One that cannot, as the disk
      // is full, is ended in its turn.
      await sleep(10);
    }
  }

  async function reset(launchId: number): Promise<void> {
    if (!mayBeForgotten(launchId, await look(launchId))) return;
    while ((await collect(launchId)) !== '');
    const run = runFolder(launchId);
    for (const name of ['session', 'output', 'exit']) await rm(join(run, name), { force: true });
    await beginAgain(run);
    // The claim goes last: until then the run is a vanished one.
    await rm(join(run, 'runner'), { force: true });
  }

  /** By all that a run writes to, and its folder first, which tells of most that they are not old. */
  async function oldRuns(before: Date): Promise<number[]> {
    const old: number[] = [];
    for (const name of await readdir(join(folder, 'launches')).catch(() => [])) {
      if (!/^\d+$/.test(name)) continue;
      const run = runFolder(Number(name));
      const isOld = (file: string) => (timeOf(join(run, file)) ?? before) <= before;
      if (isOld('') && ['output', 'log', 'exit'].every(isOld)) old.push(Number(name));
    }
    return old;
  }

  return {
    name: 'local',
    byHand: async (script) => byHandText(['/bin/sh'], script, pathWord(script)),
    start,
    look,
    collect,
    abort,
    reset,
    oldRuns,
    remove: (launchId) => rm(runFolder(launchId), { recursive: true, force: true }),
    ended: (launchId) => starter.ended(launchId),
    log: (launchId, offset, limit) => readLaunchLog(runFolder(launchId), offset, limit),
  };
}

/** The server's settings, some of them secret, are not for scripts. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(POMS_|PG|NODE_|npm_)/.test(name)));
}

function startError(error: unknown, folder: string): unknown {
  const known = storageError(error, folder);
  if (known instanceof PomsError || !(error instanceof Error)) return known;
  const problem = `the launch script could not be started: ${error.message}`;
  return new PomsError('outside-system', { system: 'This machine', problem }, { cause: error });
}

function identityIn(path: string): ProcessIdentity | null {
  return parseIdentity(readIfThere(path) ?? '');
}

function isRunning(run: string, startedAt: Date): boolean {
  const runner = identityIn(join(run, 'runner'));
  // A runner that died between making the file and writing into it.
  if (!runner) return Date.now() - startedAt.getTime() < CLAIM_MS;
  if (isAlive(runner)) return true;
  const session = identityIn(join(run, 'session'));
  return session !== null && membersOf(session).length > 0;
}

/** Counts once its line is whole. */
function exitOf(run: string, startedAt: Date): RunState | null {
  const code = readIfThere(join(run, 'exit'));
  if (code?.endsWith('\n') !== true) return null;
  const endedAt = timeOf(join(run, 'exit'));
  return endedAt && { state: 'ended', exitCode: Number(code), startedAt, endedAt };
}

function timeOf(path: string): Date | null {
  return statSync(path, { throwIfNoEntry: false })?.mtime ?? null;
}
