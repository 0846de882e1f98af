/**
 * What can be asked for jobs, and of which: the one rule for previews, for what is made of a request, and for words.
 * The state of a job follows from what its batch system says, never from what was asked.
 */
import { JOB_STATES, type JobCounts, type JobState } from './job-state.ts';
import type { Status } from './status.ts';

export const JOB_ACTIONS = ['hold', 'release', 'remove'] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

const POSSIBLE: Record<JobAction, readonly JobState[]> = {
  hold: ['idle', 'running'],
  release: ['held'],
  remove: ['idle', 'running', 'held'],
};

/** The states of jobs on which the action has an effect. */
export function possibleStates(action: JobAction): readonly JobState[] {
  return POSSIBLE[action];
}

/** Why a job in this state is left out, as it reads after its name; null when it is not. */
export function whyNot(action: JobAction, state: JobState): string | null {
  if (POSSIBLE[action].includes(state)) return null;
  if (state === 'held') return 'is held already';
  return state === 'idle' || state === 'running' ? 'is not held' : `has ended: ${state}`;
}

/** Which jobs are meant: all conditions that are given hold. */
export interface JobScope {
  /** Numbers in POMS. */
  jobs?: readonly number[] | undefined;
  /** As the batch system calls them; `123@x` means `123.0@x` too. */
  batchIds?: readonly string[] | undefined;
  submissions?: readonly number[] | undefined;
  campaign?: string | undefined;
  stage?: string | undefined;
  batchSystem?: string | undefined;
  states?: readonly JobState[] | undefined;
  hosts?: readonly string[] | undefined;
  exitCodes?: readonly number[] | undefined;
  /** Contained in what the batch system gave as reason, in any case. */
  reason?: string | undefined;
}

/** Are whole submissions meant, with their launches and with jobs that nobody has seen yet? */
export function isWhole(scope: JobScope): boolean {
  return [scope.jobs, scope.batchIds, scope.states, scope.hosts, scope.exitCodes, scope.reason].every(
    (condition) => condition === undefined,
  );
}

/** The scope in words: `jobs of campaign quakes, stage select, that are held`. */
export function scopeWords(scope: JobScope): string {
  const { jobs, batchIds, submissions, campaign, stage, batchSystem, states, hosts, exitCodes, reason } =
    scope;
  const places = [
    submissions && `submission${submissions.length === 1 ? '' : 's'} ${some(submissions)}`,
    campaign && `campaign ${campaign}`,
    stage && `stage ${stage}`,
    batchSystem && `batch system ${batchSystem}`,
  ].filter(Boolean);
  if (isWhole(scope)) return places.join(', ');
  const conditions = [
    jobs && `with the numbers ${some(jobs)}`,
    batchIds && `called ${some(batchIds)}`,
    states && `that are ${states.join(' or ')}`,
    hosts && `on ${some(hosts)}`,
    exitCodes && `with exit code ${some(exitCodes)}`,
    reason && `whose reason has “${reason}”`,
  ].filter(Boolean);
  return ['jobs', places.length > 0 && `of ${places.join(', ')},`, conditions.join(', ')]
    .filter(Boolean)
    .join(' ');
}

/** The first few. */
function some(values: readonly (string | number)[]): string {
  const shown = values.slice(0, 5).join(', ');
  return values.length <= 5 ? shown : `${shown} and ${values.length - 5} more`;
}

/** What an action finds of a whole submission. */
export interface SubmissionFound {
  status: Status;
  jobs: JobCounts;
  launch: 'queued' | 'claimed' | 'running' | 'done' | 'failed' | 'cancelled';
}

/** How many jobs POMS knows on which the action has an effect; null when there is nothing to do for the submission. */
export function jobsToAsk(action: JobAction, found: SubmissionFound): number | null {
  const known = JOB_STATES.reduce(
    (sum, state) => sum + (POSSIBLE[action].includes(state) ? found.jobs[state] : 0),
    0,
  );
  if (known > 0) return known;
  if (action !== 'remove') return null;
  // Jobs may be on their way: the launch is under way, or was, and none of its jobs was seen yet.
  const unseen = isUnderWay(found.launch) || found.status === 'New' || found.status === 'Approved';
  return unseen ? 0 : null;
}

/** A launch that waits or whose script runs. */
export function isUnderWay(launch: SubmissionFound['launch']): boolean {
  return launch === 'queued' || launch === 'claimed' || launch === 'running';
}

/**
 * Seconds until a call that failed is made again, after so many tries: twice as long each time, five minutes at most;
 * null when it is given up. With a first pause of 10 s that is after about forty minutes.
 */
export function pauseAfter(tries: number, firstSeconds: number): number | null {
  return tries >= MOST_TRIES ? null : Math.min(firstSeconds * 2 ** (tries - 1), 300);
}

const MOST_TRIES = 12;

/** Forms under which a batch system may know the job that somebody calls so: `123@x` is `123.0@x`, and the reverse. */
export function formsOf(batchId: string): string[] {
  const [, cluster = '', process, system = ''] = /^([^.@]+)(?:\.([^@]+))?@(.+)$/.exec(batchId) ?? [];
  if (cluster === '') return [batchId];
  if (process === undefined) return [batchId, `${cluster}.0@${system}`];
  return process === '0' ? [batchId, `${cluster}@${system}`] : [batchId];
}
