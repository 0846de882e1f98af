/** What is asked for jobs: previewed, and recorded for the engine to do (job-actions.ts). */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { z } from 'zod';
import { recordAudit } from '../database/audit.ts';
import type { Transaction } from '../database/index.ts';
import { isWhole, type JobAction, type JobScope, scopeWords } from '../domain/job-actions.ts';
import { type Asker, type Plan, type PlannedPart, planJobAction } from '../services/job-actions/plan.ts';
import { findJobAction, insertJobAction, insertParts } from '../services/job-actions/queries.ts';
import type { jobActionPreview } from '../services/job-actions/schema.ts';
import { selectFirstJobs } from '../services/job-actions/select.ts';
import { cancelWaiting } from '../services/launches/queries.ts';
import { moveSubmissions } from '../services/submissions/transition.ts';
import type { EngineParts } from './parts.ts';

export interface JobActionAsked {
  action: JobAction;
  scope: JobScope;
  as?: 'Removed' | 'Cancelled' | undefined;
  reason: string;
  requestKey?: string | undefined;
}

/** Who asks; `permit` throws where he may not touch what belongs to this owner. */
export interface JobActionPerson {
  username: string;
  experimenterId: number;
  permit: Asker['permit'];
}

export interface JobActionMade {
  jobActionId: number;
  /** False: the same request key made it before, and nothing was done now. */
  isNew: boolean;
  parts: number;
  launchesCancelled: number;
}

/** Submissions and jobs that a preview names. */
const PREVIEWED = 50;

/** What would be done, changing nothing. Throws as `planJobAction`. */
export async function previewJobAction(
  parts: EngineParts,
  person: JobActionPerson,
  experiment: string,
  asked: Pick<JobActionAsked, 'action' | 'scope'>,
): Promise<z.input<typeof jobActionPreview>> {
  const { db } = parts.database;
  const plan = await planJobAction(db, askerOf(parts, person, experiment), asked);
  const ids = plan.parts.map((part) => part.submission.submissionId);
  return {
    scope: scopeWords(asked.scope),
    jobs: plan.parts.reduce((sum, part) => sum + part.jobs, 0),
    byState: plan.byState,
    submissions: plan.parts.length,
    launches: plan.underWay + plan.launchIds.length,
    firstSubmissions: plan.parts.slice(0, PREVIEWED).map(({ submission, jobs }) => {
      const { submissionId, campaign, stage, status } = submission;
      return { submissionId, campaign, stage, status, jobs };
    }),
    firstJobs: await selectFirstJobs(db, asked.action, asked.scope, ids, PREVIEWED),
    skipped: plan.skipped,
  };
}

/**
 * Records the action with all that it is to be done to, in one transaction with what needs no batch system: launches
 * that have not begun are cancelled, and their submissions have the status that was asked for. Throws as `planJobAction`.
 */
export async function requestJobAction(
  parts: EngineParts,
  person: JobActionPerson,
  experiment: string,
  asked: JobActionAsked,
): Promise<JobActionMade> {
  const { action, scope, reason } = asked;
  const as = action === 'remove' && isWhole(scope) ? (asked.as ?? 'Removed') : null;
  const key = {
    experiment,
    requestedBy: person.experimenterId,
    requestKey: asked.requestKey ?? randomUUID(),
  };
  return parts.database.db.transaction().execute(async (trx) => {
    const jobActionId = await insertJobAction(trx, { ...key, action, as, scope, reason });
    if (jobActionId === null) {
      const known = await findJobAction(trx, key);
      return { jobActionId: known, isNew: false, parts: 0, launchesCancelled: 0 };
    }
    const plan = await planJobAction(trx, askerOf(parts, person, experiment), asked, true);
    const cancelled = as === null ? NONE : await stopWaiting(trx, plan, person.username, as, reason);
    const left = plan.parts.filter((part) => !cancelled.submissions.has(part.submission.submissionId));
    await insertParts(trx, jobActionId, left.map(toNewPart), {
      skipped: plan.skipped,
      launchesCancelled: cancelled.launches,
    });
    await recordAudit(trx, {
      experiment,
      actor: person.username,
      action: `job.${action}`,
      object: scopeWords(scope),
      before: { submissions: plan.parts.length, byState: plan.byState },
      after: { jobActionId, as, reason, launchesCancelled: cancelled.launches },
    });
    return { jobActionId, isNew: true, parts: left.length, launchesCancelled: cancelled.launches };
  });
}

function askerOf(parts: EngineParts, person: JobActionPerson, experiment: string): Asker {
  return { experiment, systems: new Set(parts.batchSystems.keys()), permit: person.permit };
}

function toNewPart({ submission, batchIds, jobs }: PlannedPart) {
  return { submissionId: submission.submissionId, batchSystem: submission.batchSystem, batchIds, jobs };
}

const NONE = { launches: 0, submissions: new Set<number>() };

/** Launches that have not begun are cancelled; the other submissions count as what was asked for when their jobs have gone. */
async function stopWaiting(
  trx: Transaction,
  plan: Plan,
  username: string,
  as: 'Removed' | 'Cancelled',
  reason: string,
): Promise<typeof NONE> {
  const launchIds = [...plan.launchIds, ...plan.parts.map((part) => part.submission.launchId)];
  const cancelled = await cancelWaiting(trx, launchIds, username);
  const ids = plan.parts.map((part) => part.submission.submissionId);
  await sql`
    update submission b set stop_as = ${as}
    from (select submission_id from submission where submission_id = any(${ids}::bigint[])
      order by submission_id for no key update) as ready
    where b.submission_id = ready.submission_id`.execute(trx);
  const submissions = cancelled.flatMap(({ submissionId }) => submissionId ?? []);
  const message = `Its launch was cancelled before it began. ${reason}`.trim();
  await moveSubmissions(trx, {
    to: as,
    mover: 'person',
    actor: username,
    submissions: submissions.map((submissionId) => ({ submissionId, message })),
  });
  return { launches: cancelled.length, submissions: new Set(submissions) };
}
