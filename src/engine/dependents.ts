/** Launches of one dependent stage after a submission (spec/backend.md 5). */
import type { DataHandling } from '../connectors/data/types.ts';
import type { Transaction } from '../database/index.ts';
import { dependencyName } from '../domain/dependencies.ts';
import { parseSplit } from '../domain/splits/index.ts';
import { PomsError } from '../errors.ts';
import { loadStageContext } from '../services/launches/context.ts';
import { recordIntent } from '../services/launches/intents.ts';
import type { DependencyToFollow, FinishedSubmission } from '../services/submissions/following.ts';
import { noteEvent } from '../services/submissions/transition.ts';
import { inherited } from './inherited.ts';
import { analysisUser, outputOf } from './output.ts';
import { dataHandling, type EngineParts } from './parts.ts';
import { passesDatasetOn } from './pass-on.ts';

/** More slices than this from one output are a mistake in the split. */
const MAX_SLICES = 10_000;

/** Records the launch, or one a slice. The same cause again records nothing new. */
export async function launchDependent(
  trx: Transaction,
  parts: EngineParts,
  original: FinishedSubmission,
  dependency: DependencyToFollow,
): Promise<void> {
  const causeKey = `dependency:${original.submissionId}:${dependency.dependencyId}`;
  const launch = async (key: string, dataset: string | null) =>
    recordIntent(trx, {
      ...inherited(original),
      stageId: dependency.downstreamStageId,
      cause: 'dependency',
      causeKey: key,
      dataset,
      parameters: [],
      recoveryOf: null,
      recoveryType: null,
      recoveryPosition: null,
      triggeredBy: original.submissionId,
    });
  if (dependency.downstreamStageId === original.stageId) {
    await launch(causeKey, null);
    return;
  }
  const data = dataHandling(parts, original.dataHandling).within(trx);
  const dataset = await defineOutput(data, original, dependency);
  const slices = dependency.split
    ? await sliceAll(trx, parts, data, original, dependency, dataset)
    : [{ dataset, key: null }];
  for (const slice of slices)
    await launch(slice.key === null ? causeKey : `${causeKey}:${slice.key}`, slice.dataset);
  await noteEvent(trx, {
    submissionId: original.submissionId,
    kind: 'follow-up',
    actor: 'wrap-up',
    message: `Stage ${dependency.downstream}: ${dependency.split ? `${slices.length} launches, one a slice` : 'launched'} on ${dataset}.`,
  });
}

/**
 * The dataset of what the submission made, for this dependent. A generator's jobs have defined it themselves; so
 * have those of a submission without a project (spec 5.2). A stage that passes its dataset on defined it at its launch.
 */
export async function defineOutput(
  data: DataHandling,
  original: FinishedSubmission,
  dependency: Pick<DependencyToFollow, 'index' | 'filePatterns'>,
): Promise<string> {
  const name = dependencyName(original.submissionId, dependency.index, analysisUser(original));
  const { stageType } = original.stage;
  if (original.project === null || stageType === 'generator' || passesDatasetOn(stageType)) return name;
  const query = await data.outputQuery(
    original.experiment,
    original.project,
    outputOf(original, dependency.filePatterns),
  );
  await data.defineDataset(original.experiment, name, query, true);
  return name;
}

async function sliceAll(
  trx: Transaction,
  parts: EngineParts,
  data: DataHandling,
  original: FinishedSubmission,
  dependency: DependencyToFollow,
  dataset: string,
): Promise<{ dataset: string; key: string }[]> {
  const downstream = await loadStageContext(trx, dependency.downstreamStageId, false);
  const split = parseSplit(downstream.stage.split);
  const source = { dataset, drain: `d${original.submissionId}_${dependency.dependencyId}` };
  const slices: { dataset: string; key: string }[] = [];
  let slice = await data.nextSlice(original.experiment, source, split, null, parts.now(), true);
  while (slice !== null) {
    slices.push({ dataset: slice.dataset, key: slice.key });
    if (slices.length > MAX_SLICES) {
      throw new PomsError('bad-split', {
        split: downstream.stage.split,
        problem: `it cuts ${dataset} into more than ${MAX_SLICES} slices`,
      });
    }
    slice = await data.nextSlice(original.experiment, source, split, slice.cursor, parts.now(), true);
  }
  return slices;
}
