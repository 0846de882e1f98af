/**
 * Job events into the database, in batches: events appended, jobs brought up to them, roll-ups moved by the
 * difference, all in the caller's transaction (tenet 1). Events that were seen before change nothing, so a batch
 * may come again. What an event makes of a job is told by domain/job-life.ts.
 */
import type { JobEvent } from '../../connectors/batch/types.ts';
import type { Transaction } from '../../database/index.ts';
import { endOf } from '../../domain/job-life.ts';
import { JOB_STATES, type JobCounts } from '../../domain/job-state.ts';
import { changedJobs, groupByJob, type JobInBatch } from './batch.ts';
import { moveFailures, placeFailures } from './failures.ts';
import {
  type EventColumns,
  findKnownEvents,
  insertEvents,
  insertJobs,
  JOB_COLUMNS,
  type JobColumns,
  type LockedSubmission,
  lockSubmissions,
  readJobs,
  storeCounts,
  takeJobNumbers,
  updateJobs,
} from './ingest-statements.ts';

export interface TouchedSubmission {
  submissionId: number;
  statusId: number;
  isRecovery: boolean;
  stopAs: 'Removed' | 'Cancelled' | null;
  completionPct: number;
  jobs: JobCounts;
}

/**
 * Applies the events and returns the submissions whose roll-up changed. Events of submissions that are unknown, or of
 * which only summaries are kept, are left out.
 */
export async function applyJobEvents(
  trx: Transaction,
  events: readonly JobEvent[],
): Promise<TouchedSubmission[]> {
  const ids = [...new Set(events.map((event) => event.submissionId))].sort((a, b) => a - b);
  const locked = new Map((await lockSubmissions(trx, ids)).map((row) => [row.submissionId, row]));
  const jobs = groupByJob(events.filter((event) => locked.has(event.submissionId)));
  if (jobs.length === 0) return [];
  await recall(trx, jobs);
  const fresh = jobs.filter((job) => job.before === null);
  if (fresh.length > 0) {
    const numbers = await takeJobNumbers(trx, fresh.length);
    fresh.forEach((job, n) => {
      job.jobId = numbers[n] ?? 0;
    });
  }
  const changed = changedJobs(jobs);
  placeFailures(locked, changed);
  const moved = changed.filter((job) => job.before !== null);
  if (fresh.length > 0) await insertJobs(trx, toJobColumns(fresh));
  if (moved.length > 0) await updateJobs(trx, toJobColumns(moved));
  await insertEvents(trx, toEventColumns(jobs));
  await moveFailures(trx, locked, changed);
  return moveRollUps(trx, locked, changed);
}

/** What is known of the jobs, and which of their events. */
async function recall(trx: Transaction, jobs: JobInBatch[]): Promise<void> {
  const known = await readJobs(
    trx,
    jobs.map((job) => job.submissionId),
    jobs.map((job) => job.batchId),
  );
  for (const { n, jobId, known: facts, ...life } of known) {
    const job = jobs[n - 1];
    if (job === undefined) continue;
    job.jobId = jobId;
    job.before = life;
    job.known = facts;
  }
  // Only an event at the very time of the present state can be taken for news when it is none (domain/job-life.ts).
  const unsure = jobs.flatMap((job) =>
    job.events
      .filter((event) => event.attempt === job.before?.attempt && event.at.getTime() === job.before.since)
      .map((event) => ({ job, event })),
  );
  if (unsure.length === 0) return;
  const seen = await findKnownEvents(
    trx,
    unsure.map(({ job }) => job.submissionId),
    unsure.map(({ job }) => job.jobId),
    unsure.map(({ event }) => event.key),
  );
  for (const n of seen) {
    const known = unsure[n - 1];
    if (known !== undefined) known.job.events = known.job.events.filter((event) => event !== known.event);
  }
}

function toJobColumns(jobs: readonly JobInBatch[]): JobColumns {
  const columns = Object.fromEntries(JOB_COLUMNS.map((name) => [name, []])) as unknown as JobColumns;
  for (const job of jobs) {
    const { submissionId, jobId, batchId, after, facts } = job;
    if (after === null) continue;
    columns.submission_id.push(submissionId);
    columns.job_id.push(jobId);
    columns.batch_id.push(batchId);
    columns.state.push(after.state);
    columns.state_since.push(after.since);
    columns.attempt.push(after.attempt);
    columns.submitted.push(after.submitted);
    columns.started.push(after.started);
    columns.ended.push(endOf(after));
    columns.exit_code.push(after.exitCode);
    columns.signal.push(after.signal);
    columns.reason.push(after.reason);
    columns.host.push(facts.host);
    columns.site.push(facts.site);
    columns.wall_seconds.push(facts.wallSeconds);
    columns.cpu_seconds.push(facts.cpuSeconds);
    columns.memory_kb.push(facts.memoryKb);
    columns.failure.push(job.failure?.failureGroup ?? null);
  }
  return columns;
}

function toEventColumns(jobs: readonly JobInBatch[]): EventColumns {
  const columns: EventColumns = {
    submissions: [],
    jobs: [],
    times: [],
    attempts: [],
    states: [],
    keys: [],
    details: [],
  };
  for (const job of jobs) {
    for (const event of job.events) {
      columns.submissions.push(job.submissionId);
      columns.jobs.push(job.jobId);
      columns.times.push(event.at.getTime());
      columns.attempts.push(event.attempt);
      columns.states.push(event.state);
      columns.keys.push(event.key);
      columns.details.push(detailOf(event));
    }
  }
  return columns;
}

/** What an event says beside its state, as JSON; null where that is nothing. */
function detailOf({ host, exitCode, signal, reason }: JobEvent): string | null {
  const text = JSON.stringify({ host, exitCode, signal, reason });
  return text === '{}' ? null : text;
}

async function moveRollUps(
  trx: Transaction,
  locked: ReadonlyMap<number, LockedSubmission>,
  changed: readonly JobInBatch[],
): Promise<TouchedSubmission[]> {
  const touched = new Map<number, TouchedSubmission>();
  for (const { submissionId, before, after } of changed) {
    const row = locked.get(submissionId);
    if (row === undefined || after === null || before?.state === after.state) continue;
    const one = touched.get(submissionId) ?? toTouched(row);
    if (before !== null) one.jobs[before.state] -= 1;
    one.jobs[after.state] += 1;
    touched.set(submissionId, one);
  }
  const rows = [...touched.values()];
  if (rows.length > 0) await storeCounts(trx, rows);
  return rows;
}

function toTouched(row: LockedSubmission): TouchedSubmission {
  const { submissionId, statusId, isRecovery, stopAs, completionPct } = row;
  const jobs = Object.fromEntries(JOB_STATES.map((state) => [state, row[state]])) as JobCounts;
  return { submissionId, statusId, isRecovery, stopAs, completionPct, jobs };
}
