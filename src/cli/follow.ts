/** Printing a text that may still grow: a launch log, a job's output. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { logPage } from '../services/common.ts';
import type { Context } from './context.ts';

export type LogPage = z.output<typeof logPage>;

/** Bytes asked for at a time. */
const CHUNK = 262_144;

export interface FollowOptions {
  /** Go on until the writer has ended. */
  follow: boolean;
  /** Milliseconds between looks at a text that does not grow. */
  interval?: number;
}

/** Prints the whole text from its beginning; with `--json` one document with all of it. */
export async function printLog(
  context: Context,
  path: string,
  { follow, interval = 1000 }: FollowOptions,
): Promise<void> {
  let text = '';
  let offset = 0;
  for (;;) {
    const page = await context.client.get(path, logPage, { offset, limit: CHUNK });
    if (context.json) text += page.text;
    else context.screen.write(page.text);
    const end = page.offset + Buffer.byteLength(page.text);
    // A server that replaced broken characters has sent other bytes than it read: trust its figure for the end.
    offset = page.text === '' ? Math.max(offset, page.offset) : end;
    if (page.text !== '' && offset < page.size) continue;
    if (!follow || page.ended) {
      if (context.json) context.print({ text, size: page.size, ended: page.ended }, () => '');
      return;
    }
    await sleep(interval);
  }
}
