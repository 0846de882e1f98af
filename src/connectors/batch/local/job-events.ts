/** Lines of the spool's event log as the events that every batch system tells. */
import { constants } from 'node:os';
import type { JobState } from '../../../domain/job-state.ts';
import type { JobEvent } from '../types.ts';
import type { JobLine, SubmitLine } from './spool.ts';

const SIGNALS = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name.replace('SIG', '')]),
);

const batchId = (job: string): string => `${job}@local`;

/** The event of job number `index` that a submit line stands for. */
export function submitEvent(line: SubmitLine, submissionId: number, index: number): JobEvent {
  const job = `${line.cluster}.${index}`;
  return {
    key: `${job}:submit`,
    submissionId,
    batchId: batchId(job),
    at: new Date(line.at),
    state: 'idle',
    attempt: 1,
  };
}

/**
 * The event of a line. What happens once to an attempt has its key from the attempt, so that a line which was
 * written twice (by a runner and, for it, by the pool) stays one event; the rest has it from its place in the log.
 */
export function jobEvent(line: JobLine, submissionId: number, offset: number): JobEvent {
  const once = line.event === 'start' || line.event === 'end';
  const event: JobEvent = {
    key: once ? `${line.job}:${line.attempt}:${line.event}` : `${line.job}:${line.event}:${offset}`,
    submissionId,
    batchId: batchId(line.job),
    at: new Date(line.at),
    state: stateAfter(line),
    attempt: line.attempt,
  };
  if ('host' in line && line.host) event.host = line.host;
  if ('reason' in line && line.reason) event.reason = line.reason;
  if (line.event === 'start' || line.event === 'released') return event;
  if (line.code !== undefined) Object.assign(event, exitOf(line.code));
  if (line.limit !== undefined) event.reason = `ran longer than its limit of ${line.limit} s`;
  if (line.wall !== undefined) event.wallSeconds = line.wall / 100;
  if (line.cpu !== undefined) event.cpuSeconds = cpuSeconds(line.cpu);
  if (line.memory !== undefined) event.memoryKb = line.memory;
  return event;
}

/** The state that a line brings its job into. A job that was ended for its time limit failed, whatever its code. */
export function stateAfter(line: JobLine): JobState {
  if (line.event === 'start') return 'running';
  if (line.event === 'released') return 'idle';
  if (line.event !== 'end') return line.event;
  return line.code === 0 && line.limit === undefined ? 'completed' : 'failed';
}

/** A shell tells a signal only as 128 + n, so an exit code of that value by the job itself reads as the signal. */
export function exitOf(code: number): { exitCode: number } | { signal: string } {
  const signal = code > 128 ? SIGNALS.get(code - 128) : undefined;
  return signal ? { signal } : { exitCode: code };
}

/** Sums what `times` printed: `1m2.50s 0m0.25s` is 62.75. */
export function cpuSeconds(times: string): number {
  let milliseconds = 0;
  for (const [, minutes, seconds] of times.matchAll(/(\d+)m([\d.]+)s/g)) {
    milliseconds += Math.round((Number(minutes) * 60 + Number(seconds)) * 1000);
  }
  return milliseconds / 1000;
}
