/** `poms failures`: why jobs of a campaign have failed, in groups. */
import type { Command } from 'commander';
import { type FailureGroup, failureList } from '../services/failures/schema.ts';
import { ofExperiment } from './client.ts';
import { apiCommand, type CommonOptions, contextOf } from './context.ts';
import { type Column, table, when } from './output.ts';

interface FailureOptions extends CommonOptions {
  campaign: string;
  stage?: string;
  since?: string;
}

export function addFailuresCommand(program: Command): void {
  apiCommand(program, 'failures', 'why jobs of a campaign have failed, in groups')
    .requiredOption('--campaign <name>', 'the campaign')
    .option('--stage <name>', 'only this stage of it')
    .option('--since <time>', 'only what has failed since then, as 2026-11-24T08:00:00Z')
    .action(async (options: FailureOptions) => {
      const context = contextOf(options);
      const { campaign, stage, since } = options;
      const path = ofExperiment(await context.experiment(), 'failures');
      const found = await context.client.get(path, failureList, { campaign, stage, since });
      context.print(found, () => {
        const sum = `${found.failed} of ${found.jobs} jobs have failed, are held or were removed.\n`;
        return table(context.screen, COLUMNS, found.groups, 'No job has failed.') + sum;
      });
    });
}

const percent = (share: number | null) => (share === null ? null : `${(share * 100).toFixed(1)} %`);

const COLUMNS: Column<FailureGroup>[] = [
  { title: 'jobs', cell: (row) => row.jobs },
  { title: 'of all', cell: (row) => percent(row.share) },
  { title: 'wall time lost', cell: (row) => percent(row.wallShare) },
  { title: 'last', cell: (row) => when(row.last) },
  { title: 'failure', cell: (row) => (row.text === '' ? row.words : `${row.words} (${row.text})`) },
  {
    title: 'most on',
    cell: (row) => row.factors.map(({ value, jobs, of }) => `${value} ${jobs} of ${of}`).join(', '),
  },
  { title: 'for example', cell: (row) => row.examples.join(', ') },
];
