/** `poms project`: list, show. */
import type { Command } from 'commander';
import { type ProjectRow, projectDetail, projectList } from '../services/datasets/schema.ts';
import { ofExperiment } from './client.ts';
import { apiCommand, type CommonOptions, contextOf, limitOption } from './context.ts';
import { dataCommand } from './dataset.ts';
import { type Column, facts, table } from './output.ts';

export function addProjectCommands(program: Command): void {
  const project = program.command('project').description('data projects of submissions: list, show');
  apiCommand(project, 'list', 'list the data projects of submissions, the newest first')
    .option('--campaign <name>', 'only of this campaign')
    .addOption(limitOption())
    .action(listProjects);
  dataCommand(project, 'show <name>', 'show how far a data project is').action(showProject);
}

async function listProjects(options: CommonOptions & { campaign?: string; limit: number }): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'projects');
  const found = await context.client.list(path, projectList, { campaign: options.campaign }, options.limit);
  const more = found.more ? 'There are more: see --limit.\n' : '';
  context.print(
    found.items,
    () => table(context.screen, COLUMNS, found.items, 'There are no projects.') + more,
  );
}

const COLUMNS: Column<ProjectRow>[] = [
  { title: 'project', cell: (row) => row.project },
  { title: 'submission', cell: (row) => row.submissionId },
  { title: 'campaign', cell: (row) => row.campaign },
  { title: 'stage', cell: (row) => row.stage },
  { title: 'status', cell: (row) => row.status },
  { title: 'files', cell: (row) => row.files },
  { title: 'consumed', cell: (row) => row.consumed },
  { title: 'failed', cell: (row) => row.failed },
  { title: 'data handling', cell: (row) => row.dataHandling },
];

async function showProject(name: string, options: CommonOptions & { dataHandling: string }): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'projects', name);
  const shown = await context.client.get(path, projectDetail, { dataHandling: options.dataHandling });
  context.print(shown, () => {
    const states = Object.entries(shown.states ?? {}).map(([state, files]): [string, number] => [
      `  ${state}`,
      files,
    ]);
    return (
      facts([
        ['project', shown.project],
        ['state', shown.ended ? 'ended' : 'running'],
        ['files', shown.files],
        ['consumed', shown.consumed],
        ['failed', shown.failed],
        ['without word', shown.delivered],
        ...(states.length === 0 ? [] : [['by state', ''] as [string, string], ...states]),
      ]) + table(context.screen, COLUMNS, shown.submissions, 'No submission of POMS works on it.')
    );
  });
}
