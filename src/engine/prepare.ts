/**
 * From a launch intent to a submission: takes the slice, fills in the command, stores the snapshots — all in the
 * caller's one transaction, so that a slice is never taken twice or lost, and bad input creates nothing.
 */
import { sql } from 'kysely';
import { json, type Transaction } from '../database/index.ts';
import { loadLaunchPolicy } from '../database/launch-rules.ts';
import { buildCommand, type CommandParts } from '../domain/launch-command.ts';
import { checkPlace, runnerOf } from '../domain/launch-rules.ts';
import type { Parameters } from '../domain/parameters.ts';
import { parseSplit, type SliceCursor, type Split } from '../domain/splits/index.ts';
import { PomsError } from '../errors.ts';
import { loadStageContext, type StageContext } from '../services/launches/context.ts';
import { type Intent, makeSubmission, type TakenSlice } from './make-submission.ts';
import { dataHandling, type EngineParts } from './parts.ts';

/**
 * The submission of the launch, made now or before; null for a launch that has ended without one, as when a person has
 * cancelled it. Throws `no-slice-left`, `unknown-template-name`, `place-not-allowed` and what else is wrong with the
 * definitions; then nothing is stored.
 */
export async function prepareLaunch(
  trx: Transaction,
  parts: EngineParts,
  launchId: number,
): Promise<number | null> {
  const intent = await loadIntent(trx, launchId);
  if (intent.submissionId !== null) return intent.submissionId;
  if (intent.over) return null;
  const found = await loadStageContext(trx, intent.stageId, false);
  await checkStagePlace(trx, parts, found);
  // Launches that take something of the stage do so one after the other; the others need not wait for it.
  const takes = intent.dataset !== null || splitOf(intent, found).type !== 'none';
  const context = takes ? await loadStageContext(trx, intent.stageId, true) : found;
  const slice = await takeSlice(trx, parts, intent, context);
  const command = buildCommand(commandParts(context, slice.dataset, intent));
  return makeSubmission(trx, intent, context, slice, command);
}

/**
 * Throws `place-not-allowed` where the stage may not run on the host and account of its login setup: the launch rules
 * may have changed since it was saved, and the login setup may be made for stages of another role or person.
 */
export async function checkStagePlace(
  trx: Transaction,
  parts: EngineParts,
  { experiment, loginSetup, stage }: StageContext,
): Promise<void> {
  const policy = await loadLaunchPolicy(trx, experiment, parts.settings.openLocalHost);
  checkPlace(policy, loginSetup, [runnerOf(stage)]);
}

/** What the command is built from; a preview uses it too. */
export function commandParts(
  context: StageContext,
  dataset: string,
  intent: { parameters: Parameters; isTest: boolean; experimenter: string },
): CommandParts {
  return {
    where: `Stage ${context.stage.name}`,
    launchScript: context.jobType.launchScript,
    jobTypeParameters: context.jobType.parameters,
    campaignParameters: context.campaign.parameters,
    mergeOverrides: context.stage.mergeOverrides,
    stageParameters: context.stage.parameters,
    launchParameters: intent.parameters,
    testParameters: context.stage.testParameters,
    isTest: intent.isTest,
    keywords: context.campaign.keywords,
    dataset,
    version: context.stage.softwareVersion,
    experimenter: intent.experimenter,
    experiment: context.experiment,
  };
}

interface LockedIntent extends Intent {
  /** Made of it before. */
  submissionId: number | null;
  /** The launch has ended. */
  over: boolean;
}

async function loadIntent(trx: Transaction, launchId: number): Promise<LockedIntent> {
  const rows = await sql<LockedIntent>`
    select l.launch_id, l.run_id, l.stage_id, l.cause, l.dataset, l.parameters, l.is_test, l.recovery_of, l.recovery_type,
      l.recovery_position, l.triggered_by, l.requested_by, p.username as experimenter,
      l.state in ('done', 'failed', 'cancelled') as over,
      (select b.submission_id from submission b where b.launch_id = l.launch_id) as submission_id
    from launch l join experimenter p on p.experimenter_id = l.requested_by
    where l.launch_id = ${launchId} for no key update of l`.execute(trx);
  const intent = rows.rows[0];
  if (intent === undefined) throw new PomsError('not-found', { kind: 'launch', name: launchId });
  return intent;
}

async function takeSlice(
  trx: Transaction,
  parts: EngineParts,
  intent: Intent,
  context: StageContext,
): Promise<TakenSlice> {
  if (intent.dataset !== null) return givenDataset(trx, parts, intent, context, intent.dataset);
  const { stage } = context;
  const split = splitOf(intent, context);
  if (split.type === 'none') return { dataset: stage.dataset, files: null, key: null, attempt: 1 };
  const ownSplit = !(intent.isTest && stage.testSplit !== null);
  const cursor: SliceCursor = ownSplit ? stage.splitCursor : null;
  const data = dataHandling(parts, context.campaign.dataHandling).within(trx);
  // A test takes nothing away from the real launches: its record of taken files is its own.
  const drain = intent.isTest ? `t${intent.launchId}` : drainOf(context);
  const slice = await data.nextSlice(
    context.experiment,
    { dataset: stage.dataset, drain },
    split,
    cursor,
    parts.now(),
    true,
  );
  if (slice === null) throw new PomsError('no-slice-left', { stage: stage.name, dataset: stage.dataset });
  if (intent.isTest) return { ...slice, key: `test:${intent.launchId}`, attempt: 1 };
  await trx
    .updateTable('stage')
    .set({ splitCursor: json(slice.cursor) })
    .where('stageId', '=', context.stageId)
    .execute();
  return { ...slice, key: `${stage.splitEpoch}:${slice.key}`, attempt: 1 };
}

/** A test has a split of its own where the stage states one. */
function splitOf(intent: { isTest: boolean }, { stage }: StageContext): Split {
  return parseSplit((intent.isTest ? stage.testSplit : null) ?? stage.split);
}

/** The name under which the draining splits of a stage remember which files were taken. */
export function drainOf(context: StageContext): string {
  return `s${context.stageId}e${context.stage.splitEpoch}`;
}

async function givenDataset(
  trx: Transaction,
  parts: EngineParts,
  intent: Intent,
  context: StageContext,
  dataset: string,
): Promise<TakenSlice> {
  const key = `dataset:${dataset}`;
  const before = await trx
    .selectFrom('launch')
    .select((select) => select.fn.max('attempt').as('attempt'))
    .where('stageId', '=', intent.stageId)
    .where('sliceKey', '=', key)
    .executeTakeFirstOrThrow();
  const data = dataHandling(parts, context.campaign.dataHandling).within(trx);
  const query = await data.describe(context.experiment, dataset);
  const files = query === null ? null : await data.count(context.experiment, data.datasetQuery([dataset]));
  return { dataset, files, key, attempt: (before.attempt ?? 0) + 1 };
}
