/** Stages that pass their dataset on: approval and data transfer (spec/backend.md 5.3, without defect D1). */
import type { Transaction } from '../database/index.ts';
import { dependencyName } from '../domain/dependencies.ts';
import { loadStageContext } from '../services/launches/context.ts';
import { loadDependencies } from '../services/submissions/following.ts';
import { analysisUser } from './output.ts';
import { dataHandling, type EngineParts } from './parts.ts';

/** What these stages work on goes on to their dependents as it is: nothing new comes out of them. */
export function passesDatasetOn(stageType: string): boolean {
  return stageType === 'approval' || stageType === 'datatransfer';
}

/** Defines the output dataset of every dependent as the submission's own dataset. May be repeated. */
export async function passDatasetOn(
  trx: Transaction,
  parts: EngineParts,
  submission: { submissionId: number; stageId: number; dataset: string },
): Promise<void> {
  if (submission.dataset === '') return;
  const context = await loadStageContext(trx, submission.stageId, false);
  const data = dataHandling(parts, context.campaign.dataHandling).within(trx);
  for (const dependency of await loadDependencies(trx, context.stageId)) {
    const name = dependencyName(submission.submissionId, dependency.index, analysisUser(context));
    await data.defineDataset(context.experiment, name, data.datasetQuery([submission.dataset]), true);
  }
}
