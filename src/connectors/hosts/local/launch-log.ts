/**
 * The launch log: what a script printed, redacted, of limited size.
 *
 * The script appends to `output`. Collecting moves from there: the first part into `log`, the last 64 kB into
 * `collected.json` with everything else that must be known to go on. That file is replaced last and at once, and
 * `log` is written at the place it names, so that a crash in between repeats a step and doubles nothing.
 */
import { execFile } from 'node:child_process';
import { open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { isMissing, pageOf, pageStart, readBytes, readIfThere, replaceFile } from '../../text-files.ts';
import { NOTHING_PENDING, redactPiece } from '../redact.ts';

/** Kept of the end of an output that is too long. */
const TAIL = 64 * 1024;
const CHUNK = 1 << 20;
/** Read by one call. */
const PER_CALL = 8 * CHUNK;
/** A script that prints faster than anybody reads: beyond this the middle is left out unread. */
const BACKLOG = 256 * CHUNK;

const collected = z.object({
  /** Bytes of `output` that were dealt with. */
  consumed: z.number(),
  /** Bytes of `output` whose space was given back. */
  freed: z.number(),
  head: z.number(),
  /** Bytes left out between head and tail. */
  omitted: z.number(),
  tail: z.string(),
  redactor: z.object({ pending: z.string(), keyLeft: z.number(), dropLine: z.boolean() }),
});
type Collected = z.infer<typeof collected>;

const EMPTY: Collected = {
  consumed: 0,
  freed: 0,
  head: 0,
  omitted: 0,
  tail: '',
  redactor: { ...NOTHING_PENDING },
};

function load(folder: string): Collected {
  const text = readIfThere(join(folder, 'collected.json'));
  return text === null ? EMPTY : collected.parse(JSON.parse(text));
}

const save = (folder: string, state: Collected): Promise<void> =>
  replaceFile(join(folder, 'collected.json'), JSON.stringify(state));

/**
 * Moves at most 8 MiB of new output into the log and returns it, redacted. `ended`: nothing more will be printed, so
 * that also an unfinished last line is moved.
 */
export async function collectOutput(folder: string, limitBytes: number, ended: boolean): Promise<string> {
  const path = join(folder, 'output');
  const size = await sizeOf(path);
  let state = load(folder);
  if (size === null || (size === state.consumed && !(ended && state.redactor.pending))) return '';
  // Its space was given back by cutting it to nothing.
  if (size < state.consumed) state = { ...state, consumed: 0, freed: 0 };
  if (size - state.consumed > BACKLOG) state = skipTo(state, size - TAIL);

  let text = '';
  const output = await open(path, 'r');
  const log = await open(join(folder, 'log'), 'a').then(async (made) => {
    await made.close();
    return open(join(folder, 'log'), 'r+');
  });
  try {
    const until = Math.min(size, state.consumed + PER_CALL);
    do {
      const bytes = await readBytes(output, state.consumed, Math.min(CHUNK, until - state.consumed));
      const consumed = state.consumed + bytes.length;
      const piece = redactPiece(state.redactor, bytes.toString('latin1'), ended && consumed === size);
      state = await keep({ ...state, consumed, redactor: piece.state }, piece.text, log, limitBytes);
      text += piece.text;
      if (bytes.length === 0) break;
    } while (state.consumed < until);
    await save(folder, state);
  } finally {
    await Promise.all([output.close(), log.close()]);
  }
  if (state.consumed - state.freed > limitBytes) await giveBack(folder, path, state);
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** Adds a text to head and tail. */
async function keep(
  state: Collected,
  text: string,
  log: Awaited<ReturnType<typeof open>>,
  limitBytes: number,
): Promise<Collected> {
  const room = state.omitted > 0 || state.tail ? 0 : Math.max(0, limitBytes - TAIL - state.head);
  const first = text.slice(0, room);
  if (first) await log.write(Buffer.from(first, 'latin1'), 0, first.length, state.head);
  const tail = state.tail + text.slice(room);
  const over = Math.max(0, tail.length - TAIL);
  return { ...state, head: state.head + first.length, omitted: state.omitted + over, tail: tail.slice(over) };
}

/** Leaves out what lies before `offset`, from the next line on. */
function skipTo(state: Collected, offset: number): Collected {
  const omitted = state.omitted + state.tail.length + (offset - state.consumed);
  return {
    ...state,
    consumed: offset,
    omitted,
    tail: '',
    redactor: { pending: '', keyLeft: 0, dropLine: true },
  };
}

/**
 * Gives the space of consumed output back while the script goes on writing. A hole in the file loses nothing; where
 * there is no tool for it the file is cut to nothing, which the script survives, for it appends, but what it wrote
 * in the microseconds since the last look is lost. Hence only after every `limitBytes`.
 */
async function giveBack(folder: string, path: string, state: Collected): Promise<void> {
  try {
    const hole = ['--punch-hole', '--offset', '0', '--length', String(state.consumed), path];
    await promisify(execFile)('fallocate', hole);
    await save(folder, { ...state, freed: state.consumed });
  } catch {
    if ((await stat(path)).size !== state.consumed) return;
    await truncate(path, 0);
    await save(folder, { ...state, consumed: 0, freed: 0 });
  }
}

/** Lets the next run's output follow in the same log. Called when there is no run. */
export async function beginAgain(folder: string): Promise<void> {
  const state = load(folder);
  await save(folder, { ...state, consumed: 0, freed: 0, redactor: { ...NOTHING_PENDING } });
}

/** A page of the log, which reads as one text: the first part, a line about what was left out, the last part. */
export async function readLaunchLog(folder: string, offset: number, limit: number) {
  const { head, omitted, tail } = load(folder);
  const gap = omitted > 0 ? `\n[... ${omitted} bytes of output were left out here ...]\n` : '';
  const rest = Buffer.from(gap + tail, 'latin1');
  const size = head + rest.length;
  const from = pageStart(offset, size);
  const until = Math.min(size, from + limit);
  const parts: Buffer[] = [];
  if (from < Math.min(head, until)) {
    const log = await open(join(folder, 'log'), 'r');
    try {
      parts.push(await readBytes(log, from, Math.min(head, until) - from));
    } finally {
      await log.close();
    }
  }
  parts.push(rest.subarray(Math.max(0, from - head), Math.max(0, until - head)));
  return pageOf(Buffer.concat(parts), from, size);
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
