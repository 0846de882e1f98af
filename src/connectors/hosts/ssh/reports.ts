/** What remote.sh answers about runs: for each a line, and the bytes that it announces. */
import type { RunState } from '../types.ts';
import type { Question } from './questions.ts';

export interface RunReport {
  run: RunState;
  /** Of its output, in bytes. */
  size: number;
  /** Where `bytes` begin. */
  offset: number;
  bytes: Buffer;
}

/** Number, state, exit code, the clock there, begin, end (seconds since 1970), size of the output, bytes that follow. */
const LINE = /(\d+) (never-started|running|ended|vanished) (\d+|-) (\d+) (\d+) (\d+) (\d+) (\d+)\n/y;

/**
 * Reads the answer to the questions, in their order; each character of the text is a byte. Times are told by the clock
 * of this machine (`now`), for the one there may be wrong. Throws a RangeError for what is no such answer.
 */
export function parseReports(text: string, questions: readonly Question[], now: Date): RunReport[] {
  let place = 0;
  return questions.map(({ launchId, offset }) => {
    LINE.lastIndex = place;
    const [line = '', id, state, code, clock, began, ended, size, length] = LINE.exec(text) ?? [];
    const begin = place + line.length;
    place = begin + Number(length ?? 0);
    if (Number(id) !== launchId || place > text.length)
      throw new RangeError('it gave no answer about its runs');
    const here = (there: string | undefined) =>
      new Date(now.getTime() + (Number(there) - Number(clock)) * 1000);
    return {
      run: runState(state, Number(code), here(began), here(ended)),
      size: Number(size),
      offset,
      bytes: Buffer.from(text.slice(begin, place), 'latin1'),
    };
  });
}

function runState(state: string | undefined, exitCode: number, startedAt: Date, endedAt: Date): RunState {
  switch (state) {
    case 'running':
    case 'vanished':
      return { state, startedAt };
    case 'ended':
      return { state, exitCode, startedAt, endedAt };
    default:
      return { state: 'never-started' };
  }
}
