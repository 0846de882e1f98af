/** Launches of recoveries: a submission again, on what of its input has failed (spec/backend.md 4). */
import type { Transaction } from '../database/index.ts';
import { recoveryName, type WrapUpStep } from '../domain/recoveries.ts';
import { STATUS_IDS } from '../domain/status.ts';
import { recordIntent } from '../services/launches/intents.ts';
import type { FinishedSubmission } from '../services/submissions/following.ts';
import { noteEvent } from '../services/submissions/transition.ts';
import { inherited } from './inherited.ts';
import { outputOf } from './output.ts';
import { dataHandling, type EngineParts } from './parts.ts';

/** Looks whether this recovery has input, and launches it then. Either way it counts as looked at. */
export async function launchRecovery(
  trx: Transaction,
  parts: EngineParts,
  original: FinishedSubmission,
  { recovery, position, after }: WrapUpStep & { step: 'recover' },
): Promise<boolean> {
  const { submissionId, experiment } = original;
  const data = dataHandling(parts, original.dataHandling).within(trx);
  const project = await latestProject(trx, original);
  const query =
    project === null
      ? ''
      : await data.recoveryQuery(experiment, recovery.type, {
          project,
          dataset: original.dataset,
          output: outputOf(original),
        });
  const files = query === '' ? 0 : await data.count(experiment, query);
  await trx
    .updateTable('submission')
    .set({ nextRecovery: after })
    .where('submissionId', '=', submissionId)
    .execute();
  if (files === 0) {
    const why = project === null ? 'it has no data project' : 'nothing to recover';
    await note(trx, submissionId, `Recovery ${after} (${recovery.type}): ${why}.`);
    return false;
  }
  const dataset = recoveryName(submissionId, position);
  await data.defineDataset(experiment, dataset, query, true);
  const { launchId } = await recordIntent(trx, {
    ...inherited(original),
    stageId: original.stageId,
    cause: 'recovery',
    causeKey: `recovery:${submissionId}:${position}`,
    dataset,
    parameters: recovery.parameters,
    recoveryOf: submissionId,
    recoveryType: recovery.type,
    recoveryPosition: position,
    triggeredBy: null,
  });
  await note(trx, submissionId, `Recovery ${after} (${recovery.type}): ${files} files, launch ${launchId}.`);
  return true;
}

/** A later recovery works on what the one before it left (spec/backend.md 4.3). */
async function latestProject(trx: Transaction, original: FinishedSubmission): Promise<string | null> {
  const last = await trx
    .selectFrom('submission')
    .select('project')
    .where('recoveryOf', '=', original.submissionId)
    .where('statusId', '=', STATUS_IDS.Located)
    .where('project', 'is not', null)
    .orderBy('submissionId', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.project ?? original.project;
}

async function note(trx: Transaction, submissionId: number, message: string): Promise<void> {
  await noteEvent(trx, { submissionId, kind: 'follow-up', actor: 'wrap-up', message });
}
