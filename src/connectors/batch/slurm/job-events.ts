/**
 * What a record of Slurm proves about a job, as events. Keys and times come from the record alone, so that the same
 * record read again gives the same events.
 */
import { constants } from 'node:os';
import { isEnded, type JobState } from '../../../domain/job-state.ts';
import type { JobEvent } from '../types.ts';
import { batchIdOf } from './batch-ids.ts';
import { holdWords } from './reasons.ts';
import type { SlurmJob } from './records.ts';

const STATES: Readonly<Record<string, JobState>> = {
  PENDING: 'idle',
  REQUEUED: 'idle',
  REQUEUE_FED: 'idle',
  REQUEUE_HOLD: 'held',
  RESV_DEL_HOLD: 'held',
  SPECIAL_EXIT: 'held',
  CONFIGURING: 'running',
  RUNNING: 'running',
  // It has ended, but not all is known of its end yet.
  COMPLETING: 'running',
  STAGE_OUT: 'running',
  SIGNALING: 'running',
  RESIZING: 'running',
  // Slurm stops and goes on with jobs by itself.
  SUSPENDED: 'running',
  STOPPED: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  TIMEOUT: 'failed',
  NODE_FAIL: 'failed',
  BOOT_FAIL: 'failed',
  LAUNCH_FAILED: 'failed',
  RECONFIG_FAIL: 'failed',
  OUT_OF_MEMORY: 'failed',
  DEADLINE: 'failed',
  PREEMPTED: 'failed',
  CANCELLED: 'removed',
  REVOKED: 'removed',
};

/** Why a job failed where Slurm's state says more than its exit code. */
const FAILURES: Readonly<Record<string, string>> = {
  TIMEOUT: 'ran longer than its time limit',
  NODE_FAIL: 'the node it ran on failed',
  BOOT_FAIL: 'its node could not be started',
  LAUNCH_FAILED: 'it could not be started on its node',
  RECONFIG_FAIL: 'its node could not be set up',
  OUT_OF_MEMORY: 'used more memory than it had asked for',
  DEADLINE: 'could not end before its deadline',
  PREEMPTED: 'was stopped for a job of higher priority',
};

const SIGNALS = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name.replace('SIG', '')]),
);

/** The state of a job; null for a word that this POMS does not know: better no word than a wrong one. */
export function stateOf(job: Pick<SlurmJob, 'state' | 'held'>): JobState | null {
  const state = STATES[job.state] ?? null;
  return state === 'idle' && job.held ? 'held' : state;
}

/** An sbatch that was refused may leave a record of a job that never was. */
export function wasRefused({ state, reason, host, started, submitted, exitCode, signal }: SlurmJob): boolean {
  if (state !== 'FAILED' || host !== null) return false;
  const atOnce = started === null || started === submitted;
  return atOnce && (reason === 'BadConstraints' || exitCode + signal === 1);
}

/**
 * All that the record proves, in order; the last is the present state. `now` is the time by Slurm's clock;
 * `notBefore` the time of what was told of the job before, for Slurm keeps no time of a hold: there the last look of
 * its scheduler stands for it, which may lie before the release that came before.
 */
export function eventsOf(job: SlurmJob, system: string, now: number, notBefore = 0): JobEvent[] {
  const state = stateOf(job);
  if (state === null) return [];
  const batchId = batchIdOf(job, system);
  const submitted = job.submitted ?? job.started ?? job.ended ?? now;
  const event = (what: JobState, at: number, more: Partial<JobEvent> = {}): JobEvent => ({
    key: `${batchId}:${job.restarts}:${what}:${at / 1000}`,
    submissionId: job.submissionId,
    batchId,
    at: new Date(at),
    state: what,
    attempt: job.restarts + 1,
    ...more,
  });
  const again =
    job.restarts > 0 ? { reason: `queued again by Slurm, for the ${ordinal(job.restarts)} time` } : {};
  const events = [event('idle', submitted, again)];
  if (state === 'held') {
    const at = Math.max(submitted, job.evaluated ?? 0, notBefore);
    return [...events, event('held', at, { reason: holdWords(job.reason) })];
  }
  // Free to run later than it was submitted: released, or its turn or time has come.
  const { eligible } = job;
  if (state === 'idle') {
    return eligible !== null && eligible > submitted && eligible <= now
      ? [...events, event('idle', eligible)]
      : events;
  }
  const host = job.host === null ? {} : { host: job.host };
  const ran = job.started !== null && job.host !== null;
  if (ran && job.started !== null) events.push(event('running', job.started, host));
  if (!isEnded(state)) return events;
  const end = job.ended ?? job.started ?? submitted;
  return [...events, event(state, end, { ...host, ...exitOf(job, state), ...usageOf(job, ran) })];
}

function exitOf(job: SlurmJob, state: JobState): Partial<JobEvent> {
  if (state === 'removed') {
    return { reason: job.cancelledBy === null ? 'cancelled' : `cancelled by ${job.cancelledBy}` };
  }
  const failure = FAILURES[job.state];
  const reason = failure === undefined ? {} : { reason: failure };
  if (job.signal > 0) return { ...reason, signal: SIGNALS.get(job.signal) ?? String(job.signal) };
  // What was ended by Slurm has an exit code of 0 that means nothing.
  return failure !== undefined && job.exitCode === 0 ? reason : { ...reason, exitCode: job.exitCode };
}

function usageOf({ started, ended, cpuSeconds, memoryKb }: SlurmJob, ran: boolean): Partial<JobEvent> {
  return {
    ...(ran && started !== null && ended !== null && { wallSeconds: (ended - started) / 1000 }),
    ...(cpuSeconds !== null && { cpuSeconds }),
    ...(memoryKb !== null && { memoryKb }),
  };
}

function ordinal(count: number): string {
  return ['first', 'second', 'third'][count - 1] ?? `${count}th`;
}
