/** A launch that a person or script asks for: checked and prepared at once, so that what is wrong is said at once. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Transaction } from '../database/index.ts';
import type { Parameters } from '../domain/parameters.ts';
import { parseSplit } from '../domain/splits/index.ts';
import { leadingStages } from '../domain/stage-graph.ts';
import { PomsError } from '../errors.ts';
import { type ActiveHold, activeHold } from '../services/holds/active.ts';
import { type LaunchCause, recordIntent } from '../services/launches/intents.ts';
import type { EngineParts } from './parts.ts';
import { prepareLaunch } from './prepare.ts';

export interface RequestedLaunch {
  experiment: string;
  campaign: string;
  stage: string | undefined;
  test: boolean;
  dataset: string | undefined;
  parameters: Parameters;
  requestKey: string | undefined;
}

export interface LaunchAnswer {
  launchId: number;
  submissionId: number | null;
  /** Queued, not launched: the hold must be released first. */
  hold: ActiveHold | null;
}

/**
 * Records the launch and, unless it is held, makes its submission in the same transaction: an unknown name, an
 * exhausted split or any other fault of the definitions is answered and leaves nothing behind. The same
 * `requestKey` again gives the launch it made before.
 */
export async function requestLaunch(
  parts: EngineParts,
  person: { experimenterId: number; username: string },
  request: RequestedLaunch,
): Promise<LaunchAnswer> {
  return parts.database.db.transaction().execute(async (trx) => {
    const target = await findStage(trx, request);
    const cause: LaunchCause = request.test ? 'test' : 'manual';
    const { launchId } = await recordIntent(trx, {
      stageId: target.stageId,
      campaignId: target.campaignId,
      experiment: request.experiment,
      cause,
      causeKey: `request:${request.requestKey ?? randomUUID()}`,
      runId: null,
      dataset: request.dataset ?? null,
      parameters: request.parameters,
      isTest: request.test,
      recoveryOf: null,
      recoveryType: null,
      recoveryPosition: null,
      triggeredBy: null,
      requestedBy: person.experimenterId,
    });
    if (!target.active) {
      await trx
        .updateTable('campaign')
        .set({ active: true })
        .where('campaignId', '=', target.campaignId)
        .execute();
    }
    const hold = await activeHold(trx, { ...target, experiment: request.experiment });
    const submissionId = hold === null ? await prepareLaunch(trx, parts, launchId) : null;
    return { launchId, submissionId, hold };
  });
}

export interface FoundStage {
  campaignId: number;
  /** Whether its campaign is. */
  active: boolean;
  stageId: number;
  name: string;
  split: string | null;
  creatorId: number;
  creatorRole: string;
}

/** The stage by name, or the campaign's only leading one. Throws `not-found` or `several-leading-stages`. */
export async function findStage(
  trx: Transaction,
  request: { experiment: string; campaign: string; stage: string | undefined },
): Promise<FoundStage> {
  const rows = await sql<FoundStage | (Omit<FoundStage, 'stageId'> & { stageId: null })>`
    select c.campaign_id, c.active, s.stage_id, s.name, s.split, s.creator_id, s.creator_role
    from campaign c left join stage s using (campaign_id)
    where c.experiment = ${request.experiment} and c.name = ${request.campaign}`.execute(trx);
  const [first] = rows.rows;
  if (first === undefined) throw new PomsError('not-found', { kind: 'campaign', name: request.campaign });
  // A campaign without stages is one row without a stage.
  const stages = rows.rows.filter((row) => row.stageId !== null);
  const name = request.stage ?? (await onlyLeading(trx, request.campaign, first.campaignId, stages));
  const found = stages.find((stage) => stage.name === name);
  if (found === undefined) throw new PomsError('not-found', { kind: 'stage', name });
  return found;
}

async function onlyLeading(
  trx: Transaction,
  campaign: string,
  campaignId: number,
  stages: { stageId: number; name: string; split: string | null }[],
): Promise<string> {
  const dependencies = await trx
    .selectFrom('dependency')
    .selectAll()
    .where('campaignId', '=', campaignId)
    .execute();
  const nameOf = (id: number) => stages.find((stage) => stage.stageId === id)?.name ?? '';
  const leading = leadingStages({
    stages: stages.map((stage) => ({ name: stage.name, split: parseSplit(stage.split) })),
    dependencies: dependencies.map((one) => ({
      from: nameOf(one.upstreamStageId),
      to: nameOf(one.downstreamStageId),
    })),
  });
  const [first, ...more] = leading;
  if (first === undefined || more.length > 0) {
    throw new PomsError('several-leading-stages', {
      campaign,
      count: leading.length,
      stages: leading.join(', '),
    });
  }
  return first;
}
