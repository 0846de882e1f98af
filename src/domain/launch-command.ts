/** The command line of a launch: launch script and merged parameters, with names filled in (spec/backend.md 2.5). */
import { PomsError } from '../errors.ts';
import { submissionGroup } from './launch-environment.ts';
import { joinParameters, type Parameters, type TracedParameter, traceParameters } from './parameters.ts';
import { launchValues, render, type TemplateValues } from './templates.ts';

export interface CommandParts {
  where: string;
  launchScript: string;
  jobTypeParameters: Parameters;
  campaignParameters: Parameters;
  mergeOverrides: boolean;
  stageParameters: Parameters;
  launchParameters: Parameters;
  testParameters: Parameters;
  isTest: boolean;
  keywords: TemplateValues;
  dataset: string;
  version: string;
  experimenter: string;
  experiment: string;
}

export interface LaunchCommand {
  /** One line of shell text. */
  command: string;
  parameters: TracedParameter[];
  /** The dataset and version with the campaign's keywords filled in. */
  dataset: string;
  version: string;
}

/**
 * Throws `unknown-template-name` or `bad-template` before anything exists, and `unsafe-value` for a dataset,
 * version or name that the shell would not take as plain words: a name never becomes a command (tenet 10).
 */
export function buildCommand(parts: CommandParts): LaunchCommand {
  const values = launchValues(parts.keywords, {
    dataset: parts.dataset,
    version: parts.version,
    group: submissionGroup(parts.experiment),
    experimenter: parts.experimenter,
    experiment: parts.experiment,
  });
  for (const name of ['dataset', 'version', 'experimenter'])
    refuseUnsafe(name, values[name] ?? '', parts.where);
  const parameters = traceParameters({
    jobType: parts.jobTypeParameters,
    campaign: parts.campaignParameters,
    mergeOverrides: parts.mergeOverrides,
    stage: parts.stageParameters,
    launch: parts.launchParameters,
    test: parts.isTest ? parts.testParameters : [],
    isTest: parts.isTest,
  });
  const line = [parts.launchScript, joinParameters(parameters.map(({ key, value }) => [key, value]))]
    .filter((text) => text !== '')
    .join(' ');
  return {
    command: render(line, values, parts.where),
    parameters,
    dataset: values['dataset'] ?? parts.dataset,
    version: values['version'] ?? parts.version,
  };
}

/** What the shell passes on as it is, blanks apart. */
const PLAIN = /^[\p{L}\p{N}_.,:@%+=/^ -]*$/u;

function refuseUnsafe(name: string, value: string, where: string): void {
  if (PLAIN.test(value)) return;
  throw new PomsError('unsafe-value', { where, name, value });
}
