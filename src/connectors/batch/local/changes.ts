/** What happened in the spool since a cursor: its place in the event log, in bytes, and in a long submit line. */
import { z } from 'zod';
import type { BatchChanges, BatchCursor, JobEvent } from '../types.ts';
import { jobEvent, submitEvent } from './job-events.ts';
import { readLines, type Spool } from './spool.ts';

const CHUNK = 256 * 1024;
/** Events of one answer: what the monitor applies in one go. */
const LIMIT = 5_000;

const place = z.object({ offset: z.number().int().min(0), job: z.number().int().min(0) });

/** The place in the log that a cursor of this batch system names. */
export function placeOf(cursor: BatchCursor): z.output<typeof place> {
  return cursor === null ? { offset: 0, job: 0 } : place.parse(cursor);
}

/** Jobs that carry no submission's id are none of POMS's and are passed over. */
export async function readChanges(spool: Spool, cursor: BatchCursor): Promise<BatchChanges> {
  const from = placeOf(cursor);
  const page = await readLines(spool, from.offset, CHUNK);
  const events: JobEvent[] = [];
  const until = (offset: number, job: number): BatchChanges => ({
    events,
    cursor: { offset, job },
    more: true,
  });

  for (const { offset, line } of page.lines) {
    if (events.length >= LIMIT) return until(offset, 0);
    if (line.submission === null) continue;
    if (line.event !== 'submit') {
      events.push(jobEvent(line, line.submission, offset));
      continue;
    }
    const first = offset === from.offset ? from.job : 0;
    const end = Math.min(line.count, first + LIMIT - events.length);
    for (let job = first; job < end; job += 1) events.push(submitEvent(line, line.submission, job));
    if (end < line.count) return until(offset, end);
  }
  return { events, cursor: { offset: page.next, job: 0 }, more: page.more };
}
