/**
 * The spool: the folder that is the local batch system.
 *
 *     events.jsonl                 what happened, one JSON object a line, append only: the truth
 *     begin                        the byte at which the log begins: what lay before was given up
 *     last                         about the last cluster number given out
 *     clusters/17/                 environment, command, name: as poms-submit wrote them
 *     clusters/17/3/1/             attempt 1 of job 17.3: runner, session, stdout, stderr, stop, memory, result, work/
 *     requests/                    actions that the pool has yet to do
 *     pools/                       which server's pool leads
 */
import { statSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readBytes, readIfThere } from '../../text-files.ts';

const job = {
  job: z.string().regex(/^\d+\.\d+$/),
  submission: z.number().nullable(),
  attempt: z.number(),
  /** Milliseconds since 1970. */
  at: z.number(),
};
/** What a runner reports of an attempt that ran. */
const ran = {
  host: z.string().optional(),
  /** As a shell reports it: 128 + n for signal n. */
  code: z.number().optional(),
  /** Hundredths of a second. */
  wall: z.number().optional(),
  /** As the shell's `times` prints it: user and system, `0m1.23s 0m0.04s`. */
  cpu: z.string().optional(),
  /** kB. */
  memory: z.number().optional(),
  /** Seconds: present when the job was ended for running longer. */
  limit: z.number().optional(),
};
const spoolLine = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('submit'),
    cluster: z.number(),
    submission: z.number().nullable(),
    count: z.number(),
    limit: z.number().nullable(),
    at: z.number(),
  }),
  z.object({ event: z.literal('start'), ...job, host: z.string() }),
  z.object({ event: z.literal('end'), ...job, ...ran, reason: z.string().optional() }),
  z.object({ event: z.literal('held'), ...job, ...ran, reason: z.string() }),
  z.object({ event: z.literal('removed'), ...job, ...ran, reason: z.string() }),
  /** `attempt` is the one that the job will run as. */
  z.object({ event: z.literal('released'), ...job, reason: z.string() }),
]);
export type SpoolLine = z.infer<typeof spoolLine>;
export type SubmitLine = Extract<SpoolLine, { event: 'submit' }>;
export type JobLine = Exclude<SpoolLine, SubmitLine>;

export interface Spool {
  folder: string;
  log: string;
  begin: string;
  requests: string;
  pools: string;
  cluster(number: number): string;
  attempt(job: string, attempt: number): string;
}

export function spoolAt(folder: string): Spool {
  return {
    folder,
    log: join(folder, 'events.jsonl'),
    begin: join(folder, 'begin'),
    requests: join(folder, 'requests'),
    pools: join(folder, 'pools'),
    cluster: (number) => join(folder, 'clusters', String(number)),
    attempt: (id, attempt) => join(folder, 'clusters', ...id.split('.'), String(attempt)),
  };
}

export async function makeSpool(spool: Spool): Promise<void> {
  await mkdir(join(spool.folder, 'clusters'), { recursive: true, mode: 0o700 });
  await mkdir(spool.requests, { recursive: true, mode: 0o700 });
  await mkdir(spool.pools, { recursive: true, mode: 0o700 });
  await (await open(spool.log, 'a', 0o600)).close();
}

/** Appends lines in as few writes as keep each line whole. Others append at the same time. */
export async function appendLines(spool: Spool, lines: readonly string[]): Promise<void> {
  const file = await open(spool.log, 'a');
  try {
    for (let first = 0; first < lines.length; first += 1000) {
      await file.write(`${lines.slice(first, first + 1000).join('\n')}\n`);
    }
  } finally {
    await file.close();
  }
}

/**
 * Reads whole lines from a byte offset; a last line that is only half written is left for the next time.
 * A line that a full disk cut short has another glued to its end: that one is read, the cut one never counted.
 * What was given up is passed over.
 */
export async function readLines(spool: Spool, from: number, limit: number) {
  const lines: { offset: number; line: SpoolLine }[] = [];
  // Asked many times a second, mostly in vain.
  if (logSize(spool) <= from) return { lines, next: from, more: false };
  const offset = Math.max(from, logBegin(spool));
  const bytes = await readLog(spool, offset, limit);
  let at = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
    const line = parseLine(bytes.toString('utf8', at, end));
    if (line) lines.push({ offset: offset + at, line });
    at = end + 1;
  }
  return { lines, next: offset + at, more: bytes.length === limit && at > 0 };
}

async function readLog(spool: Spool, offset: number, limit: number): Promise<Buffer> {
  const file = await open(spool.log, 'r');
  try {
    return await readBytes(file, offset, limit);
  } finally {
    await file.close();
  }
}

function logSize(spool: Spool): number {
  return statSync(spool.log, { throwIfNoEntry: false })?.size ?? 0;
}

/** The byte from which the log is there. */
export function logBegin(spool: Spool): number {
  return Number(readIfThere(spool.begin) ?? 0);
}

export function parseLine(text: string): SpoolLine | null {
  const begin = text.lastIndexOf('{"event":');
  if (begin < 0) return null;
  try {
    return spoolLine.safeParse(JSON.parse(text.slice(begin))).data ?? null;
  } catch {
    return null;
  }
}
