/** `poms file`: list, show, lineage. */
import { type Command, Option } from 'commander';
import { treeOrder } from '../domain/lineage-tree.ts';
import { fileDetail, fileList, lineageView, usesView } from '../services/datasets/schema.ts';
import { ofExperiment } from './client.ts';
import { type CommonOptions, contextOf, limitOption, wholeNumber } from './context.ts';
import { dataCommand, FILE_COLUMNS } from './dataset.ts';
import { ApiFailure } from './failure.ts';
import { facts, table, when } from './output.ts';

interface FileOptions extends CommonOptions {
  dataHandling: string;
}

export function addFileCommands(program: Command): void {
  const file = program.command('file').description('files: list, show, lineage');
  dataCommand(file, 'list <query>', 'list the files that a query finds')
    .addOption(limitOption())
    .action(listFiles);
  dataCommand(file, 'show <name>', 'show the metadata of a file and where it is').action(showFile);
  dataCommand(file, 'lineage <name>', 'show what a file was made from, or what was made from it')
    .addOption(
      new Option('--direction <way>', 'up: from what; down: into what').choices(['up', 'down']).default('up'),
    )
    .option('--depth <generations>', 'at most so many generations', wholeNumber, 3)
    .addOption(limitOption())
    .action(showLineage);
}

async function listFiles(query: string, options: FileOptions & { limit: number }): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'queries', 'files');
  const { dataHandling, limit } = options;
  const found = await context.client.postList(path, fileList, { query, dataHandling }, limit);
  const more = found.more ? 'There are more: see --limit.\n' : '';
  context.print(
    found.items,
    () => table(context.screen, FILE_COLUMNS, found.items, 'It finds no files.') + more,
  );
}

async function showFile(name: string, options: FileOptions): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'files', name);
  const { dataHandling } = options;
  const file = await context.client.get(path, fileDetail, { dataHandling });
  // Not all systems tell.
  const uses = await context.client
    .get(`${path}/uses`, usesView, { dataHandling })
    .catch((error: unknown) => {
      if (error instanceof ApiFailure && error.problem.code === 'unsupported') return null;
      throw error;
    });
  context.print({ ...file, uses }, () => {
    const metadata = Object.entries(file.metadata).map(([key, value]): [string, string] => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const places = file.locations.map((location): [string, string] => ['location', location]);
    const given = (uses?.projects ?? []).map(({ project, state, submissions }): [string, string] => [
      'project',
      `${project}: ${state}${submissions.length === 0 ? '' : `, submission ${submissions.join(', ')}`}`,
    ]);
    const more = uses?.more === true ? 'It was given to more projects: these are the newest.\n' : '';
    return (
      facts([['file', file.name], ['created', when(file.created)], ...places, ...metadata, ...given]) + more
    );
  });
}

async function showLineage(
  name: string,
  options: FileOptions & { direction: 'up' | 'down'; depth: number; limit: number },
): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'files', name, 'lineage');
  const { direction, depth, limit, dataHandling } = options;
  const found = await context.client.get(path, lineageView, { direction, depth, limit, dataHandling });
  context.print(found, () => {
    const none = direction === 'up' ? 'It was made from no file.\n' : 'No file was made from it.\n';
    const lines = treeOrder(name, found.files).map(({ name: one, depth: step, retired, located }) => {
      const note = retired ? ' (retired)' : located ? '' : ' (has no location)';
      return `${'  '.repeat(step - 1)}${one}${note}\n`;
    });
    return (lines.join('') || none) + (found.more ? 'There are more: see --depth and --limit.\n' : '');
  });
}
