/** Datasets, files and their queries, as the API shows them. */
import { z } from 'zod';
import { objectName, page, pageQuery, status, timestamp } from '../common.ts';

const dataHandling = z
  .string()
  .default('catalogue')
  .describe('Which data handling is asked: the built-in catalogue, or one of the systems file.');
export const dataQuery = z.object({ dataHandling });

export const datasetsQuery = pageQuery.extend({
  dataHandling,
  like: z.string().max(200).optional().describe('Only names like this, with `%` for any text.'),
});
const dataset = z.object({
  name: z.string(),
  query: z.string().describe('In the language of its system.'),
  description: z.string().nullable(),
  created: timestamp.nullable(),
  createdBy: z.string().nullable(),
});
export const datasetList = page(dataset);

export const datasetParams = z.object({ name: z.string().min(1).max(1000) });
/** A submission that has to do with a dataset. */
const datasetSubmission = z.object({
  submissionId: z.number(),
  campaign: z.string(),
  stage: z.string(),
  status,
  role: z.enum(['input', 'output']).describe('It ran on the dataset, or the dataset is what came of it.'),
});
export const datasetDetail = dataset.extend({
  dataHandling: z.string(),
  submissions: z.array(datasetSubmission).describe('The newest 50.'),
});

export const newDataset = z.object({
  name: objectName,
  query: z.string().trim().min(1).max(100_000),
  dataHandling,
});

/** How much a query finds. */
export const querySummary = z.object({
  files: z.number(),
  bytes: z.number(),
  events: z.number().nullable().describe('Null where the system does not add them up.'),
});

const fileRow = z.object({
  name: z.string(),
  size: z.number().nullable().describe('bytes'),
  events: z.number().nullable(),
  created: timestamp,
  located: z.boolean(),
});
export const fileList = page(fileRow);
export const datasetFilesQuery = pageQuery.extend({ dataHandling });

export const explainRequest = z.object({ query: z.string().min(1).max(100_000), dataHandling });
export const queryFilesRequest = explainRequest.extend({
  after: z.string().optional(),
  limit: z.number().int().min(1).max(500).default(50),
});
export const explanation = z.object({
  problem: z
    .object({
      message: z.string().describe('With the line of the query and a caret under the place.'),
      line: z.number().nullable(),
      column: z.number().nullable(),
    })
    .nullable()
    .describe('Null: the query is understood.'),
  normalised: z.string().nullable().describe('The query as it is written in its normal form.'),
  expanded: z.string().nullable().describe('The same with each definition replaced by its query.'),
  outline: z.array(z.object({ depth: z.number(), text: z.string() })).describe('Its tree, a node a line.'),
  begins: z
    .enum(['few', 'all'])
    .nullable()
    .describe(
      'few: it begins at named projects, snapshots or files; all: every file of the experiment is looked at.',
    ),
  summary: querySummary.nullable(),
  summaryProblem: z.string().nullable().describe('Why there is no summary, as `it takes longer than 5 s`.'),
});

export const fileDetail = z.object({
  name: z.string(),
  dataHandling: z.string(),
  size: z.number().nullable(),
  events: z.number().nullable(),
  created: timestamp,
  locations: z.array(z.string()),
  metadata: z.record(z.string(), z.unknown()),
  shows: z.string().nullable().describe('Media type of what the console can show of it.'),
  content: z.string().nullable().describe('Where its bytes are, if POMS can reach them.'),
});
export const lineageQuery = z.object({
  dataHandling,
  direction: z.enum(['up', 'down']),
  depth: z.coerce.number().int().min(1).max(20).default(3),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const lineageView = z.object({
  files: z.array(
    z.object({
      name: z.string(),
      depth: z.number().describe('Generations away, from 1.'),
      via: z.string().describe('The file one generation nearer.'),
      retired: z.boolean(),
      located: z.boolean(),
    }),
  ),
  more: z.boolean().describe('There are more than were asked for.'),
});

export const usesQuery = dataQuery.extend({
  limit: z.coerce.number().int().min(1).max(200).default(20),
});
export const usesView = z.object({
  projects: z.array(
    z.object({
      project: z.string(),
      dataset: z.string().nullable().describe('The definition whose files it has.'),
      state: z.string().describe('What became of the file in it.'),
      changed: timestamp,
      submissions: z.array(z.number()).describe('Those of POMS that run on it.'),
    }),
  ),
  more: z.boolean().describe('There are more than were asked for.'),
});

const figure = z.object({
  files: z.number().nullable().describe('Null: not known.'),
  query: z
    .string()
    .nullable()
    .describe('What it counts, as a query; null where it cannot be written as one.'),
});
/** A row of the file report: one submission (spec/web-console.md 2.24). */
const reportRow = z.object({
  submissionId: z.number(),
  stage: z.string(),
  status,
  created: timestamp,
  dataset: z.string(),
  project: z.string().nullable(),
  figures: z.object({
    submitted: figure,
    delivered: figure.describe('Handed to jobs, whatever became of it.'),
    unknown: figure,
    consumed: figure,
    cancelled: figure,
    failed: figure,
    skipped: figure,
    someDeclared: figure.describe('With at least one matching child.'),
    allDeclared: figure.describe('With a matching child for every pattern.'),
    allLocated: figure.describe('The same, each with a location.'),
    pending: figure.describe('Without a located child for some pattern.'),
    output: figure.describe('Files that were made.'),
  }),
});
export const fileReport = page(reportRow).extend({
  dataHandling: z.string().describe('Whose queries those of the figures are.'),
  problem: z
    .string()
    .nullable()
    .describe('Why the figures are those that were last stored on the submissions; null: they are of now.'),
});

/** The data project of a submission. */
const projectRow = z.object({
  project: z.string(),
  submissionId: z.number(),
  campaign: z.string(),
  stage: z.string(),
  status,
  dataHandling: z.string(),
  dataset: z.string(),
  files: z.number().nullable().describe('As last counted; null: not counted yet.'),
  consumed: z.number().nullable(),
  failed: z.number().nullable(),
});
export const projectList = page(projectRow);

export const projectDetail = z.object({
  project: z.string(),
  dataHandling: z.string(),
  ended: z.boolean(),
  files: z.number(),
  consumed: z.number(),
  failed: z.number(),
  delivered: z.number().describe('Handed out, no word yet.'),
  states: z.record(z.string(), z.number()).nullable().describe('Files by state, where that is told apart.'),
  submissions: z.array(projectRow).describe('Several where recoveries go on in the same project.'),
});

export type DatasetRow = z.output<typeof dataset>;
export type ProjectRow = z.output<typeof projectRow>;
export type FileRow = z.output<typeof fileRow>;
export type LineageView = z.output<typeof lineageView>;
export type DatasetDetail = z.input<typeof datasetDetail>;
export type Explanation = z.input<typeof explanation>;
export type FileReport = z.output<typeof fileReport>;
export type ReportRow = z.input<typeof reportRow>;
export type ReportFigures = ReportRow['figures'];
