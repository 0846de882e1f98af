/**
 * What changed since the last look, for all submissions of a schedd in one question to its queue and one to its
 * history. The queue is asked by the schedd's own clock with an overlap; what the overlap brings again is left out as
 * long as this process has seen that it was applied. The history is read down to the job that was last in it.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { BatchChanges, BatchCursor, JobEvent } from '../types.ts';
import { type Ad, timeOf } from './ads.ts';
import { announcedJobs, EVENT_ATTRIBUTES, eventsOf } from './job-events.ts';
import type { Questions, Schedd } from './questions.ts';

/** Seconds that are asked for again: attributes of one change may be written one after the other. */
const OVERLAP = 10;
/** Jobs in one answer; more are given in the next ones. */
const PAGE = 5000;

/** In the order in which the database gives them back, so that an unchanged cursor reads the same. */
const place = z.object({ left: z.string().nullable(), queue: z.number().nullable() });
type Place = z.infer<typeof place>;
const shape = z.object({ look: z.string(), schedds: z.record(z.string(), place) });
type Cursor = z.infer<typeof shape>;

/** What this process answered last, and what it has still to answer. */
interface Memory {
  /** The look that it began at. */
  from: string | null;
  cursor: Cursor;
  seen: ReadonlySet<string>;
  rest: JobEvent[][];
  problem: string | null;
}

interface Look {
  place: Place;
  ads: Ad[];
}

export function createChanges(ask: Questions): (cursor: BatchCursor) => Promise<BatchChanges> {
  let memory: Memory | null = null;

  async function look(cursor: Cursor | null): Promise<BatchChanges> {
    const before = cursor?.schedds ?? {};
    const looks = await Promise.allSettled(
      ask.schedds.map((schedd) => lookAt(ask, schedd, before[nameOf(schedd)] ?? { queue: null, left: null })),
    );
    const problems = looks.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    if (problems.length === looks.length) throw problems[0];
    const after = { ...before };
    const ads: Ad[] = [];
    for (const [index, one] of looks.entries()) {
      if (one.status === 'rejected') continue;
      after[nameOf(ask.schedds[index] ?? null)] = one.value.place;
      ads.push(...one.value.ads);
    }
    const seen = memory !== null && memory.cursor.look === cursor?.look ? memory.seen : new Set<string>();
    const { jobs, keys } = unseen(ads, seen);
    // A quiet system leaves the cursor as it is, and so the database alone.
    const same = cursor !== null && jobs.length === 0 && isDeepStrictEqual(before, after);
    const next = same ? cursor : { look: randomUUID(), schedds: after };
    const problem = problems.length === 0 ? null : problems.map(String).join(' ');
    memory = { from: cursor?.look ?? null, cursor: next, seen: keys, rest: pages(jobs), problem };
    return answer(cursor, memory);
  }

  return async (cursor) => {
    const parsed = shape.safeParse(cursor);
    const at = parsed.success ? parsed.data : null;
    // Where another engine was faster, it may have read less than is left here.
    const goesOn = memory !== null && memory.rest.length > 0 && memory.from === (at?.look ?? null);
    if (memory !== null && goesOn) return answer(at, memory);
    return look(at);
  };
}

/** The next page. The cursor moves only with the last one, so that whoever dies between them reads all again. */
function answer(from: Cursor | null, memory: Memory): BatchChanges {
  const events = memory.rest.shift() ?? [];
  const more = memory.rest.length > 0;
  const cursor = more ? from : memory.cursor;
  return { events, cursor, more, ...(memory.problem !== null && { problem: memory.problem }) };
}

async function lookAt(ask: Questions, schedd: Schedd, { queue, left }: Place): Promise<Look> {
  const recent = queue === null ? ask.ours : `${ask.ours} && EnteredCurrentStatus >= ${queue - OVERLAP}`;
  const queued = await ask.queue(schedd, recent, EVENT_ATTRIBUTES);
  // Before the reading, so that who leaves meanwhile is read again rather than missed.
  const last = await ask.lastLeft(schedd);
  const gone = last === left ? [] : await ask.history(schedd, ask.ours, EVENT_ATTRIBUTES, left);
  const clock = queued.reduce((most, ad) => Math.max(most, timeOf(ad, 'ServerTime') ?? 0), queue ?? 0);
  return { place: { left: last, queue: clock > 0 ? clock : null }, ads: [...gone.reverse(), ...queued] };
}

/** The events that were not answered last time, in pages of jobs, and the keys of all that there are now. */
function unseen(
  ads: readonly Ad[],
  seen: ReadonlySet<string>,
): { jobs: JobEvent[][]; keys: ReadonlySet<string> } {
  const keys = new Set<string>();
  const announced = new Set<string>();
  const jobs: JobEvent[][] = [];
  const take = (events: readonly JobEvent[]): void => {
    const news = events.filter(({ key }) => !seen.has(key) && !keys.has(key));
    for (const { key } of events) keys.add(key);
    if (news.length > 0) jobs.push(news);
  };
  for (const ad of ads) {
    const [first] = ad.JobMaterializeLimit === undefined ? [] : announcedJobs(ad);
    if (first !== undefined && !announced.has(first.key)) {
      announced.add(first.key);
      for (const event of announcedJobs(ad)) take([event]);
    }
    take(eventsOf(ad));
  }
  return { jobs, keys };
}

function pages(jobs: readonly JobEvent[][]): JobEvent[][] {
  const all: JobEvent[][] = [];
  for (let from = 0; from < jobs.length; from += PAGE) all.push(jobs.slice(from, from + PAGE).flat());
  return all;
}

/** In the cursor. */
function nameOf(schedd: Schedd): string {
  return schedd ?? '';
}
