/** The campaign file (poms/v1): what may stand in it. The JSON Schema that is published is made from this. */
import { z } from 'zod';
import { METHODOLOGIES } from '../../../domain/data-settings.ts';
import { text as anyText, objectName, parameters } from '../../common.ts';
import { jobTypeFields, loginSetupFields } from '../../definitions.ts';

const text = anyText.max(10_000);

const seconds = z.number().int().min(60).max(31_536_000);

/** For data handling whose projects POMS starts: MetaCat with Data Dispatcher. */
const dataSettings = z
  .strictObject({
    methodology: z
      .enum(METHODOLOGIES)
      .describe('Recoveries: standard, a new project; one-project, the same again. Default: standard.'),
    virtual: z.boolean().describe('Hand out files wherever they are. Default: false.'),
    loadLimit: z.number().int().min(1).max(1_000_000).describe('For scripts: files at a time.'),
    idleTimeout: seconds.describe('Seconds without a job until the project is abandoned. Default: 3 days.'),
    workerTimeout: seconds.describe('Seconds until a file that was not released is handed out again.'),
    project: z
      .string()
      .regex(/^[1-9]\d{0,17}$/, 'must be the number of a project')
      .describe('A project that exists, instead of one for each submission.'),
  })
  .partial();

/** Fields of a stage that campaign defaults may state as well. */
const stageFields = {
  type: z.enum(['regular', 'generator', 'approval', 'datatransfer', 'test']).describe('Default: regular.'),
  jobType: objectName.describe('The job type, by name.'),
  loginSetup: objectName.describe('The login setup, by name.'),
  voRole: z.enum(['production', 'analysis']).describe('Role in which its jobs run. Default: production.'),
  softwareVersion: text.min(1).describe('Usable as %(version)s.'),
  dataset: text.describe('What it runs on: the name of a definition, or what its split asks for.'),
  split: text
    .nullable()
    .describe('How the dataset is cut, one submission a slice: nfiles(10), ... Default: not.'),
  testSplit: text.nullable().describe('The same for test launches.'),
  parameters: parameters.describe('Over those of the job type. In defaults: for stages with mergeOverrides.'),
  testParameters: parameters.describe('Over all others, in test launches.'),
  mergeOverrides: z
    .boolean()
    .describe("Take the parameters of the campaign's defaults, below its own. Default: false."),
  completion: z.enum(['located', 'complete']).describe('When a submission is done. Default: located.'),
  completionPct: z.number().min(0.01).max(100).describe('Percent that is enough. Default: 95.'),
  outputAncestorDepth: z
    .number()
    .int()
    .min(1)
    .max(10)
    .describe('Generations between input and output. Default: 1.'),
  dataSettings: dataSettings.describe('Of its project in Data Dispatcher.'),
};

export const stageFile = z.strictObject({
  name: objectName,
  ...z.object(stageFields).partial().shape,
  position: z
    .strictObject({ x: z.number(), y: z.number() })
    .optional()
    .describe('Where the editor draws it.'),
});
export type StageFile = z.infer<typeof stageFile>;

export const defaultsFile = z.strictObject(z.object(stageFields).partial().shape);
export type DefaultsFile = z.infer<typeof defaultsFile>;

export const dependencyFile = z.strictObject({
  from: objectName.describe('The upstream stage, whose output is needed.'),
  to: objectName.describe('The downstream stage, which is launched. The same as `from`: its next slice.'),
  files: z
    .array(text.trim().min(1).max(1000))
    .min(1)
    .max(50)
    .optional()
    .describe('Default: ["%"], all files.'),
  split: z.boolean().optional().describe("Cut the upstream's output by the downstream stage's split."),
  wait: z
    .enum(['each', 'all'])
    .optional()
    .describe('all: launch once, when everything upstream in the run has finished.'),
});

/** Names that templates use: `%(tune)s`. */
const keyword = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'is no name of a keyword');

export const campaignFile = z.strictObject({
  apiVersion: z.literal('poms/v1'),
  kind: z.literal('Campaign'),
  name: objectName,
  experiment: z.string().optional().describe('When given, the experiment that the file is applied to.'),
  description: text.default(''),
  type: z.enum(['regular', 'test']).default('regular'),
  active: z.boolean().default(true),
  dataHandling: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'is no name of a data handling system')
    .default('catalogue'),
  tags: z.array(text.trim().min(1).max(100)).max(100).default([]),
  keywords: z
    .record(keyword, text)
    .default({})
    .describe('Usable as %(name)s in launch scripts, parameters, datasets.'),
  defaults: defaultsFile.default({}).describe('What stages take where they say nothing themselves.'),
  loginSetups: z
    .array(loginSetupFields)
    .max(200)
    .default([])
    .describe('Created or changed with the campaign.'),
  jobTypes: z.array(jobTypeFields).max(200).default([]).describe('Created or changed with the campaign.'),
  stages: z.array(stageFile).min(1).max(500),
  dependencies: z.array(dependencyFile).max(5000).default([]),
});
export type CampaignFile = z.infer<typeof campaignFile>;

/** The JSON Schema of campaign files, for editors. */
export function campaignJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(campaignFile, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type !== 'array' || def.element._zod.def.type !== 'tuple') return;
      // Parameters: the reader takes an ordered mapping for the pairs too (read.ts).
      const { items, description } = jsonSchema;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      const mapping = { type: 'object' as const, additionalProperties: { type: SCALARS } };
      Object.assign(jsonSchema, { description, anyOf: [{ type: 'array', items }, mapping] });
    },
  });
  return { ...schema, $id: '/api/v1/schemas/campaign.json', title: 'POMS campaign file' };
}

const SCALARS = ['string', 'number', 'boolean'];
