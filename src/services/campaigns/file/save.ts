/** Makes the stored campaign what the file says. */

import { recordAudit } from '../../../database/audit.ts';
import type { Transaction } from '../../../database/index.ts';
import { orInUse } from '../../editing.ts';
import type { DependencyDefinition } from './definition.ts';
import { startsAgain } from './split-place.ts';
import {
  deleteDependency,
  deleteStage,
  insertCampaign,
  insertStage,
  storeDependency,
  storeTags,
  updateCampaign,
  updateStage,
} from './store.ts';
import { goneStages, type Work } from './work.ts';

/** Stores the campaign, its stages, dependencies and tags. */
export async function saveCampaign(work: Work): Promise<void> {
  const { trx, editor, author, experiment, stored, wanted, changes } = work;
  const campaignId =
    stored === null ? await insertCampaign(trx, experiment, wanted, author) : stored.campaignId;
  if (stored !== null) await updateCampaign(trx, campaignId, wanted, author);
  const touched = new Set(
    changes.flatMap(({ kind, what, name }) => (kind === 'stage' && what !== 'remove' ? [name] : [])),
  );
  for (const stage of goneStages(work)) {
    await orInUse('Stage', stage.name, () => deleteStage(trx, stage.stageId));
  }
  for (const stage of wanted.stages.filter(({ name }) => touched.has(name))) {
    const before = stored?.definition.stages.find(({ name }) => name === stage.name);
    if (before === undefined) await insertStage(trx, campaignId, experiment, stage, author);
    else await updateStage(trx, experiment, before, stage, startsAgain(before.split, stage.split), author);
  }
  await storeDependencies(trx, campaignId, stored?.definition.dependencies ?? [], wanted.dependencies);
  await storeTags(trx, experiment, campaignId, wanted.tags);
  await recordAudit(trx, {
    experiment,
    actor: editor.username,
    action: 'apply',
    object: `campaign ${wanted.name}`,
    before: stored?.definition,
    after: wanted,
  });
}

async function storeDependencies(
  trx: Transaction,
  campaignId: number,
  before: DependencyDefinition[],
  after: DependencyDefinition[],
): Promise<void> {
  const key = ({ from, to }: DependencyDefinition) => JSON.stringify([from, to]);
  const wanted = new Set(after.map(key));
  for (const { from, to } of before.filter((one) => !wanted.has(key(one)))) {
    await deleteDependency(trx, campaignId, from, to);
  }
  for (const dependency of after) await storeDependency(trx, campaignId, dependency);
}
