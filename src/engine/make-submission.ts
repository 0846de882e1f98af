/** The rows of a submission, made of a launch intent: the submission, its snapshots, its first events. */
import { sql } from 'kysely';
import { json, type Transaction } from '../database/index.ts';
import type { LaunchCommand } from '../domain/launch-command.ts';
import { projectName } from '../domain/launch-environment.ts';
import type { Parameters } from '../domain/parameters.ts';
import { STATUS_IDS } from '../domain/status.ts';
import type { StageContext } from '../services/launches/context.ts';
import { snapshotsOf } from '../services/submissions/snapshots.ts';

export interface Intent {
  launchId: number;
  runId: number;
  stageId: number;
  cause: string;
  dataset: string | null;
  parameters: Parameters;
  isTest: boolean;
  recoveryOf: number | null;
  recoveryType: string | null;
  recoveryPosition: number | null;
  triggeredBy: number | null;
  requestedBy: number;
  experimenter: string;
}

export interface TakenSlice {
  dataset: string;
  /** How many there are; null where they are not counted. */
  files: number | null;
  /** Null where nothing is sliced: then the stage may launch it any number of times. */
  key: string | null;
  attempt: number;
}

/** Makes the submission, writes the slice it took into its launch, and returns its id. */
export async function makeSubmission(
  trx: Transaction,
  intent: Intent,
  context: StageContext,
  slice: TakenSlice,
  command: LaunchCommand,
): Promise<number> {
  const snapshots = await snapshotsOf(trx, {
    // Where the stage is in its dataset is no part of its definition.
    stage: { ...context.stage, splitCursor: undefined, splitEpoch: undefined },
    job_type: { ...context.jobType },
    login_setup: { ...context.loginSetup },
  });
  const submissionId = await insertSubmission(trx, intent, context, slice, command, snapshots);
  const files = slice.files === null ? '' : `, ${slice.files} files`;
  const dataset = command.dataset === '' ? '(none)' : command.dataset;
  await trx
    .insertInto('submissionEvent')
    .values([
      {
        submissionId,
        kind: 'status',
        statusId: STATUS_IDS.New,
        actor: intent.experimenter,
        message: causeWords(intent),
      },
      {
        submissionId,
        kind: 'launch',
        statusId: null,
        actor: 'engine',
        message: `Dataset ${dataset}${files}; project ${projectName(submissionId)}`,
      },
    ])
    .execute();
  return submissionId;
}

/** Launch and submission in one statement, for neither is right without the other. */
async function insertSubmission(
  trx: Transaction,
  intent: Intent,
  { campaign, experiment, loginSetup }: StageContext,
  slice: TakenSlice,
  { command, dataset, parameters }: LaunchCommand,
  snapshots: { stage: number; job_type: number; login_setup: number },
): Promise<number> {
  const { rows } = await sql<{ submissionId: number }>`
    with sliced as (
      update launch set slice_key = ${slice.key}, attempt = ${slice.attempt}, dataset = ${slice.dataset}
      where launch_id = ${intent.launchId})
    insert into submission (launch_id, run_id, stage_id, campaign_id, experiment, creator_id, stage_snapshot_id,
      job_type_snapshot_id, login_setup_snapshot_id, dataset, files_expected, parameters, command, batch_system, is_test,
      recovery_of, recovery_type, recovery_position, triggered_by)
    values (${intent.launchId}, ${intent.runId}, ${intent.stageId}, ${campaign.campaignId}, ${experiment},
      ${intent.requestedBy}, ${snapshots.stage}, ${snapshots.job_type}, ${snapshots.login_setup}, ${dataset},
      ${slice.files}, ${json(parameters.map(({ key, value }) => [key, value]))}, ${command}, ${loginSetup.batchSystem},
      ${intent.isTest || campaign.type === 'test'}, ${intent.recoveryOf}, ${intent.recoveryType},
      ${intent.recoveryPosition}, ${intent.triggeredBy})
    returning submission_id`.execute(trx);
  const [made] = rows;
  if (made === undefined) throw new Error('an insert returned nothing');
  return made.submissionId;
}

function causeWords(intent: Intent): string {
  switch (intent.cause) {
    case 'dependency':
      return `Launched because submission ${intent.triggeredBy} was located.`;
    case 'recovery':
      return `Launched to recover submission ${intent.recoveryOf} (${intent.recoveryType}).`;
    case 'schedule':
      return 'Launched by the schedule.';
    default:
      return `Launched by ${intent.experimenter}${intent.isTest ? ' as a test' : ''}.`;
  }
}
