/** One attempt of a job, as its runner and the pool know it from the files in the attempt's folder. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endSession, isAlive, membersOf, type ProcessIdentity, parseIdentity } from '../../processes.ts';
import { errorCode, readIfThere, replaceFile } from '../../text-files.ts';
import { parseLine } from './spool.ts';

/** For a runner to write who it is, after it made the folder. */
const CLAIM_MS = 5_000;

/** `none`: nobody began this attempt. `gone`: its runner does not live any more, whatever it left. */
export type RunnerState = 'none' | 'alive' | 'gone';

export function runnerState(folder: string): RunnerState {
  const runner = readIfThere(join(folder, 'runner'));
  const identity = runner === null ? null : parseIdentity(runner);
  if (identity) return isAlive(identity) ? 'alive' : 'gone';
  const age = ageOf(folder);
  if (age === null) return 'none';
  if (age < CLAIM_MS) return 'alive';
  return runner !== null || claimInstead(folder) ? 'gone' : 'alive';
}

/** Takes the place of a runner that died before it said who it is, so that a very slow one finds it taken. */
function claimInstead(folder: string): boolean {
  try {
    writeFileSync(join(folder, 'runner'), '0 nobody\n', { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function ageOf(folder: string): number | null {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats ? Date.now() - stats.mtimeMs : null;
}

/** The leader of the job's own session, once it has begun. */
export function sessionOf(folder: string): ProcessIdentity | null {
  return parseIdentity(readIfThere(join(folder, 'session')) ?? '');
}

/** What the runner found, if it came so far: a whole line for the event log. */
export function resultOf(folder: string): string | null {
  const text = readIfThere(join(folder, 'result'));
  return text?.endsWith('\n') && parseLine(text) ? text.trim() : null;
}

/** Leaves to the runner how to report the job when it ends now. */
export async function markStopped(folder: string, event: 'held' | 'removed', reason: string): Promise<void> {
  await replaceFile(join(folder, 'stop'), `${JSON.stringify({ event, reason }).slice(1, -1)}\n`);
}

/** How the attempt was to be stopped, as the beginning of a line; null when nobody asked for it. */
export function stopMark(folder: string): string | null {
  return readIfThere(join(folder, 'stop'))?.trim() ?? null;
}

/** Ends what a dead runner left: the job's session, and helpers in its own. */
export async function endLeftovers(folder: string): Promise<void> {
  const runner = parseIdentity(readIfThere(join(folder, 'runner')) ?? '');
  for (const leader of [sessionOf(folder), runner]) {
    if (leader && leader.pid > 1 && membersOf(leader).length > 0) await endSession(leader, 0);
  }
}
