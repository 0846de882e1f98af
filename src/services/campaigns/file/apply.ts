/** Applies a campaign file: checks, shows the difference, stores it, in one transaction (defects U1, D5). */

import { selectDefinitions } from '../../../database/definitions.ts';
import type { Db } from '../../../database/index.ts';
import { JOB_TYPES } from '../../../database/job-types.ts';
import { loadLaunchPolicy } from '../../../database/launch-rules.ts';
import { LOGIN_SETUPS } from '../../../database/login-setups.ts';
import { PomsError } from '../../../errors.ts';
import { checkVersion, type Editor, listUsers } from '../../editing.ts';
import type { ApplyResult } from '../schema.ts';
import { applyShared } from './apply-shared.ts';
import { checkCampaign } from './check.ts';
import { type CampaignDefinition, toDefinition } from './definition.ts';
import { difference } from './difference.ts';
import { readCampaignFile, refuse } from './read.ts';
import { saveCampaign } from './save.ts';
import { startsAgain } from './split-place.ts';
import { launchedStages, lockDefinitions, stagesUnderWay } from './store.ts';
import { loadCampaign, type StoredCampaign } from './stored.ts';
import { goneStages, keptStages, type Work } from './work.ts';

export interface ApplyInput {
  text: string;
  /** Show the changes and store nothing. */
  dryRun: boolean;
  /** The version the file was made from. Absent: no check. */
  version?: number | undefined;
}

/** What this POMS lets campaigns have. */
export interface ApplyLimits {
  /** Data handling systems that campaigns may name. */
  dataHandling: readonly string[];
  /** Everybody may launch on this machine: developer mode. */
  openLocalHost: boolean;
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
  limits: ApplyLimits,
): Promise<ApplyResult> {
  const read = readCampaignFile(input.text);
  return db.transaction().execute(async (trx) => {
    await lockDefinitions(trx, experiment);
    const stored = await loadCampaign(trx, experiment, read.file.name);
    const jobTypes = await selectDefinitions(trx, JOB_TYPES, experiment, null);
    const loginSetups = await selectDefinitions(trx, LOGIN_SETUPS, experiment, null);
    const wanted = keepPositions(toDefinition(read.file), stored);
    if (stored !== null) editor.permit('campaign.edit', stored.owner);
    if (input.version !== undefined) checkMadeOn(read.file.name, input.version, stored);
    const problems = checkCampaign(read, wanted, {
      experiment,
      loginSetups,
      jobTypes,
      dataHandling: limits.dataHandling,
      launchPolicy: await loadLaunchPolicy(trx, experiment, limits.openLocalHost),
      editor: { creator: editor.username, creatorRole: editor.creatorRole },
    });
    if (problems.length > 0) refuse(problems);

    const author = { experimenterId: editor.experimenterId, role: editor.creatorRole };
    const changes = difference(stored?.definition ?? null, wanted);
    const { dryRun } = input;
    const work: Work = { trx, editor, author, experiment, stored, wanted, changes, dryRun };
    const shared = await applyShared(work, read.file, { loginSetups, jobTypes });
    await refuseLostStages(work);
    const warnings = await splitWarnings(work);
    if (!input.dryRun && changes.length > 0) await saveCampaign(work);
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
async function splitWarnings(work: Work): Promise<string[]> {
  const changed = keptStages(work).filter(([before, after]) => startsAgain(before.split, after.split));
  const ids = changed.map(([before]) => before.stageId);
  const underWay = ids.length === 0 ? new Set<number>() : await stagesUnderWay(work.trx, ids);
  return changed
    .filter(([before]) => underWay.has(before.stageId))
    .map(([before, after]) => {
      const [from, to] = [before.split ?? 'none', after.split ?? 'none'];
      return `Stage ${after.name} begins at its first slice again: its split changes from ${from} to ${to}.`;
    });
}
