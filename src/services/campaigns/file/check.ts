/** What must hold of a campaign beyond its form: all that is wrong, in one go. */

import type { JobTypeFields } from '../../../database/job-types.ts';
import type { StoredLoginSetup } from '../../../database/login-setups.ts';
import { checkPlace, type LaunchPolicy, runnersOf } from '../../../domain/launch-rules.ts';
import { datasetProblem, parseSplit, type Split } from '../../../domain/splits/index.ts';
import { graphProblems } from '../../../domain/stage-graph.ts';
import { type InputProblem, PomsError } from '../../../errors.ts';
import { checkTemplates, LAUNCH_NAMES, type Report } from './check-templates.ts';
import { type CampaignDefinition, REQUIRED_FIELDS } from './definition.ts';
import { nearest } from './nearest.ts';
import type { Path, ReadFile } from './read.ts';
import type { CampaignFile } from './schema.ts';

/** What the campaign is checked against. */
export interface Surroundings {
  experiment: string;
  /** Stored login setups that the file may refer to. */
  loginSetups: readonly StoredLoginSetup[];
  /** Stored job types that the file may refer to. */
  jobTypes: readonly JobTypeFields[];
  /** Data handling systems that this POMS knows. */
  dataHandling: readonly string[];
  launchPolicy: LaunchPolicy;
  /** The person who applies it, as the maker of what is new. */
  editor: Pick<StoredLoginSetup, 'creator' | 'creatorRole'>;
}

export function checkCampaign(
  { file, problemAt }: ReadFile,
  definition: CampaignDefinition,
  around: Surroundings,
): InputProblem[] {
  const problems: InputProblem[] = [];
  const report = (path: Path, problem: string) => problems.push(problemAt(path, problem));
  checkHeader(file, around, report);
  checkPlaces(file, around, report);
  checkNames(file, definition, around, report);
  const splits = checkSplits(file, definition, report);
  for (const { path, problem } of graphProblems({
    stages: definition.stages.map(({ name }, i) => ({ name, split: splits[i] ?? { type: 'none' } })),
    dependencies: definition.dependencies,
  })) {
    const at = /^(\w+)\[(\d+)\]$/.exec(path);
    report(at === null ? [path] : [at[1] ?? '', Number(at[2])], problem);
  }
  checkTemplates(file, definition, around.jobTypes, report);
  return problems;
}

function checkHeader(file: CampaignFile, around: Surroundings, report: Report): void {
  if (file.experiment !== undefined && file.experiment !== around.experiment) {
    report(['experiment'], `The file is of ${file.experiment} and is applied to ${around.experiment}.`);
  }
  if (!around.dataHandling.includes(file.dataHandling)) {
    report(['dataHandling'], unknown('data handling', file.dataHandling, around.dataHandling));
  }
  for (const name of Object.keys(file.keywords).filter((keyword) => LAUNCH_NAMES.includes(keyword))) {
    report(['keywords', name], `Every launch gives ${name} its own value; choose another name.`);
  }
  for (const list of ['loginSetups', 'jobTypes'] as const) {
    const names = file[list].map((item) => item.name);
    names.forEach((name, i) => {
      if (names.indexOf(name) < i) report([list, i], `There is already one called ${name} in this file.`);
    });
  }
}

/** Hosts and accounts of login setups, each by the rights of whose it is. */
function checkPlaces(file: CampaignFile, around: Surroundings, report: Report): void {
  file.loginSetups.forEach((setup, i) => {
    const stored = around.loginSetups.find(({ name }) => name === setup.name);
    try {
      checkPlace(around.launchPolicy, setup, runnersOf(stored ?? around.editor));
    } catch (error) {
      if (!(error instanceof PomsError)) throw error;
      report(['loginSetups', i], error.message);
    }
  });
}

/** Job types, login setups and required fields of stages and defaults. */
function checkNames(
  file: CampaignFile,
  definition: CampaignDefinition,
  around: Surroundings,
  report: Report,
): void {
  const known = {
    jobType: [...file.jobTypes, ...around.jobTypes].map(({ name }) => name),
    loginSetup: [...file.loginSetups, ...around.loginSetups].map(({ name }) => name),
  };
  const words = { jobType: 'job type', loginSetup: 'login setup' } as const;
  for (const field of ['jobType', 'loginSetup'] as const) {
    const stated = file.defaults[field];
    if (stated !== undefined && !known[field].includes(stated)) {
      report(['defaults', field], unknown(words[field], stated, known[field]));
    }
  }
  definition.stages.forEach((stage, i) => {
    for (const field of REQUIRED_FIELDS.filter((required) => stage[required] === '')) {
      report(['stages', i, field], 'It is missing, here and in the defaults.');
    }
    for (const field of ['jobType', 'loginSetup'] as const) {
      const stated = file.stages[i]?.[field];
      if (stated !== undefined && !known[field].includes(stated)) {
        report(['stages', i, field], unknown(words[field], stated, known[field]));
      }
    }
    if (around.editor.creatorRole === 'analysis' && stage.voRole === 'production') {
      report(
        ['stages', i, 'voRole'],
        'With the role analysis, jobs cannot run as production; state analysis.',
      );
    }
  });
}

function unknown(kind: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `There is no ${kind} ${name}${near === null ? '.' : `; did you mean ${near}?`}`;
}

/** The stages' splits, `none` where one cannot be read. */
function checkSplits(file: CampaignFile, definition: CampaignDefinition, report: Report): Split[] {
  const read = (text: string | null, path: Path | null): Split => {
    try {
      return parseSplit(text);
    } catch (error) {
      if (!(error instanceof PomsError)) throw error;
      if (path !== null) report(path, error.message);
      return { type: 'none' };
    }
  };
  for (const field of ['split', 'testSplit'] as const) {
    const text = file.defaults[field];
    if (text !== undefined) read(text, ['defaults', field]);
  }
  const fed = new Set(definition.dependencies.flatMap(({ from, to }) => (from === to ? [] : [to])));
  return definition.stages.map((stage, i) => {
    const own = (field: 'split' | 'testSplit'): Path | null =>
      file.stages[i]?.[field] === undefined ? null : ['stages', i, field];
    const split = read(stage.split, own('split'));
    const testSplit = read(stage.testSplit, own('testSplit'));
    // A stage that gets its input from others needs no dataset; a template's value is known at the launch.
    if ((fed.has(stage.name) && stage.dataset === '') || stage.dataset.includes('%(')) return split;
    for (const one of [split, testSplit]) {
      const problem = datasetProblem(one, stage.dataset);
      if (problem !== null) {
        report(['stages', i, 'dataset'], `The split ${one.type} ${problem}.`);
        break;
      }
    }
    return split;
  });
}
