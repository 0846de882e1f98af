/** The effects of what a person can do with a submission (services/submissions/actions.ts tells when). */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { recordAudit } from '../database/audit.ts';
import type { Transaction } from '../database/index.ts';
import { definitionFiles } from '../domain/dimension-text.ts';
import type { JobAction } from '../domain/job-actions.ts';
import { askedRecovery, parseRecoveryType, RECOVERY_TYPES } from '../domain/recoveries.ts';
import type { Status } from '../domain/status.ts';
import { PomsError } from '../errors.ts';
import { recordIntent } from '../services/launches/intents.ts';
import { SUBMISSION_ACTIONS, type SubmissionAction } from '../services/submissions/actions.ts';
import { type FinishedSubmission, loadFinishedOne } from '../services/submissions/following.ts';
import { getSubmission } from '../services/submissions/queries.ts';
import { moveSubmission, noteEvent } from '../services/submissions/transition.ts';
import { inherited } from './inherited.ts';
import { requestJobAction } from './job-action-desk.ts';
import { outputOf } from './output.ts';
import { dataHandling, type EngineParts } from './parts.ts';

export interface ActionRequest {
  reason: string;
  recoveryType?: string | undefined;
  as?: 'Removed' | 'Cancelled' | undefined;
  requestKey?: string | undefined;
}

export interface ActionResult {
  /** In words. */
  done: string;
  launchId: number | null;
  /** The action on its jobs that it became. */
  jobActionId: number | null;
}

/** `again`: the request had come before and has done nothing now. */
type Done = ActionResult & { again?: boolean };

interface Deed {
  parts: EngineParts;
  experiment: string;
  submissionId: number;
  username: string;
  experimenterId: number;
  request: ActionRequest;
}

/** Throws `wrong-state`, `bad-request` (a reason is missing) and what the action itself may throw. */
export async function actOnSubmission(
  parts: EngineParts,
  person: { username: string; experimenterId: number },
  experiment: string,
  submissionId: number,
  action: SubmissionAction,
  request: ActionRequest,
): Promise<ActionResult> {
  const submission = await getSubmission(parts.database.db, experiment, submissionId);
  const rule = SUBMISSION_ACTIONS[action];
  if (!rule.when.includes(submission.status)) {
    throw new PomsError('wrong-state', {
      kind: 'Submission',
      name: submissionId,
      state: submission.status,
      action: rule.label.toLowerCase(),
      allowed: rule.when.join(' or '),
    });
  }
  if (rule.needsReason && request.reason === '') {
    throw new PomsError('bad-request', { problem: `reason: ${rule.label} needs a reason` });
  }
  const { again, ...result } = await EFFECTS[action]({ parts, experiment, submissionId, ...person, request });
  // An action on jobs tells the submission's history and the audit log itself.
  if (again === true || result.jobActionId !== null) return result;
  await parts.database.db.transaction().execute(async (trx) => {
    const message = `${rule.label}${request.reason === '' ? '' : `: ${request.reason}`}. ${result.done}`;
    await noteEvent(trx, { submissionId, kind: 'action', actor: person.username, message });
    await recordAudit(trx, {
      experiment,
      actor: person.username,
      action: `submission.${action}`,
      object: `submission ${submissionId}`,
      before: { status: submission.status },
      after: { ...request, done: result.done },
    });
  });
  return result;
}

const EFFECTS: Record<SubmissionAction, (deed: Deed) => Promise<Done>> = {
  approve: (deed) => move(deed, 'Completed', 'Approved.'),
  reject: (deed) => move(deed, 'Removed', 'Rejected.'),
  complete: (deed) => move(deed, 'Completed', 'Marked as completed.'),
  locate: (deed) => move(deed, 'Located', 'Marked as located.', { forceLocated: true }),
  hold: (deed) => actOnJobs(deed, 'hold'),
  release: (deed) => actOnJobs(deed, 'release'),
  remove: (deed) => actOnJobs(deed, 'remove'),
  recover,
  relaunch,
};

async function move(
  deed: Deed,
  to: Status,
  words: string,
  also: { forceLocated?: boolean } = {},
): Promise<ActionResult> {
  const { submissionId, username, request } = deed;
  await deed.parts.database.db.transaction().execute(async (trx) => {
    if (also.forceLocated === true) {
      await trx
        .updateTable('submission')
        .set({ forceLocated: true })
        .where('submissionId', '=', submissionId)
        .execute();
    }
    await moveSubmission(trx, {
      submissionId,
      to,
      mover: 'person',
      actor: username,
      message: `${words} ${request.reason}`.trim(),
    });
  });
  return { done: words, launchId: null, jobActionId: null };
}

/** Its jobs are acted on like any others; the answer is the action on jobs that tells how far it is. */
async function actOnJobs(deed: Deed, action: JobAction): Promise<Done> {
  const { parts, submissionId, username, experimenterId, experiment, request } = deed;
  const { reason, as, requestKey } = request;
  const person = { username, experimenterId, permit: () => {} };
  const scope = { submissions: [submissionId] };
  const made = await requestJobAction(parts, person, experiment, { action, scope, as, reason, requestKey });
  const done =
    made.launchesCancelled > 0
      ? 'Its launch was cancelled before it began.'
      : `Asked for as action ${made.jobActionId} on jobs; the status follows what the batch system says.`;
  return { done, launchId: null, jobActionId: made.jobActionId };
}

/**
 * A recovery that a person asks for takes no place in the job type's list (spec/backend.md 13.4 R5). The same
 * `requestKey` again gives the launch it made before.
 */
async function recover(deed: Deed): Promise<Done> {
  return deed.parts.database.db.transaction().execute(async (trx) => {
    const submission = await loadFinishedOne(trx, deed.submissionId, true);
    const original =
      submission.recoveryOf === null ? submission : await loadFinishedOne(trx, submission.recoveryOf, true);
    const named = deed.request.recoveryType;
    const asked = named === undefined ? null : parseRecoveryType(named);
    if (named !== undefined && asked === null) {
      throw new PomsError('bad-request', {
        problem: `recoveryType: is none of ${Object.keys(RECOVERY_TYPES).join(', ')}`,
      });
    }
    const { requestKey } = deed.request;
    const made =
      requestKey === undefined ? null : await madeBefore(trx, original, askedKey(original, requestKey));
    if (made !== null) return made;
    const { type, parameters } = askedRecovery(original.recoveries, original.nextRecovery, asked);
    const source = submission.project ?? original.project;
    if (source === null)
      throw new PomsError('nothing-to-recover', {
        submission: original.submissionId,
        why: 'it has no data project',
      });
    const data = dataHandling(deed.parts, original.dataHandling).within(trx);
    const query = await data.recoveryQuery(original.experiment, type, {
      project: source,
      dataset: original.dataset,
      output: outputOf(original),
    });
    const files = query === '' ? 0 : await data.count(original.experiment, query);
    if (files === 0)
      throw new PomsError('nothing-to-recover', {
        submission: original.submissionId,
        why: `${type} finds no file`,
      });
    const number = await countRecoveries(trx, original);
    const dataset = `poms_recover_${original.submissionId}_m${number}`;
    await data.defineDataset(original.experiment, dataset, query, true);
    const { launchId } = await recordIntent(trx, {
      ...inherited(original),
      stageId: original.stageId,
      cause: 'recovery',
      causeKey: askedKey(original, requestKey ?? `m${number}`),
      dataset,
      parameters,
      recoveryOf: original.submissionId,
      recoveryType: type,
      recoveryPosition: null,
      triggeredBy: null,
      requestedBy: deed.experimenterId,
    });
    return {
      done: `Recovery (${type}) of ${files} files is queued as launch ${launchId}.`,
      launchId,
      jobActionId: null,
    };
  });
}

function askedKey({ submissionId }: FinishedSubmission, key: string): string {
  return `recovery:${submissionId}:asked:${key}`;
}

async function madeBefore(
  trx: Transaction,
  { stageId }: FinishedSubmission,
  causeKey: string,
): Promise<Done | null> {
  const made = await trx
    .selectFrom('launch')
    .select('launchId')
    .where('stageId', '=', stageId)
    .where('causeKey', '=', causeKey)
    .executeTakeFirst();
  if (made === undefined) return null;
  const done = `The recovery is queued as launch ${made.launchId}.`;
  return { done, launchId: made.launchId, jobActionId: null, again: true };
}

async function countRecoveries(trx: Transaction, original: FinishedSubmission): Promise<number> {
  const rows = await sql<{ n: number }>`
    select count(*) as n from launch where recovery_of = ${original.submissionId} and recovery_position is null`.execute(
    trx,
  );
  return (rows.rows[0]?.n ?? 0) + 1;
}

/** The same dataset again, as part of the same run. The same `requestKey` again gives the launch it made before. */
async function relaunch(deed: Deed): Promise<Done> {
  return deed.parts.database.db.transaction().execute(async (trx) => {
    const submission = await loadFinishedOne(trx, deed.submissionId, true);
    const before = await trx
      .selectFrom('launch')
      .innerJoin('submission', 'submission.launchId', 'launch.launchId')
      .select(['launch.parameters', 'submission.recoveryType'])
      .where('submission.submissionId', '=', deed.submissionId)
      .executeTakeFirstOrThrow();
    const { launchId, isNew } = await recordIntent(trx, {
      ...inherited(submission),
      stageId: submission.stageId,
      cause: 'relaunch',
      causeKey: `relaunch:${deed.submissionId}:${deed.request.requestKey ?? randomUUID()}`,
      dataset: submission.dataset === '' ? null : submission.dataset,
      parameters: before.parameters as [string, string][],
      recoveryOf: submission.recoveryOf,
      recoveryType: before.recoveryType,
      recoveryPosition: submission.recoveryPosition,
      triggeredBy: null,
      requestedBy: deed.experimenterId,
    });
    const what = submission.dataset === '' ? 'The stage' : definitionFiles(submission.dataset);
    return {
      done: `${what} is queued again as launch ${launchId}.`,
      launchId,
      jobActionId: null,
      again: !isNew,
    };
  });
}
