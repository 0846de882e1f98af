/** Campaigns: graphs of stages, changed by campaign files. */

import { recordAudit } from '../../database/audit.ts';
import { selectDefinitions } from '../../database/definitions.ts';
import type { Db, Transaction } from '../../database/index.ts';
import { PomsError } from '../../errors.ts';
import { JOB_TYPE, LOGIN_SETUP } from '../definition-kinds.ts';
import { checkVersion, type Editor, orInUse, orNameTaken } from '../editing.ts';
import { type ApplyInput, type ApplyLimits, applyCampaign } from './file/apply.ts';
import type { CampaignDefinition } from './file/definition.ts';
import { exportCampaign } from './file/export.ts';
import { lockDefinitions, storeTags, updateCampaign } from './file/store.ts';
import { loadCampaign, type StoredCampaign } from './file/stored.ts';
import { type CampaignListed, type CampaignListQuery, listCampaigns } from './list.ts';
import { countSubmissions, deleteCampaign } from './queries.ts';
import type { ApplyResult, CampaignPatch } from './schema.ts';
import { type CampaignShown, viewCampaign } from './view.ts';

export interface Campaigns {
  list(
    experiment: string,
    query: CampaignListQuery,
  ): Promise<{ items: CampaignListed[]; next: string | null }>;
  /** Throws `not-found`. */
  view(experiment: string, name: string): Promise<CampaignShown>;
  /** The campaign's file with the job types and login setups it uses, in YAML. Throws `not-found`. */
  file(experiment: string, name: string): Promise<string>;
  /** Throws `bad-campaign`, `stale-version`, `not-allowed`, `in-use`. */
  apply(editor: Editor, experiment: string, input: ApplyInput): Promise<ApplyResult>;
  /** Throws `not-found`, `not-allowed`, `stale-version`, `name-taken`. */
  change(editor: Editor, experiment: string, name: string, patch: CampaignPatch): Promise<CampaignShown>;
  /** Throws `not-found`, `not-allowed`, `stale-version`, `in-use` where it was ever launched. */
  remove(editor: Editor, experiment: string, name: string, version: number): Promise<void>;
}

export function createCampaigns(db: Db, limits: ApplyLimits): Campaigns {
  return {
    list: (experiment, query) => listCampaigns(db, experiment, query),
    view: (experiment, name) => viewCampaign(db, experiment, name),
    file: (experiment, name) => exportFile(db, experiment, name),
    apply: (editor, experiment, input) => applyCampaign(db, editor, experiment, input, limits),

    change: (editor, experiment, name, patch) =>
      db.transaction().execute(async (trx) => {
        const stored = await loadToChange(trx, editor, experiment, name, patch.version);
        const { stages: _, ...before } = stored.definition;
        const wanted = patched(stored.definition, patch);
        const { campaignId } = stored;
        await orNameTaken('campaign', wanted.name, () =>
          updateCampaign(trx, campaignId, wanted, {
            experimenterId: editor.experimenterId,
            role: editor.creatorRole,
          }),
        );
        await storeTags(trx, experiment, campaignId, wanted.tags);
        const { stages: __, ...after } = wanted;
        await recordAudit(trx, {
          experiment,
          actor: editor.username,
          action: 'change',
          object: `campaign ${name}`,
          before,
          after,
        });
        return await viewCampaign(trx, experiment, wanted.name);
      }),

    remove: (editor, experiment, name, version) =>
      db.transaction().execute(async (trx) => {
        const stored = await loadToChange(trx, editor, experiment, name, version);
        const submissions = await countSubmissions(trx, stored.campaignId);
        if (submissions > 0) {
          const users = submissions === 1 ? '1 submission' : `${submissions} submissions`;
          throw new PomsError('in-use', { kind: 'Campaign', name, users });
        }
        await orInUse('Campaign', name, () => deleteCampaign(trx, stored.campaignId));
        await recordAudit(trx, {
          experiment,
          actor: editor.username,
          action: 'remove',
          object: `campaign ${name}`,
          before: stored.definition,
        });
      }),
  };
}

async function loadToChange(
  trx: Transaction,
  editor: Editor,
  experiment: string,
  name: string,
  version: number,
): Promise<StoredCampaign> {
  await lockDefinitions(trx, experiment);
  const stored = await load(trx, experiment, name);
  editor.permit('campaign.edit', stored.owner);
  checkVersion('Campaign', name, version, stored);
  return stored;
}

async function load(db: Db | Transaction, experiment: string, name: string): Promise<StoredCampaign> {
  const stored = await loadCampaign(db, experiment, name);
  if (stored === null) throw new PomsError('not-found', { kind: 'campaign', name });
  return stored;
}

function patched(before: StoredCampaign['definition'], patch: CampaignPatch): CampaignDefinition {
  const known = new Set(before.stages.map((stage) => stage.name));
  const positions = Object.entries(patch.positions ?? before.positions).filter(([stage]) => known.has(stage));
  return {
    ...before,
    name: patch.name ?? before.name,
    description: patch.description ?? before.description,
    active: patch.active ?? before.active,
    type: patch.type ?? before.type,
    tags: [...new Set(patch.tags ?? before.tags)].sort(),
    positions: Object.fromEntries(positions),
  };
}

async function exportFile(db: Db, experiment: string, name: string): Promise<string> {
  // One snapshot for all statements: nobody's save comes in between.
  const transaction = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return await transaction.execute(async (trx) => {
    const { definition } = await load(trx, experiment, name);
    const { defaults, stages } = definition;
    const used = (field: 'jobType' | 'loginSetup') =>
      new Set([defaults[field], ...stages.map((stage) => stage[field])]);
    const loginSetups = await selectDefinitions(trx, LOGIN_SETUP.table, experiment, null);
    const jobTypes = await selectDefinitions(trx, JOB_TYPE.table, experiment, null);
    return exportCampaign({
      experiment,
      definition,
      loginSetups: loginSetups.filter((one) => used('loginSetup').has(one.name)).map(LOGIN_SETUP.fieldsOf),
      jobTypes: jobTypes.filter((one) => used('jobType').has(one.name)).map(JOB_TYPE.fieldsOf),
    });
  });
}
