/**
 * The launch log: what a script printed, redacted, of limited size.
 *
 * The script appends to `output`, on the launch host. Collecting moves from there: the first part into `log`, the
 * last 64 kB into `collected.json` with everything else that must be known to go on. That file is replaced last and
 * at once, and `log` is written at the place it names, so that a crash in between repeats a step and doubles nothing.
 */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { pageOf, pageStart, readBytes, readIfThere, replaceFile } from '../text-files.ts';
import { NOTHING_PENDING, redactPiece } from './redact.ts';

/** Of one launch log, in bytes. */
export const LOG_LIMIT = 8 * 1024 * 1024;
/** Of an output, read by one call of `collect`. */
export const COLLECT_LIMIT = 8 * 1024 * 1024;
/** Kept of the end of an output that is too long. */
const TAIL = 64 * 1024;
/** A script that prints faster than anybody reads: beyond this the middle is left out unread. */
const BACKLOG = 256 * 1024 * 1024;

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
export type Collected = z.infer<typeof collected>;

const EMPTY: Collected = {
  consumed: 0,
  freed: 0,
  head: 0,
  omitted: 0,
  tail: '',
  redactor: { ...NOTHING_PENDING },
};

export function loadCollected(folder: string): Collected {
  const text = readIfThere(join(folder, 'collected.json'));
  return text === null ? EMPTY : collected.parse(JSON.parse(text));
}

export const saveCollected = (folder: string, state: Collected): Promise<void> =>
  replaceFile(join(folder, 'collected.json'), JSON.stringify(state));

/**
 * Where to read on in an output of `size` bytes. One that was cut to nothing, as its space was given back, begins
 * anew; of one that has run away the middle is left out, from the next line on.
 */
export function readOn(state: Collected, size: number): Collected {
  if (size < state.consumed) return { ...state, consumed: 0, freed: 0 };
  if (size - state.consumed <= BACKLOG) return state;
  const offset = size - TAIL;
  const omitted = state.omitted + state.tail.length + (offset - state.consumed);
  const redactor = { pending: '', keyLeft: 0, dropLine: true };
  return { ...state, consumed: offset, omitted, tail: '', redactor };
}

/**
 * Adds the bytes that follow at `state.consumed` to the log. `final`: nothing comes after them, so that also an
 * unfinished last line is added. Returns what was added, as text in which each character is a byte, and the state,
 * which the caller saves.
 */
export async function addToLog(
  folder: string,
  state: Collected,
  bytes: Buffer,
  final: boolean,
  limitBytes: number,
): Promise<{ state: Collected; text: string }> {
  const { text, state: redactor } = redactPiece(state.redactor, bytes.toString('latin1'), final);
  const room = state.omitted > 0 || state.tail ? 0 : Math.max(0, limitBytes - TAIL - state.head);
  const first = text.slice(0, room);
  if (first) await writeAt(join(folder, 'log'), Buffer.from(first, 'latin1'), state.head);
  const tail = state.tail + text.slice(room);
  const over = Math.max(0, tail.length - TAIL);
  const next: Collected = {
    ...state,
    consumed: state.consumed + bytes.length,
    head: state.head + first.length,
    omitted: state.omitted + over,
    tail: tail.slice(over),
    redactor,
  };
  return { state: next, text };
}

async function writeAt(path: string, bytes: Buffer, offset: number): Promise<void> {
  // To append would write at the end, wherever it is told to; so it is made first.
  await (await open(path, 'a', 0o600)).close();
  const log = await open(path, 'r+');
  try {
    await log.write(bytes, 0, bytes.length, offset);
  } finally {
    await log.close();
  }
}

/** Makes the folder of a launch on this side. */
export async function makeRunFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** Lets the next run's output follow in the same log. Called when there is no run. */
export async function beginAgain(folder: string): Promise<void> {
  const state = loadCollected(folder);
  await saveCollected(folder, { ...state, consumed: 0, freed: 0, redactor: { ...NOTHING_PENDING } });
}

/** A page of the log, which reads as one text: the first part, a line about what was left out, the last part. */
export async function readLaunchLog(folder: string, offset: number, limit: number) {
  const { head, omitted, tail } = loadCollected(folder);
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
