/** Applies a campaign file: checks, shows the difference, stores it, in one transaction (defects U1, D5). */

import type { Db, Transaction } from '../../../database/index.ts';
import {
  insertJobType,
  type StoredJobType,
  selectJobTypes,
  updateJobType,
} from '../../../database/job-types.ts';
import {
  insertLoginSetup,
  type StoredLoginSetup,
  selectLoginSetups,
  updateLoginSetup,
} from '../../../database/login-setups.ts';
import { PomsError } from '../../../errors.ts';
import { recordAudit } from '../../audit/record.ts';
import { checkVersion, type Editor, listUsers, orInUse, orNameTaken } from '../../editing.ts';
import type { ApplyResult, Change } from '../schema.ts';
import { checkCampaign } from './check.ts';
import { type CampaignDefinition, type DependencyDefinition, toDefinition } from './definition.ts';
import { difference, objectChanges } from './difference.ts';
import { type ReadFile, readCampaignFile, refuse } from './read.ts';
import { startsAgain } from './split-place.ts';
import {
  type Author,
  deleteDependency,
  deleteStage,
  insertCampaign,
  insertStage,
  launchedStages,
  lockDefinitions,
  stagesUnderWay,
  storeDependency,
  storeTags,
  updateCampaign,
  updateStage,
} from './store.ts';
import { loadCampaign, type StoredCampaign, type StoredStage } from './stored.ts';

export interface ApplyInput {
  text: string;
  /** Show the changes and store nothing. */
  dryRun: boolean;
  /** The version the file was made from. Absent: no check. */
  version?: number | undefined;
}

/** Everything one apply works with. */
interface Work {
  trx: Transaction;
  editor: Editor;
  author: Author;
  experiment: string;
  stored: StoredCampaign | null;
  wanted: CampaignDefinition;
  changes: Change[];
}

/**
 * Throws `bad-campaign` with every problem, `stale-version`, `not-allowed`, `in-use` for stages that disappear and
 * were launched. Nothing is stored unless all is.
 */
export function applyCampaign(
  db: Db,
  editor: Editor,
  experiment: string,
  input: ApplyInput,
  dataHandling: readonly string[],
): Promise<ApplyResult> {
  const read = readCampaignFile(input.text);
  return db.transaction().execute(async (trx) => {
    await lockDefinitions(trx, experiment);
    const stored = await loadCampaign(trx, experiment, read.file.name);
    const jobTypes = await selectJobTypes(trx, experiment, null);
    const loginSetups = await selectLoginSetups(trx, experiment, null);
    const wanted = keepPositions(toDefinition(read.file), stored);
    if (stored !== null) editor.permit('campaign.edit', stored.owner);
    if (input.version !== undefined) checkMadeOn(read.file.name, input.version, stored);
    const problems = checkCampaign(read, wanted, {
      experiment,
      loginSetups: loginSetups.map(({ name }) => name),
      jobTypes,
      dataHandling,
      editorRole: editor.creatorRole,
    });
    if (problems.length > 0) refuse(problems);

    const author = { experimenterId: editor.experimenterId, role: editor.creatorRole };
    const changes = difference(stored?.definition ?? null, wanted);
    const work: Work = { trx, editor, author, experiment, stored, wanted, changes };
    const shared = [
      ...(await applyLoginSetups(work, read, loginSetups, input.dryRun)),
      ...(await applyJobTypes(work, read, jobTypes, input.dryRun)),
    ];
    await refuseLostStages(work);
    const warnings = await splitWarnings(work);
    if (!input.dryRun && changes.length > 0) await store(work);
    const version =
      input.dryRun || changes.length === 0 ? (stored?.version ?? null) : (stored?.version ?? 0) + 1;
    return {
      campaign: wanted.name,
      applied: !input.dryRun,
      version,
      changes: [...shared, ...changes],
      warnings,
    };
  });
}

function checkMadeOn(name: string, version: number, stored: StoredCampaign | null): void {
  if (stored === null) throw new PomsError('not-found', { kind: 'campaign', name });
  checkVersion('Campaign', name, version, stored);
}

/** A file that does not say where the editor has a stage leaves it where it is. */
function keepPositions(wanted: CampaignDefinition, stored: StoredCampaign | null): CampaignDefinition {
  const before = stored?.definition.positions ?? {};
  const kept = wanted.stages.flatMap(({ name }) => {
    const position = wanted.positions[name] ?? before[name];
    return position === undefined ? [] : [[name, position] as const];
  });
  return { ...wanted, positions: Object.fromEntries(kept) };
}

async function applyLoginSetups(
  { trx, editor, author, experiment }: Work,
  { file }: ReadFile,
  stored: StoredLoginSetup[],
  dryRun: boolean,
): Promise<Change[]> {
  const all: Change[] = [];
  for (const wanted of file.loginSetups) {
    const before = stored.find(({ name }) => name === wanted.name) ?? null;
    const changes = objectChanges('login setup', wanted.name, before === null ? null : { ...before }, wanted);
    all.push(...changes);
    if (changes.length === 0) continue;
    editor.permit('login-setup.edit', before === null ? undefined : ownerOf(before));
    if (dryRun) continue;
    if (before === null) {
      await orNameTaken('login setup', wanted.name, () => insertLoginSetup(trx, experiment, wanted, author));
    } else {
      const fields = { ...wanted, active: before.active };
      const { loginSetupId, version } = before;
      const done = await updateLoginSetup(trx, loginSetupId, version, fields, author.experimenterId);
      if (!done) changedMeanwhile('login setup', wanted.name);
    }
    await audit(editor, trx, experiment, `login setup ${wanted.name}`, before, wanted);
  }
  return all;
}

async function applyJobTypes(
  { trx, editor, author, experiment }: Work,
  { file }: ReadFile,
  stored: StoredJobType[],
  dryRun: boolean,
): Promise<Change[]> {
  const all: Change[] = [];
  for (const wanted of file.jobTypes) {
    const before = stored.find(({ name }) => name === wanted.name) ?? null;
    const changes = objectChanges('job type', wanted.name, before === null ? null : { ...before }, wanted);
    all.push(...changes);
    if (changes.length === 0) continue;
    editor.permit('job-type.edit', before === null ? undefined : ownerOf(before));
    if (dryRun) continue;
    if (before === null) {
      await orNameTaken('job type', wanted.name, () => insertJobType(trx, experiment, wanted, author));
    } else {
      const fields = { ...wanted, active: before.active };
      const { jobTypeId, version } = before;
      const done = await updateJobType(trx, jobTypeId, version, fields, author.experimenterId);
      if (!done) changedMeanwhile('job type', wanted.name);
    }
    await audit(editor, trx, experiment, `job type ${wanted.name}`, before, wanted);
  }
  return all;
}

const ownerOf = (row: StoredLoginSetup | StoredJobType) => ({
  experimenterId: row.creatorId,
  role: row.creatorRole,
});

/** Somebody saved it through its own page between our reading and our writing. */
function changedMeanwhile(kind: string, name: string): never {
  throw new PomsError('wrong-state', {
    kind,
    name,
    state: 'being changed by somebody else',
    action: 'applying the file',
    allowed: 'not; apply it again',
  });
}

const audit = (
  editor: Editor,
  trx: Transaction,
  experiment: string,
  object: string,
  before: unknown,
  after: unknown,
) => recordAudit(trx, { experiment, actor: editor.username, action: 'apply', object, before, after });

const goneStages = ({ stored, wanted }: Work): StoredStage[] =>
  (stored?.definition.stages ?? []).filter(({ name }) => !wanted.stages.some((stage) => stage.name === name));

async function refuseLostStages(work: Work): Promise<void> {
  const gone = goneStages(work);
  if (gone.length === 0) return;
  const launched = await launchedStages(
    work.trx,
    gone.map(({ stageId }) => stageId),
  );
  if (launched.length === 0) return;
  const kind = launched.length === 1 ? 'Stage' : 'Stages';
  throw new PomsError('in-use', { kind, name: listUsers(launched), users: 'launches of the past' });
}

/** Stages whose split begins again because it is another one now. */
async function splitWarnings({ trx, stored, wanted }: Work): Promise<string[]> {
  const changed = pairsOf(stored, wanted).filter(([before, after]) => startsAgain(before.split, after.split));
  const ids = changed.map(([before]) => before.stageId);
  const underWay = ids.length === 0 ? new Set<number>() : await stagesUnderWay(trx, ids);
  return changed
    .filter(([before]) => underWay.has(before.stageId))
    .map(([before, after]) => {
      const [from, to] = [before.split ?? 'none', after.split ?? 'none'];
      return `Stage ${after.name} begins at its first slice again: its split changes from ${from} to ${to}.`;
    });
}

function pairsOf(stored: StoredCampaign | null, wanted: CampaignDefinition) {
  return wanted.stages.flatMap((after) => {
    const before = stored?.definition.stages.find(({ name }) => name === after.name);
    return before === undefined ? [] : [[before, after] as const];
  });
}

async function store(work: Work): Promise<void> {
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
  await audit(editor, trx, experiment, `campaign ${wanted.name}`, stored?.definition, wanted);
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
