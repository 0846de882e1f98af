/** Templates of a campaign: every name must have a value when a stage is launched. */
import type { JobTypeFields } from '../../../database/job-types.ts';
import { launchValues, templateProblems } from '../../../domain/templates.ts';
import { PomsError } from '../../../errors.ts';
import type { CampaignDefinition, StageDefinition } from './definition.ts';
import type { Path } from './read.ts';
import type { CampaignFile } from './schema.ts';

/** Notes a problem at a place of the file. */
export type Report = (path: Path, problem: string) => void;

/** Names that every template may use besides the campaign's keywords (spec/backend.md 2.5). */
export const LAUNCH_NAMES = ['dataset', 'parameter', 'version', 'group', 'experimenter', 'experiment'];

/** Every `%(name)s` must have a value when the stage is launched. */
export function checkTemplates(
  file: CampaignFile,
  definition: CampaignDefinition,
  storedJobTypes: readonly JobTypeFields[],
  report: Report,
): void {
  const known = [...LAUNCH_NAMES, ...Object.keys(definition.keywords)];
  const check = (path: Path, template: string, place = '') => {
    for (const { problem } of templateProblems([{ path: '', template }], known)) {
      report(path, place === '' ? problem : `${place}: ${problem}`);
    }
  };
  const checkPairs = (path: Path, pairs: readonly (readonly string[])[] | undefined) => {
    for (const [i, pair] of pairs?.entries() ?? []) {
      for (const [j, text] of pair.entries()) check([...path, i, j], text);
    }
  };
  file.jobTypes.forEach((jobType, i) => {
    check(['jobTypes', i, 'launchScript'], jobType.launchScript);
    checkPairs(['jobTypes', i, 'parameters'], jobType.parameters);
    jobType.recoveries.forEach((recovery, j) => {
      checkPairs(['jobTypes', i, 'recoveries', j, 'parameters'], recovery.parameters);
    });
  });
  checkPairs(['defaults', 'parameters'], file.defaults.parameters);
  checkPairs(['defaults', 'testParameters'], file.defaults.testParameters);
  const inFile = new Set(file.jobTypes.map(({ name }) => name));
  file.stages.forEach((stage, i) => {
    checkPairs(['stages', i, 'parameters'], stage.parameters);
    checkPairs(['stages', i, 'testParameters'], stage.testParameters);
    const used = definition.stages[i]?.jobType;
    const stored = storedJobTypes.find(({ name }) => name === used && !inFile.has(name));
    if (stored === undefined) return;
    const path: Path = ['stages', i, 'jobType'];
    check(path, stored.launchScript, `The launch script of ${stored.name}`);
    for (const text of stored.parameters.flat()) check(path, text, `The parameters of ${stored.name}`);
  });
  if (!checkValues(['keywords'], definition.keywords, { dataset: '', softwareVersion: '' }, report)) return;
  definition.stages.forEach((stage, i) => {
    checkValues(['stages', i, 'dataset'], definition.keywords, stage, report);
  });
}

/** Keywords, datasets and versions may be templates themselves, over plain values. */
function checkValues(
  path: Path,
  keywords: Record<string, string>,
  { dataset, softwareVersion }: Pick<StageDefinition, 'dataset' | 'softwareVersion'>,
  report: Report,
): boolean {
  const own = { dataset, version: softwareVersion, group: '', experimenter: '', experiment: '' };
  try {
    launchValues(keywords, own);
    return true;
  } catch (error) {
    if (!(error instanceof PomsError)) throw error;
    report(path, error.message);
    return false;
  }
}
