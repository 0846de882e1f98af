/** Where a run stands: a chain of launches that began with one, seen through its submissions and launches. */
import { endedJobs, JOB_STATES, type JobCounts, NO_JOBS, totalJobs } from '../../domain/job-state.ts';
import type { LaunchRow } from '../../services/launches/schema.ts';
import type { SubmissionRow } from '../../services/submissions/schema.ts';

export type RunSubmission = Pick<
  SubmissionRow,
  'submissionId' | 'stage' | 'status' | 'recoveryOf' | 'recoveryType' | 'jobs' | 'files' | 'next'
>;
export type RunLaunch = Pick<LaunchRow, 'runId' | 'stage' | 'state'>;

export interface StageProgress {
  stage: string;
  submissions: number;
  /** Submissions that are located, recoveries apart. */
  done: number;
  recoveries: number;
  jobs: JobCounts;
  /** Input files of the stage: all, and those consumed by its submissions or their recoveries. */
  files: { total: number; consumed: number };
  state: 'waiting' | 'launching' | 'running' | 'done' | 'failed';
}

const FINAL: ReadonlySet<string> = new Set(['Located', 'Removed', 'Cancelled', 'Failed', 'LaunchFailed']);
const ACTIVE: ReadonlySet<string> = new Set(['queued', 'claimed', 'running']);

/** Nothing will happen by itself any more: no launch is under way, and no submission has a next step. */
export function hasEnded(runId: number, submissions: RunSubmission[], launches: RunLaunch[]): boolean {
  const active = launches.some((launch) => launch.runId === runId && ACTIVE.has(launch.state));
  return !active && submissions.every(({ status, next }) => FINAL.has(status) && next === null);
}

/** The progress of each stage, in the order of the campaign. */
export function progressOf(
  stages: readonly string[],
  runId: number,
  submissions: RunSubmission[],
  launches: RunLaunch[],
): StageProgress[] {
  return stages.map((stage) =>
    stageProgress(
      stage,
      submissions.filter((one) => one.stage === stage),
      launches.filter((one) => one.stage === stage && one.runId === runId),
    ),
  );
}

function stageProgress(stage: string, submissions: RunSubmission[], launches: RunLaunch[]): StageProgress {
  const originals = submissions.filter(({ recoveryOf }) => recoveryOf === null);
  const done = originals.filter(({ status }) => status === 'Located').length;
  return {
    stage,
    submissions: originals.length,
    done,
    recoveries: submissions.length - originals.length,
    jobs: addJobs(submissions.map(({ jobs }) => jobs)),
    files: {
      total: originals.reduce((sum, { files }) => sum + (files.total ?? 0), 0),
      consumed: submissions.reduce((sum, { files }) => sum + (files.consumed ?? 0), 0),
    },
    state: stateOf(submissions, launches, done === originals.length),
  };
}

function stateOf(
  submissions: RunSubmission[],
  launches: RunLaunch[],
  allDone: boolean,
): StageProgress['state'] {
  const launching = launches.some(({ state }) => ACTIVE.has(state));
  if (submissions.some(({ status, next }) => !FINAL.has(status) || next !== null)) return 'running';
  if (launching) return 'launching';
  if (launches.some(({ state }) => state === 'failed')) return 'failed';
  if (submissions.length === 0) return 'waiting';
  return allDone ? 'done' : 'failed';
}

/** Percent of the jobs known so far that have ended. */
export function percent(jobs: JobCounts): number {
  const total = totalJobs(jobs);
  return total === 0 ? 0 : Math.floor((endedJobs(jobs) * 100) / total);
}

function addJobs(all: JobCounts[]): JobCounts {
  const sum: JobCounts = { ...NO_JOBS };
  for (const jobs of all) for (const state of JOB_STATES) sum[state] += jobs[state];
  return sum;
}
