/** What an action on jobs would do, from what is known now: the preview, and what is made of the request. */
import type { Db, Transaction } from '../../database/index.ts';
import {
  isUnderWay,
  isWhole,
  type JobAction,
  type JobScope,
  jobsToAsk,
  possibleStates,
  whyNot,
} from '../../domain/job-actions.ts';
import { JOB_STATES, type JobCounts, NO_JOBS } from '../../domain/job-state.ts';
import { PomsError } from '../../errors.ts';
import type { Skipped } from './schema.ts';
import {
  type Candidate,
  type JobGroup,
  selectJobs,
  selectSubmissions,
  selectWaitingLaunches,
} from './select.ts';
import { createSkips, type Skips } from './skips.ts';

/** Whose a submission is, and may he who asks touch it? Throws where he may not. */
export interface Asker {
  experiment: string;
  /** Batch systems that this POMS is connected to. */
  systems: ReadonlySet<string>;
  permit(owner: { experimenterId: number; role: 'analysis' | 'production' }): void;
}

export interface PlannedPart {
  submission: Candidate;
  /** Null: the whole submission. */
  batchIds: string[] | null;
  jobs: number;
}

export interface Plan {
  parts: PlannedPart[];
  byState: JobCounts;
  /** Launches that wait or run, of these submissions. */
  underWay: number;
  /** Launches that have no submission yet. */
  launchIds: number[];
  skipped: Skipped[];
}

/**
 * Throws `not-found`, `bad-request`, and `not-allowed` where all that is meant belongs to others. `lock`: the plan is
 * going to be carried out in this transaction.
 */
export async function planJobAction(
  db: Db | Transaction,
  asker: Asker,
  { action, scope }: { action: JobAction; scope: JobScope },
  lock = false,
): Promise<Plan> {
  const skips = createSkips();
  const whole = isWhole(scope);
  // Before submissions are looked for: a launch that becomes one meanwhile is found there.
  const waiting =
    whole && action === 'remove' && scope.campaign !== undefined
      ? await selectWaitingLaunches(db, asker.experiment, scope, lock)
      : [];
  const found = await selectSubmissions(db, asker.experiment, scope);
  checkNamed(scope, found, skips);
  const refusals: unknown[] = [];
  const mine = found.filter((submission) => {
    const refusal = refusalOf(asker, submission);
    if (refusal !== null) refusals.push(refusal);
    if (refusal !== null) skips.add('submission', 1, 'belongs to somebody else');
    return refusal === null;
  });
  const reachable = mine.filter(({ batchSystem }) => {
    const known = asker.systems.has(batchSystem);
    if (!known)
      skips.add('submission', 1, `is on batch system ${batchSystem}, to which POMS is not connected`);
    return known;
  });
  const parts = whole
    ? planWhole(action, scope, reachable, skips)
    : planJobs(await jobsOf(db, action, scope, reachable), reachable, action, skips);
  const became = new Set(found.map(({ launchId }) => launchId));
  const launchIds = waiting
    .filter((launch) => refusalOf(asker, launch) === null && !became.has(launch.launchId))
    .map(({ launchId }) => launchId);
  if (refusals.length > 0 && mine.length === 0 && launchIds.length === 0) throw refusals[0];
  return {
    parts: parts.parts,
    byState: parts.byState,
    underWay:
      whole && action === 'remove'
        ? parts.parts.filter((part) => isUnderWay(part.submission.launch)).length
        : 0,
    launchIds,
    skipped: skips.all(),
  };
}

function refusalOf(
  asker: Asker,
  { creatorId, creatorRole }: Pick<Candidate, 'creatorId' | 'creatorRole'>,
): unknown {
  try {
    asker.permit({ experimenterId: creatorId, role: creatorRole });
    return null;
  } catch (refusal) {
    return refusal;
  }
}

/** What is named and is not there is left out, unless nothing is left. */
function checkNamed({ submissions, jobs }: JobScope, found: readonly Candidate[], skips: Skips): void {
  const first = submissions?.[0] ?? jobs?.[0];
  if (first !== undefined && found.length === 0) {
    throw new PomsError('not-found', { kind: submissions === undefined ? 'job' : 'submission', name: first });
  }
  const missing = submissions?.filter((id) => found.every((one) => one.submissionId !== id)) ?? [];
  skips.add('submission', missing.length, 'is not known here, or not in the rest of what was asked for');
}

interface Parts {
  parts: PlannedPart[];
  byState: JobCounts;
}

function planWhole(action: JobAction, scope: JobScope, found: readonly Candidate[], skips: Skips): Parts {
  const parts: PlannedPart[] = [];
  const byState = { ...NO_JOBS };
  for (const submission of found) {
    const jobs = jobsToAsk(action, submission);
    for (const state of JOB_STATES) {
      const why = whyNot(action, state);
      if (why === null) byState[state] += submission.jobs[state];
      else if (jobs !== null || scope.submissions !== undefined)
        skips.add('job', submission.jobs[state], why);
    }
    if (jobs !== null) parts.push({ submission, batchIds: null, jobs });
    else if (scope.submissions !== undefined)
      skips.add('submission', 1, `is ${submission.status} and has no job that this could be done to`);
  }
  return { parts, byState };
}

/** Submissions without a job that it could be done to need not be searched, unless it is to be told why. */
async function jobsOf(
  db: Db | Transaction,
  action: JobAction,
  scope: JobScope,
  found: readonly Candidate[],
): Promise<JobGroup[]> {
  const named = scope.jobs !== undefined || scope.batchIds !== undefined || scope.submissions !== undefined;
  const worth = found.filter(({ jobs }) => named || possibleStates(action).some((state) => jobs[state] > 0));
  return selectJobs(
    db,
    action,
    scope,
    worth.map((one) => one.submissionId),
  );
}

function planJobs(
  groups: readonly JobGroup[],
  found: readonly Candidate[],
  action: JobAction,
  skips: Skips,
): Parts {
  const submissions = new Map(found.map((one) => [one.submissionId, one]));
  const parts = new Map<number, PlannedPart>();
  const byState = { ...NO_JOBS };
  for (const { submissionId, state, count, batchIds } of groups) {
    const submission = submissions.get(submissionId);
    if (submission === undefined) continue;
    const why = whyNot(action, state);
    if (why !== null || batchIds === null) {
      skips.add('job', count, why ?? '');
      continue;
    }
    byState[state] += count;
    const part = parts.get(submissionId) ?? { submission, batchIds: [], jobs: 0 };
    parts.set(submissionId, {
      submission,
      batchIds: [...(part.batchIds ?? []), ...batchIds],
      jobs: part.jobs + count,
    });
  }
  return { parts: [...parts.values()], byState };
}
