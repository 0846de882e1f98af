/**
 * Dependencies that wait for all: the downstream stage is launched once in a run, when everything upstream of it has
 * finished. Called with the run's first launch locked, so that of two last submissions one sees the other finished.
 */
import { sql } from 'kysely';
import type { Transaction } from '../database/index.ts';
import { parseSplit } from '../domain/splits/index.ts';
import { type StageGraph, stageLayers, upstreamOf } from '../domain/stage-graph.ts';
import { recordIntent } from '../services/launches/intents.ts';
import {
  type FinishedSubmission,
  loadDependencies,
  loadFinished,
  loadFinishedOne,
} from '../services/submissions/following.ts';
import { defineOutput } from './dependents.ts';
import { inherited } from './inherited.ts';
import { dataHandling, type EngineParts } from './parts.ts';

/** Launches every gather of the run whose time has come. */
export async function launchGathers(
  trx: Transaction,
  parts: EngineParts,
  finished: FinishedSubmission,
): Promise<void> {
  const found = await loadGraph(trx, finished.campaignId);
  if (found === null) return;
  const { graph, stageIds, gathers } = found;
  const order = stageLayers(graph).flat();
  for (const gather of gathers.sort((a, b) => order.indexOf(a.to) - order.indexOf(b.to))) {
    const upstream = upstreamOf(graph, gather.to).flatMap((name) => stageIds.get(name) ?? []);
    if (await isBusy(trx, finished.runId, upstream)) continue;
    await launchGather(trx, parts, finished, gather);
  }
}

interface Gather {
  dependencyId: number;
  upstreamStageId: number;
  downstreamStageId: number;
  to: string;
}

/** Null where nothing waits for all. */
async function loadGraph(
  trx: Transaction,
  campaignId: number,
): Promise<{ graph: StageGraph; stageIds: Map<string, number>; gathers: Gather[] } | null> {
  const dependencies = await trx
    .selectFrom('dependency')
    .selectAll()
    .where('campaignId', '=', campaignId)
    .execute();
  if (!dependencies.some((one) => one.wait === 'all')) return null;
  const stages = await trx
    .selectFrom('stage')
    .select(['stageId', 'name', 'split'])
    .where('campaignId', '=', campaignId)
    .execute();
  const nameOf = new Map(stages.map((stage) => [stage.stageId, stage.name]));
  const named = dependencies.map((one) => ({
    ...one,
    from: nameOf.get(one.upstreamStageId) ?? '',
    to: nameOf.get(one.downstreamStageId) ?? '',
  }));
  return {
    graph: {
      stages: stages.map((stage) => ({ name: stage.name, split: parseSplit(stage.split) })),
      dependencies: named.map(({ from, to }) => ({ from, to })),
    },
    stageIds: new Map(stages.map((stage) => [stage.name, stage.stageId])),
    gathers: named.filter((one) => one.wait === 'all'),
  };
}

/**
 * Is there anything upstream in this run that is not finished, or failed and was not done again? What a person
 * stopped is finished. A launch with a submission is as far as that is: its jobs may end before its script does.
 */
async function isBusy(trx: Transaction, runId: number, stageIds: number[]): Promise<boolean> {
  const rows = await sql`
    select from launch l where l.run_id = ${runId} and l.stage_id = any(${stageIds}::int[])
      and l.state in ('queued', 'claimed', 'running', 'failed')
      and not exists (select from submission b where b.launch_id = l.launch_id)
    union all
    select from submission b join submission_status t using (status_id)
    where b.run_id = ${runId} and b.stage_id = any(${stageIds}::int[])
      and (b.work is not null or t.status not in ('Located', 'Removed', 'Cancelled'))
      and not (t.status in ('Failed', 'LaunchFailed') and exists (
        select from submission again where again.run_id = b.run_id and again.stage_id = b.stage_id
          and again.dataset = b.dataset and again.submission_id > b.submission_id))
    limit 1`.execute(trx);
  return rows.rows.length > 0;
}

async function launchGather(
  trx: Transaction,
  parts: EngineParts,
  finished: FinishedSubmission,
  gather: Gather,
): Promise<void> {
  const located = await sql<{ submissionId: number }>`
    select submission_id from submission
    where run_id = ${finished.runId} and stage_id = ${gather.upstreamStageId} and recovery_of is null and status_id = 8000
    order by submission_id`.execute(trx);
  const ids = located.rows.map((row) => row.submissionId);
  const dependency = (await loadDependencies(trx, gather.upstreamStageId)).find(
    (one) => one.dependencyId === gather.dependencyId,
  );
  if (ids.length === 0 || dependency === undefined) return;
  const data = dataHandling(parts, finished.dataHandling).within(trx);
  const outputs: string[] = [];
  for (const submission of (await loadFinished(trx, ids)).sort((a, b) => a.submissionId - b.submissionId)) {
    outputs.push(await defineOutput(data, submission, dependency));
  }
  const dataset = `poms_gathers_${finished.runId}_${gather.dependencyId}`;
  await data.defineDataset(finished.experiment, dataset, data.datasetQuery(outputs), true);
  await recordIntent(trx, {
    ...inherited(finished),
    stageId: gather.downstreamStageId,
    cause: 'dependency',
    causeKey: `gather:${finished.runId}:${gather.dependencyId}`,
    dataset,
    parameters: [],
    recoveryOf: null,
    recoveryType: null,
    recoveryPosition: null,
    triggeredBy: finished.submissionId,
  });
}

/**
 * Looks again at runs of the last day whose gathers have not been launched: what they waited for may have gone
 * without a submission of its own to follow up, as a launch does that a person cancels.
 */
export async function sweepGathers(parts: EngineParts): Promise<void> {
  const { db } = parts.database;
  const runs = await sql<{ submissionId: number }>`
    select max(b.submission_id) as submission_id
    from submission b join dependency d on d.campaign_id = b.campaign_id and d.wait = 'all'
    where b.updated > now() - interval '1 day' and b.stage_id = d.upstream_stage_id and b.status_id = 8000
      and not exists (select from launch l where l.stage_id = d.downstream_stage_id
        and l.cause_key = 'gather:' || b.run_id || ':' || d.dependency_id)
    group by b.run_id limit 200`.execute(db);
  for (const { submissionId } of runs.rows) {
    await db.transaction().execute(async (trx) => {
      const finished = await loadFinishedOne(trx, submissionId);
      await lockRun(trx, finished.runId);
      await launchGathers(trx, parts, finished);
    });
  }
}

/** One step at a time per run: a gather must see what others of the run have just done. */
export async function lockRun(trx: Transaction, runId: number): Promise<void> {
  await sql`select from launch where launch_id = ${runId} for no key update`.execute(trx);
}
