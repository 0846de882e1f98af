/** What the launches' routes need besides reading: owner, launch, preview, commands, cancel, retry. */

import { recordAudit } from '../database/audit.ts';
import type { Transaction } from '../database/index.ts';
import { buildCommand } from '../domain/launch-command.ts';
import { parseSplit, sliceCount } from '../domain/splits/index.ts';
import { type ActiveHold, activeHold } from '../services/holds/active.ts';
import { loadStageContext, type StageContext } from '../services/launches/context.ts';
import { cancelLaunch, retryLaunch } from '../services/launches/queries.ts';
import type { LaunchRequest } from '../services/launches/schema.ts';
import { loadDependencies } from '../services/submissions/following.ts';
import { moveSubmission } from '../services/submissions/transition.ts';
import { commandsByHand } from './by-hand.ts';
import { dataHandling, type EngineParts } from './parts.ts';
import { checkStagePlace, commandParts, drainOf } from './prepare.ts';
import { findStage, type LaunchAnswer, requestLaunch } from './request-launch.ts';

interface Who {
  username: string;
  experimenterId: number;
}

/** Slices that a preview shows. */
const PREVIEWED = 3;

export interface Preview {
  stage: string;
  host: string;
  account: string;
  command: string;
  parameters: { key: string; value: string; from: string }[];
  slices: { dataset: string; files: number | null }[];
  /** At most, those included; null where that depends on files. */
  slicesLeft: number | null;
  hold: ActiveHold | null;
  /** Stages that are launched when its output is located. */
  follows: string[];
}

export interface ByHand {
  stage: string;
  host: string;
  account: string;
  /** For a shell of the person. */
  text: string;
}

export function createLaunchDesk(parts: EngineParts) {
  const { db } = parts.database;
  return {
    owner: (experiment: string, request: LaunchRequest) =>
      db.transaction().execute(async (trx) => {
        const stage = await findStage(trx, { experiment, campaign: request.campaign, stage: request.stage });
        return {
          experimenterId: stage.creatorId,
          role: stage.creatorRole === 'analysis' ? ('analysis' as const) : ('production' as const),
        };
      }),
    launch: async (person: Who, experiment: string, request: LaunchRequest): Promise<LaunchAnswer> => {
      const { campaign, stage, test, dataset, parameters, requestKey } = request;
      return requestLaunch(parts, person, {
        experiment,
        campaign,
        stage,
        test,
        dataset,
        parameters,
        requestKey,
      });
    },
    preview: (person: Who, experiment: string, request: LaunchRequest): Promise<Preview> =>
      preview(parts, person, experiment, request),
    commands: (person: Who, experiment: string, request: LaunchRequest): Promise<ByHand> =>
      db.transaction().execute(async (trx) => {
        const { context, command } = await plan(trx, parts, person, experiment, request);
        const { host, account } = context.loginSetup;
        const asked = { launcher: person.username, isTest: request.test, command: command.command };
        const text = await commandsByHand(trx, parts, context, asked);
        return { stage: context.stage.name, host, account, text };
      }),
    cancel: (person: Who, launchId: number): Promise<void> =>
      db.transaction().execute(async (trx) => {
        const submissionId = await cancelLaunch(trx, launchId, person.username);
        if (submissionId !== null) {
          await moveSubmission(trx, {
            submissionId,
            to: 'Cancelled',
            mover: 'person',
            actor: person.username,
            message: 'Its launch was cancelled.',
          });
        }
        await recordAudit(trx, {
          experiment: null,
          actor: person.username,
          action: 'launch.cancel',
          object: `launch ${launchId}`,
        });
      }),
    retry: async (person: Who, launchId: number): Promise<void> => {
      await retryLaunch(db, launchId);
      await recordAudit(db, {
        experiment: null,
        actor: person.username,
        action: 'launch.retry',
        object: `launch ${launchId}`,
      });
    },
  };
}

/** Everything as it would be, with nothing moved and nothing defined. */
async function preview(
  parts: EngineParts,
  person: Who,
  experiment: string,
  request: LaunchRequest,
): Promise<Preview> {
  return parts.database.db.transaction().execute(async (trx) => {
    const planned = await plan(trx, parts, person, experiment, request);
    const { stage, context, slices, slicesLeft, command } = planned;
    const dependencies = await loadDependencies(trx, stage.stageId);
    return {
      stage: context.stage.name,
      host: context.loginSetup.host,
      account: context.loginSetup.account,
      command: command.command,
      parameters: command.parameters.map(({ key, value, origin }) => ({ key, value, from: origin })),
      slices,
      slicesLeft,
      hold: await activeHold(trx, { ...stage, experiment }),
      follows: dependencies.map((one) => one.downstream),
    };
  });
}

/** What would be run where, and on which slices. */
async function plan(
  trx: Transaction,
  parts: EngineParts,
  person: Who,
  experiment: string,
  request: LaunchRequest,
) {
  const stage = await findStage(trx, { experiment, campaign: request.campaign, stage: request.stage });
  const context = await loadStageContext(trx, stage.stageId, false);
  await checkStagePlace(trx, parts, context);
  const { slices, slicesLeft } =
    request.dataset === undefined
      ? await nextSlices(parts, context, request.test)
      : { slices: [{ dataset: request.dataset, files: null }], slicesLeft: null };
  const command = buildCommand(
    commandParts(context, slices[0]?.dataset ?? context.stage.dataset, {
      parameters: request.parameters,
      isTest: request.test,
      experimenter: person.username,
    }),
  );
  return { stage, context, slices, slicesLeft, command };
}

async function nextSlices(
  parts: EngineParts,
  context: StageContext,
  test: boolean,
): Promise<Pick<Preview, 'slices' | 'slicesLeft'>> {
  const { stage } = context;
  const ownSplit = !(test && stage.testSplit !== null);
  const split = parseSplit(ownSplit ? stage.split : stage.testSplit);
  if (split.type === 'none') return { slices: [{ dataset: stage.dataset, files: null }], slicesLeft: null };
  const source = { dataset: stage.dataset, drain: drainOf(context) };
  const data = dataHandling(parts, context.campaign.dataHandling);
  const slices: { dataset: string; files: number | null }[] = [];
  let cursor = ownSplit ? stage.splitCursor : null;
  const slicesLeft = sliceCount(split, source, cursor, parts.now());
  for (let n = 0; n < PREVIEWED; n++) {
    const slice = await data.nextSlice(context.experiment, source, split, cursor, parts.now(), false);
    if (slice === null) break;
    slices.push({ dataset: slice.dataset, files: slice.files });
    cursor = slice.cursor;
  }
  return { slices, slicesLeft };
}
