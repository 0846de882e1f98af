/**
 * What an event makes of a job: the one rule, whether events come one by one, in batches or out of order.
 *
 * The life of a job is its attempts in order, and within an attempt its events by their time. An event of an earlier
 * attempt moves nothing. One that comes late, from before the present state of the same attempt, does not move the
 * state; it only fills in what it knows of the past, which is when the job was submitted and started.
 */
import { isEnded, type JobState } from './job-state.ts';

/** Where a job has come to. Times are milliseconds since 1970. */
export interface JobLife {
  state: JobState;
  since: number;
  attempt: number;
  submitted: number;
  started: number | null;
  exitCode: number | null;
  signal: string | null;
  reason: string | null;
}

/** The part of an event that moves a job. */
export interface JobStep {
  at: number;
  state: JobState;
  attempt: number;
  exitCode: number | null;
  signal: string | null;
  reason: string | null;
}

/** The life of a job of which this is the first word. */
export function beginLife(first: JobStep): JobLife {
  return afterStep(
    {
      state: 'idle',
      since: first.at,
      attempt: first.attempt,
      submitted: first.at,
      started: null,
      exitCode: null,
      signal: null,
      reason: null,
    },
    first,
  );
}

/** The job after the event; the same object where it changes nothing. */
export function afterStep(job: JobLife, step: JobStep): JobLife {
  if (step.attempt < job.attempt) return withSubmitted(job, step.at);
  if (step.attempt === job.attempt && step.at < job.since) return afterLateStep(job, step);
  return {
    state: step.state,
    since: step.at,
    attempt: step.attempt,
    submitted: Math.min(job.submitted, step.at),
    started: startedAfter(job, step),
    exitCode: step.exitCode,
    signal: step.signal,
    reason: step.reason,
  };
}

/** When it ended, milliseconds since 1970; null while it has not. */
export function endOf(job: Pick<JobLife, 'state' | 'since'>): number | null {
  return isEnded(job.state) ? job.since : null;
}

/**
 * When the attempt last started. It stays when the job is idle again, until the next attempt: were it forgotten, what
 * comes late or twice would be taken for a start or not depending on when it comes.
 */
function startedAfter(job: JobLife, step: JobStep): number | null {
  const started = step.attempt > job.attempt ? null : job.started;
  return step.state === 'running' ? Math.max(step.at, started ?? step.at) : started;
}

function afterLateStep(job: JobLife, step: JobStep): JobLife {
  const known = withSubmitted(job, step.at);
  const started = startedAfter(job, step);
  return started === job.started ? known : { ...known, started };
}

function withSubmitted(job: JobLife, at: number): JobLife {
  return at < job.submitted ? { ...job, submitted: at } : job;
}
