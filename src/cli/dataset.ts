/** `poms dataset`: list, show, files, define, explain, count. */
import type { Command } from 'commander';
import {
  type DatasetRow,
  datasetDetail,
  datasetList,
  explanation,
  type FileRow,
  fileList,
  querySummary,
} from '../services/datasets/schema.ts';
import { ofExperiment } from './client.ts';
import { apiCommand, type CommonOptions, type Context, contextOf, limitOption } from './context.ts';
import { ApiFailure, CommandFailure } from './failure.ts';
import { type Column, facts, table, when } from './output.ts';

interface DataOptions extends CommonOptions {
  dataHandling: string;
}

/** A command that asks one data handling. */
export function dataCommand(parent: Command, nameAndArguments: string, description: string): Command {
  return apiCommand(parent, nameAndArguments, description).option(
    '--data-handling <name>',
    'which data handling: the built-in catalogue, or one of the systems file',
    'catalogue',
  );
}

export function addDatasetCommands(program: Command): void {
  const dataset = program
    .command('dataset')
    .description('datasets: list, show, files, define, explain, count');
  dataCommand(dataset, 'list', 'list datasets by name')
    .option('--like <pattern>', 'only names like this, with % for any text')
    .addOption(limitOption())
    .action(listDatasets);
  dataCommand(
    dataset,
    'show <name>',
    'show the query of a dataset, how much it finds, and who ran on it',
  ).action(showDataset);
  dataCommand(dataset, 'files <name>', 'list the files of a dataset')
    .addOption(limitOption())
    .action(listFiles);
  dataCommand(dataset, 'define <name> <query>', 'define a dataset by a query').action(defineDataset);
  dataCommand(dataset, 'explain <query>', 'tell how a query is understood, and how much it finds').action(
    explainQuery,
  );
  dataCommand(dataset, 'count <query>', 'print how many files a query finds').action(countQuery);
}

async function listDatasets(options: DataOptions & { like?: string; limit: number }): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'datasets');
  const { like, dataHandling, limit } = options;
  const found = await context.client.list(path, datasetList, { like, dataHandling }, limit);
  const more = found.more ? 'There are more: see --limit.\n' : '';
  context.print(
    found.items,
    () => table(context.screen, DATASETS, found.items, 'There are no datasets.') + more,
  );
}

const DATASETS: Column<DatasetRow>[] = [
  { title: 'dataset', cell: (row) => row.name },
  { title: 'created', cell: (row) => when(row.created) },
  { title: 'by', cell: (row) => row.createdBy },
  { title: 'query', cell: (row) => row.query },
];

async function showDataset(name: string, options: DataOptions): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'datasets', name);
  const query = { dataHandling: options.dataHandling };
  const shown = await context.client.get(path, datasetDetail, query);
  const { summary, problem } = await summaryOf(context, path, query);
  context.print({ ...shown, summary }, () => {
    const ran = shown.submissions.map(
      ({ submissionId, campaign, stage, status, role }) =>
        `  ${submissionId} (${campaign}, ${stage}): ${status}${role === 'output' ? ', made it' : ''}\n`,
    );
    return (
      facts([
        ['dataset', shown.name],
        ['query', shown.query],
        ['files', summary === null ? `not counted: ${problem}` : summary.files],
        ['bytes', summary?.bytes ?? null],
        ['events', summary?.events ?? null],
        ['created', when(shown.created)],
        ['by', shown.createdBy],
        ['about', shown.description],
      ]) + (ran.length === 0 ? '' : `submissions\n${ran.join('')}`)
    );
  });
}

/** A bare number, for scripts; a count that is not known is a failure. */
async function countQuery(query: string, options: DataOptions): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'queries', 'explain');
  const { dataHandling } = options;
  const told = await context.client.post(path, explanation, { query, dataHandling });
  if (told.summary === null) {
    throw new CommandFailure(told.problem?.message ?? `It cannot be counted: ${told.summaryProblem}.`);
  }
  const { summary } = told;
  context.print(summary, () => `${summary.files}\n`);
}

/** What a dataset is can be told also where it cannot be counted. */
async function summaryOf({ client }: Context, path: string, query: { dataHandling: string }) {
  try {
    return { summary: await client.get(`${path}/summary`, querySummary, query), problem: null };
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return { summary: null, problem: error.problem.detail };
  }
}

async function listFiles(name: string, options: DataOptions & { limit: number }): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'datasets', name, 'files');
  const { dataHandling, limit } = options;
  const found = await context.client.list(path, fileList, { dataHandling }, limit);
  const more = found.more ? 'There are more: see --limit.\n' : '';
  context.print(
    found.items,
    () => table(context.screen, FILE_COLUMNS, found.items, 'It has no files.') + more,
  );
}

/** Of files in lists. */
export const FILE_COLUMNS: Column<FileRow>[] = [
  { title: 'file', cell: (row) => row.name },
  { title: 'bytes', cell: (row) => row.size },
  { title: 'events', cell: (row) => row.events },
  { title: 'created', cell: (row) => when(row.created) },
  { title: '', cell: (row) => (row.located ? null : 'has no location') },
];

async function defineDataset(name: string, query: string, options: DataOptions): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'datasets');
  const { dataHandling } = options;
  const made = await context.client.post(path, datasetDetail, { name, query, dataHandling });
  context.print(made, () => `Dataset ${made.name} is defined: ${made.query}\n`);
}

async function explainQuery(query: string, options: DataOptions): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'queries', 'explain');
  const { dataHandling } = options;
  const told = await context.client.post(path, explanation, { query, dataHandling });
  context.print(told, () => {
    if (told.problem !== null) return `${told.problem.message}\n`;
    const outline = told.outline.map(({ depth, text }) => `${'  '.repeat(depth)}${text}\n`).join('');
    const begins =
      told.begins === null
        ? ''
        : told.begins === 'few'
          ? 'It begins at what it names: projects, snapshots or files.\n'
          : 'It looks at every file of the experiment.\n';
    const { summary } = told;
    const found =
      summary === null
        ? `How much it finds is not known: ${told.summaryProblem ?? 'it cannot be asked'}.\n`
        : `It finds ${summary.files} files, ${summary.bytes} bytes${summary.events === null ? '' : `, ${summary.events} events`}.\n`;
    return outline + begins + found;
  });
  if (told.problem !== null) process.exitCode = 1;
}
