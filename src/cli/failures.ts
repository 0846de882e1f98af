/** `poms failures`: why jobs of a campaign or submission have failed, in groups. */
import type { Command } from 'commander';
import { type FailureGroup, failureList } from '../services/failures/schema.ts';
import { ofExperiment } from './client.ts';
import { apiCommand, type CommonOptions, contextOf, wholeNumber } from './context.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { type Column, table, when } from './output.ts';

interface FailureOptions extends CommonOptions {
  campaign?: string;
  stage?: string;
  submission?: number;
  since?: string;
}

export function addFailuresCommand(program: Command): void {
  apiCommand(program, 'failures', 'why jobs of a campaign or submission have failed, in groups')
    .option('--campaign <name>', 'the campaign')
    .option('--stage <name>', 'only this stage of it')
    .option('--submission <number>', 'of this submission, instead of a campaign', wholeNumber)
    .option('--since <time>', 'only what has failed since then, as 2026-11-24T08:00:00Z')
    .action(async (options: FailureOptions) => {
      const { campaign, stage, submission, since } = options;
      if (
        (campaign === undefined) === (submission === undefined) ||
        (stage !== undefined && campaign === undefined)
      )
        throw new CommandFailure(
          'Whose failures? Give either --campaign, with --stage or without, or --submission.',
          EXIT.usage,
        );
      const context = contextOf(options);
      const path = ofExperiment(await context.experiment(), 'failures');
      const found = await context.client.get(path, failureList, { campaign, stage, submission, since });
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
  { title: 'logs say', cell: logWords },
  { title: 'in common', cell: (row) => row.factors.flatMap(factorWords).join(', ') },
  { title: 'for example', cell: (row) => row.examples.join(', ') },
];

/** The most frequent telling line, in how many of the logs that were read. */
function logWords({ logs }: FailureGroup): string | null {
  const [first] = logs.signatures;
  if (first === undefined) return logs.problem === null ? null : `no line: ${logs.problem}`;
  return `${first.signature} (${first.samples} of ${logs.read})`;
}

/** Of factors that are common: what is merely most frequent explains nothing. */
function factorWords({ factor, value, jobs, of, others, common }: FailureGroup['factors'][number]): string[] {
  if (!common) return [];
  const name = factor === 'time' ? value.split('/').map(when).join(' to ') : value;
  return [`${factor} ${name}: ${jobs} of ${of}, of others ${percent(others)}`];
}
