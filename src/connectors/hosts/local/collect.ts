/** Collects what a script on this machine prints, from the file it appends to. */
import { execFile } from 'node:child_process';
import { open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isMissing, readBytes } from '../../text-files.ts';
import {
  addToLog,
  COLLECT_LIMIT,
  type Collected,
  loadCollected,
  readOn,
  saveCollected,
} from '../launch-log.ts';

const CHUNK = 1 << 20;

/**
 * Moves at most 8 MiB of new output into the log and returns it, redacted. `ended`: nothing more will be printed, so
 * that also an unfinished last line is moved.
 */
export async function collectOutput(folder: string, limitBytes: number, ended: boolean): Promise<string> {
  const path = join(folder, 'output');
  const size = await sizeOf(path);
  let state = loadCollected(folder);
  if (size === null || (size === state.consumed && !(ended && state.redactor.pending))) return '';
  state = readOn(state, size);
  let text = '';
  const output = await open(path, 'r');
  try {
    const until = Math.min(size, state.consumed + COLLECT_LIMIT);
    do {
      const bytes = await readBytes(output, state.consumed, Math.min(CHUNK, until - state.consumed));
      const final = ended && state.consumed + bytes.length === size;
      const added = await addToLog(folder, state, bytes, final, limitBytes);
      state = added.state;
      text += added.text;
      if (bytes.length === 0) break;
    } while (state.consumed < until);
    await saveCollected(folder, state);
  } finally {
    await output.close();
  }
  if (state.consumed - state.freed > limitBytes) await giveBack(folder, path, state);
  return Buffer.from(text, 'latin1').toString('utf8');
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
    await saveCollected(folder, { ...state, freed: state.consumed });
  } catch {
    if ((await stat(path)).size !== state.consumed) return;
    await truncate(path, 0);
    await saveCollected(folder, { ...state, consumed: 0, freed: 0 });
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
