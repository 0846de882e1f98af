/**
 * Reads what a few failed jobs of each failure group wrote last, and keeps the line that tells why, with its signature:
 * after 1 failed job, 10, 100, ... Logs are read by the batch system's commands or from its files, which is too dear for
 * every job; groups are told apart by what events say, and samples say what is behind them.
 *
 * Claimed by time, so that two engines read different groups. What an engine that died had read is read again, into the
 * same rows.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchSystem } from '../connectors/batch/types.ts';
import { redact } from '../connectors/hosts/redact.ts';
import { signatureOf } from '../domain/failures/signature.ts';
import { tellingLine } from '../domain/failures/telling-line.ts';
import { PomsError } from '../errors.ts';
import {
  claimDueGroups,
  type DueGroup,
  type JobToRead,
  jobsToRead,
  keepSamples,
  type Sample,
} from '../services/jobs/failure-samples.ts';
import { type Loop, startLoop } from './loop.ts';
import { batchSystem, type EngineParts } from './parts.ts';

/** Looks at all groups this often, and at once again while there is more to do. */
const INTERVAL_MS = 10_000;
const GROUPS = 4;
const JOBS_A_GROUP = 4;
/** Bytes of the end of a log. */
const TAIL = 32 * 1024;
/** A log that has not come by then cannot be read. Commands have time-outs of their own. */
const READ_MS = 30_000;
/** Longer than the longest look: every log of every group waited for, two to a job. */
const LEASE_SECONDS = 1200;
/** Looks in which no log at all could be read, and the seconds between them. */
const TRIES = 3;
const PAUSE_SECONDS = 300;

export function startLogReader(parts: EngineParts): Loop {
  return startLoop({
    name: 'log reader',
    log: parts.log,
    step: async () => ((await readDueLogs(parts)) < GROUPS ? INTERVAL_MS : 0),
  });
}

/** One look: reads logs of the groups that are due, and returns how many groups that were. `readMs`: for each log. */
export async function readDueLogs(parts: EngineParts, readMs = READ_MS): Promise<number> {
  const due = await claimDueGroups(parts.database.db, GROUPS, LEASE_SECONDS);
  /** Batch systems that did not answer in this look: what else they have waits for no time-out. */
  const silent = new Map<string, string>();
  for (const group of due) await readGroup(parts, group, silent, readMs);
  return due.length;
}

async function readGroup(
  parts: EngineParts,
  { failureGroup, tries }: DueGroup,
  silent: Map<string, string>,
  readMs: number,
): Promise<void> {
  const { db } = parts.database;
  const jobs = await jobsToRead(db, failureGroup, { limit: JOBS_A_GROUP, again: tries > 0 });
  const samples: Sample[] = [];
  for (const job of jobs) samples.push(await sampleOf(parts, job, silent, readMs));
  const none = jobs.length > 0 && samples.every(({ line }) => line === null);
  const again = none && tries + 1 < TRIES;
  await keepSamples(db, failureGroup, samples, {
    again,
    tries: again ? tries + 1 : 0,
    waitSeconds: again ? PAUSE_SECONDS : 0,
  });
}

/** What is kept of a job: never throws, for what cannot be read is told. */
async function sampleOf(
  parts: EngineParts,
  job: JobToRead,
  silent: Map<string, string>,
  readMs: number,
): Promise<Sample> {
  const { jobId, submissionId, batchSystem: name } = job;
  const unread = (problem: string): Sample => ({
    ...{ jobId, submissionId, stream: null, line: null, signature: null },
    problem,
  });
  const known = silent.get(name);
  if (known !== undefined) return unread(known);
  try {
    const system = batchSystem(parts, name);
    for (const stream of ['stderr', 'stdout'] as const) {
      const { text, offset } = await withinTime(system, readMs, system.log(job.batchId, stream, -TAIL, TAIL));
      const line = tellingLine(redact(text), { cut: offset > 0 });
      if (line !== null)
        return { jobId, submissionId, stream, line, signature: signatureOf(line), problem: null };
    }
    return unread('it wrote nothing');
  } catch (error) {
    const problem = error instanceof PomsError ? error.message : String(error);
    if (error instanceof PomsError && error.code === 'outside-system') silent.set(name, problem);
    return unread(problem.slice(0, 500));
  }
}

async function withinTime<T>(system: BatchSystem, ms: number, answer: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const late = sleep(ms, undefined, { signal: answered.signal }).then(() => {
    const problem = `it did not give a log within ${ms / 1000} s`;
    throw new PomsError('outside-system', { system: `Batch system ${system.name}`, problem });
  });
  late.catch(() => {});
  try {
    return await Promise.race([answer, late]);
  } finally {
    answered.abort();
  }
}
