/** Saves a whole log as a file, read piece by piece. */
import { get } from '../api/client.ts';
import type { LogPage } from '../api/types.ts';
import { byteLength } from './log-text.ts';

const PIECE = 1_048_576;

/** @throws {ApiError} when a piece cannot be read; nothing is saved then. */
export async function downloadLog(
  path: string,
  name: string,
  progress: (share: number) => void,
): Promise<void> {
  const pieces: string[] = [];
  let offset = 0;
  for (;;) {
    const piece = await get<LogPage>(path, { offset, limit: PIECE });
    const length = byteLength(piece.text);
    pieces.push(piece.text);
    offset += length;
    progress(piece.size === 0 ? 1 : offset / piece.size);
    if (length === 0 || offset >= piece.size) break;
  }
  const address = URL.createObjectURL(new Blob(pieces, { type: 'text/plain' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
