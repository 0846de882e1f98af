/** A stored campaign as a file: applied again, it changes nothing. */
import { stringify } from 'yaml';
import type { JobTypeFields } from '../../../database/job-types.ts';
import type { LoginSetupFields } from '../../../database/login-setups.ts';
import { type CampaignDefinition, STAGE_DEFAULTS, STAGE_FIELDS, type StageDefinition } from './definition.ts';

export interface ExportedCampaign {
  experiment: string;
  definition: CampaignDefinition;
  loginSetups: LoginSetupFields[];
  jobTypes: JobTypeFields[];
}

/** The text of the file, in YAML. */
export function exportCampaign({ experiment, definition, loginSetups, jobTypes }: ExportedCampaign): string {
  const { name, description, type, active, dataHandling, tags, keywords, defaults } = definition;
  const file = {
    apiVersion: 'poms/v1',
    kind: 'Campaign',
    name,
    experiment,
    ...(description === '' ? {} : { description }),
    ...(type === 'regular' ? {} : { type }),
    ...(active ? {} : { active }),
    ...(dataHandling === 'catalogue' ? {} : { dataHandling }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(Object.keys(keywords).length === 0 ? {} : { keywords }),
    ...(Object.keys(defaults).length === 0 ? {} : { defaults: inOrder(defaults) }),
    ...(loginSetups.length === 0 ? {} : { loginSetups }),
    ...(jobTypes.length === 0 ? {} : { jobTypes }),
    stages: definition.stages.map((stage) => stageOf(stage, definition)),
    dependencies: definition.dependencies.map(({ from, to, files, split, wait }) => ({
      from,
      to,
      files,
      ...(split ? { split } : {}),
      ...(wait === 'each' ? {} : { wait }),
    })),
  };
  // Long shell lines stay whole; nothing is written as an alias of something else.
  return stringify(file, { lineWidth: 0, aliasDuplicateObjects: false });
}

const inOrder = (fields: object) => {
  const stated = new Map(Object.entries(fields));
  return Object.fromEntries(
    STAGE_FIELDS.filter((field) => stated.has(field)).map((field) => [field, stated.get(field)]),
  );
};

/** Fields that follow the defaults are left to them, and those that have POMS's own default are not said. */
function stageOf(stage: StageDefinition, { defaults, positions }: CampaignDefinition) {
  const said = STAGE_FIELDS.filter((field) => {
    if (stage.inherits.includes(field)) return false;
    const own = field === 'parameters' || defaults[field] === undefined;
    return !own || JSON.stringify(stage[field]) !== JSON.stringify(STAGE_DEFAULTS[field]);
  });
  const position = positions[stage.name];
  return {
    name: stage.name,
    ...Object.fromEntries(said.map((field) => [field, stage[field]])),
    ...(position === undefined ? {} : { position }),
  };
}
