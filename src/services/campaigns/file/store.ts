/** The statements that make a stored campaign what its definition says. */
import { sql } from 'kysely';
import { json, type Transaction } from '../../../database/index.ts';
import type { CampaignDefinition, DependencyDefinition, StageDefinition } from './definition.ts';
import type { StoredStage } from './stored.ts';

export interface Author {
  experimenterId: number;
  role: 'analysis' | 'production';
}

/**
 * Changes of the campaigns of one experiment wait for each other until the transaction ends: they share job types and
 * login setups, and each takes milliseconds.
 */
export async function lockDefinitions(trx: Transaction, experiment: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`definitions:${experiment}`}, 0))`.execute(trx);
}

export async function insertCampaign(
  trx: Transaction,
  experiment: string,
  definition: CampaignDefinition,
  author: Author,
): Promise<number> {
  const made = await trx
    .insertInto('campaign')
    .values({
      experiment,
      ...campaignColumns(definition),
      creatorId: author.experimenterId,
      creatorRole: author.role,
    })
    .returning('campaignId')
    .executeTakeFirstOrThrow();
  return made.campaignId;
}

/** Stores the header and raises the version. */
export async function updateCampaign(
  trx: Transaction,
  campaignId: number,
  definition: CampaignDefinition,
  author: Author,
): Promise<void> {
  await trx
    .updateTable('campaign')
    .set({ ...campaignColumns(definition), updaterId: author.experimenterId })
    .set({ version: sql<number>`version + 1`, updated: sql<Date>`clock_timestamp()` })
    .where('campaignId', '=', campaignId)
    .execute();
}

const campaignColumns = (definition: CampaignDefinition) => ({
  name: definition.name,
  description: definition.description,
  type: definition.type,
  active: definition.active,
  dataHandling: definition.dataHandling,
  keywords: json(definition.keywords),
  defaults: json(definition.defaults),
  positions: json(definition.positions),
});

export async function insertStage(
  trx: Transaction,
  campaignId: number,
  experiment: string,
  stage: StageDefinition,
  author: Author,
): Promise<void> {
  await trx
    .insertInto('stage')
    .values({
      campaignId,
      experiment,
      ...stageColumns(experiment, stage),
      creatorId: author.experimenterId,
      creatorRole: author.role,
    })
    .execute();
}

/** `startAgain`: the split begins at its first slice. */
export async function updateStage(
  trx: Transaction,
  experiment: string,
  stored: StoredStage,
  stage: StageDefinition,
  startAgain: boolean,
  author: Author,
): Promise<void> {
  await trx
    .updateTable('stage')
    .set({ ...stageColumns(experiment, stage), updaterId: author.experimenterId })
    .set({ version: sql<number>`version + 1`, updated: sql<Date>`clock_timestamp()` })
    .$if(startAgain, (query) => query.set({ splitCursor: null, splitEpoch: sql<number>`split_epoch + 1` }))
    .where('stageId', '=', stored.stageId)
    .execute();
}

const stageColumns = (experiment: string, stage: StageDefinition) => ({
  name: stage.name,
  // The checks found both names; a null where one has gone since breaks the statement, and nothing is stored.
  jobTypeId: sql<number>`(select job_type_id from job_type where experiment = ${experiment} and name = ${stage.jobType})`,
  loginSetupId: sql<number>`(select login_setup_id from login_setup where experiment = ${experiment} and name = ${stage.loginSetup})`,
  stageType: stage.type,
  voRole: stage.voRole,
  softwareVersion: stage.softwareVersion,
  dataset: stage.dataset,
  split: stage.split,
  testSplit: stage.testSplit,
  parameters: json(stage.parameters),
  testParameters: json(stage.testParameters),
  mergeOverrides: stage.mergeOverrides,
  completionType: stage.completion,
  completionPct: stage.completionPct,
  outputAncestorDepth: stage.outputAncestorDepth,
  dataSettings: json(stage.dataSettings),
  inherits: stage.inherits,
});

/** Fails on the foreign key where it was ever launched. Its dependencies go with it. */
export async function deleteStage(trx: Transaction, stageId: number): Promise<void> {
  await trx.deleteFrom('stage').where('stageId', '=', stageId).execute();
}

/** Of these stages, the names of those that were ever launched. */
export async function launchedStages(trx: Transaction, stageIds: number[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from stage where stage_id = any(${stageIds}::integer[])
      and exists (select from launch where launch.stage_id = stage.stage_id) order by name`.execute(trx);
  return rows.map((row) => row.name);
}

/** Which of these stages have taken slices of their split. */
export async function stagesUnderWay(trx: Transaction, stageIds: number[]): Promise<Set<number>> {
  const { rows } = await sql<{ stageId: number }>`
    select stage_id from stage where stage_id = any(${stageIds}::integer[]) and split_cursor is not null`.execute(
    trx,
  );
  return new Set(rows.map((row) => row.stageId));
}

/** Dependencies that stay keep their ids: causes of launches name them. */
export async function storeDependency(
  trx: Transaction,
  campaignId: number,
  { from, to, files, split, wait }: DependencyDefinition,
): Promise<void> {
  await sql`
    insert into dependency (campaign_id, upstream_stage_id, downstream_stage_id, file_patterns, split, wait)
    select ${campaignId}, a.stage_id, b.stage_id, ${files}::text[], ${split}, ${wait}
    from stage a, stage b
    where a.campaign_id = ${campaignId} and a.name = ${from} and b.campaign_id = ${campaignId} and b.name = ${to}
    on conflict (upstream_stage_id, downstream_stage_id)
      do update set file_patterns = excluded.file_patterns, split = excluded.split, wait = excluded.wait`.execute(
    trx,
  );
}

export async function deleteDependency(
  trx: Transaction,
  campaignId: number,
  from: string,
  to: string,
): Promise<void> {
  await sql`
    delete from dependency d using stage a, stage b
    where d.campaign_id = ${campaignId} and a.stage_id = d.upstream_stage_id and b.stage_id = d.downstream_stage_id
      and a.name = ${from} and b.name = ${to}`.execute(trx);
}

/** The campaign has these tags and no others; new ones are made. */
export async function storeTags(
  trx: Transaction,
  experiment: string,
  campaignId: number,
  tags: string[],
): Promise<void> {
  await sql`insert into tag (experiment, name) select ${experiment}, unnest(${tags}::text[]) on conflict do nothing`.execute(
    trx,
  );
  await sql`delete from campaign_tag where campaign_id = ${campaignId} and tag_id not in
    (select tag_id from tag where experiment = ${experiment} and name = any(${tags}::text[]))`.execute(trx);
  await sql`insert into campaign_tag (campaign_id, tag_id)
    select ${campaignId}, tag_id from tag where experiment = ${experiment} and name = any(${tags}::text[])
    on conflict do nothing`.execute(trx);
}
