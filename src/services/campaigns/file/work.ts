/** What the steps of one apply share. */
import type { Transaction } from '../../../database/index.ts';
import type { Editor } from '../../editing.ts';
import type { Change } from '../schema.ts';
import type { CampaignDefinition, StageDefinition } from './definition.ts';
import type { Author } from './store.ts';
import type { StoredCampaign, StoredStage } from './stored.ts';

/** Everything one apply works with. */
export interface Work {
  trx: Transaction;
  editor: Editor;
  author: Author;
  experiment: string;
  stored: StoredCampaign | null;
  wanted: CampaignDefinition;
  /** Of the campaign itself, without its login setups and job types. */
  changes: Change[];
  dryRun: boolean;
}

/** Stored stages that the file has no more. */
export const goneStages = ({ stored, wanted }: Work): StoredStage[] =>
  (stored?.definition.stages ?? []).filter(({ name }) => !wanted.stages.some((stage) => stage.name === name));

/** Stages that are stored and in the file, as they were and as they shall be. */
export function keptStages({ stored, wanted }: Work): (readonly [StoredStage, StageDefinition])[] {
  return wanted.stages.flatMap((after) => {
    const before = stored?.definition.stages.find(({ name }) => name === after.name);
    return before === undefined ? [] : [[before, after] as const];
  });
}
