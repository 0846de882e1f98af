/** Small things done to files, so that a reader never meets half a file and a page never half a character. */

import { readFileSync } from 'node:fs';
import { type FileHandle, open, rename, writeFile } from 'node:fs/promises';
import { PomsError } from '../errors.ts';

let written = 0;

/** Replaces a file as a whole: readers see the old content or the new. */
export async function replaceFile(path: string, content: string | Buffer): Promise<void> {
  written += 1;
  const draft = `${path}.${process.pid}-${written}.new`;
  await writeFile(draft, content, { mode: 0o600 });
  await rename(draft, path);
}

/** The content of a file, or null where there is no such file. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

/** The system's code of an error (`ENOSPC`), or null. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Says a full disk in the words of the catalogue; other errors stay what they are. */
export function storageError(error: unknown, folder: string): unknown {
  const full = errorCode(error) === 'ENOSPC' || errorCode(error) === 'EDQUOT';
  return full ? new PomsError('disk-full', { folder }, { cause: error }) : error;
}

/** At most `length` bytes from `offset`; fewer only at the end. */
export async function readBytes(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/**
 * One page of a text file: at most `limit` bytes from `offset`, a negative offset counts from the end. The page
 * begins and ends between characters, so `offset` plus the text's length in bytes is where the next one begins.
 * A file that is not there yet is empty.
 */
export async function readPage(path: string, offset: number, limit: number) {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return { text: '', offset: 0, size: 0 };
    throw error;
  }
  try {
    const { size } = await file.stat();
    const from = pageStart(offset, size);
    return pageOf(await readBytes(file, from, Math.min(limit, size - from)), from, size);
  } finally {
    await file.close();
  }
}

/** Where a page begins in a text of `size` bytes. */
export function pageStart(offset: number, size: number): number {
  return Math.min(size, offset < 0 ? Math.max(0, size + offset) : offset);
}

/** Makes a page of the bytes at `from`, less the halves of characters at its ends. */
export function pageOf(
  bytes: Buffer,
  from: number,
  size: number,
): { text: string; offset: number; size: number } {
  let begin = 0;
  while (from > 0 && begin < 3 && begin < bytes.length && isContinuation(bytes[begin])) begin += 1;
  let end = bytes.length;
  if (from + end < size) {
    let lead = end - 1;
    while (lead > end - 4 && lead > begin && isContinuation(bytes[lead])) lead -= 1;
    if (lead > begin && characterLength(bytes[lead]) > end - lead) end = lead;
  }
  return { text: bytes.toString('utf8', begin, end), offset: from + begin, size };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function characterLength(lead: number | undefined): number {
  if (lead === undefined || lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
