/** For tests of faults: commands that answer what a test wants instead of HTCondor's. Real ones: test/systems/htcondor. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PomsError } from '../../../errors.ts';
import type { CommandResult, Commands } from '../../commands/types.ts';
import { type Ad, parseAds } from './ads.ts';

const RECORDED = join(import.meta.dirname, 'recorded');

/** What HTCondor 23.9.6 printed: `history.json`, `queue.json`, `better-analyze.txt`. */
export function recorded(file: string): string {
  return readFileSync(join(RECORDED, file), 'utf8');
}

export function recordedAds(file: string): Ad[] {
  return parseAds(recorded(file), file);
}

export const says = (stdout: string, exitCode = 0, stderr = ''): CommandResult => ({
  exitCode,
  stdout,
  stderr,
});

/** As ads of condor_q: nothing at all where there are none. */
export const ads = (...all: readonly Ad[]): CommandResult =>
  says(all.length === 0 ? '' : JSON.stringify(all));

/** A command that is not there, or hangs. */
export function broken(problem: string): never {
  throw new PomsError('outside-system', { system: 'condor_q on this machine', problem });
}

/** Answers by the command's words; all that was asked is kept. */
export function fakeCommands(
  answer: (words: readonly string[]) => CommandResult,
): Commands & { asked: string[][] } {
  const asked: string[][] = [];
  return {
    where: 'this machine',
    asked,
    run: async (words) => {
      asked.push([...words]);
      return answer(words);
    },
  };
}
