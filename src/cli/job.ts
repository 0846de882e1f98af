/** `poms job`: list, log, why, hold, release, remove. */
import type { Command } from 'commander';
import { type JobRow, jobList } from '../services/jobs/schema.ts';
import { whyView } from '../services/why/schema.ts';
import { ofExperiment } from './client.ts';
import { apiCommand, type CommonOptions, contextOf, limitOption, wholeNumber } from './context.ts';
import { printLog } from './follow.ts';
import { addJobActions } from './job-action.ts';
import { type Column, table } from './output.ts';
import { statusColour } from './status-words.ts';

export function addJobCommands(program: Command): void {
  const job = program.command('job').description('batch jobs: list, log, why, hold, release, remove');
  apiCommand(job, 'list', 'list jobs')
    .option('--submission <id>', 'only of this submission', wholeNumber)
    .option('--state <states>', 'comma list of idle, running, held, completed, failed, removed')
    .addOption(limitOption())
    .action(listJobs);
  apiCommand(job, 'log', 'print what a job has written')
    .argument('<id>', 'number of the job in POMS', wholeNumber)
    .option('--stderr', 'its standard error instead of its standard output')
    .option('-f, --follow', 'go on until the job has ended')
    .action(async (id: number, options: CommonOptions & { stderr?: boolean; follow?: boolean }) => {
      const context = contextOf(options);
      const stream = options.stderr === true ? 'stderr' : 'stdout';
      const path = ofExperiment(await context.experiment(), 'jobs', id, 'log', stream);
      await printLog(context, path, { follow: options.follow === true });
    });
  apiCommand(job, 'why', 'say why a job is not moving')
    .argument('<id>', 'number of the job in POMS', wholeNumber)
    .action(async (id: number, options: CommonOptions) => {
      const context = contextOf(options);
      const why = await context.client.get(
        ofExperiment(await context.experiment(), 'jobs', id, 'why'),
        whyView,
      );
      context.print(why, () => `${why.text}\n`);
    });
  addJobActions(job);
}

async function listJobs(
  options: CommonOptions & { submission?: number; state?: string; limit: number },
): Promise<void> {
  const context = contextOf(options);
  const { submission, state } = options;
  const path = ofExperiment(await context.experiment(), 'jobs');
  const found = await context.client.list(path, jobList, { submission, state }, options.limit);
  const more = found.more ? 'There are more: see --limit.\n' : '';
  context.print(found.items, () => table(context.screen, COLUMNS, found.items, 'There are no jobs.') + more);
}

const COLUMNS: Column<JobRow>[] = [
  { title: 'id', cell: (row) => row.jobId },
  { title: 'batch id', cell: (row) => row.batchId },
  { title: 'submission', cell: (row) => row.submissionId },
  { title: 'state', cell: (row) => row.state, colour: (row) => statusColour(row.state) },
  { title: 'host', cell: (row) => row.host },
  { title: 'exit', cell: (row) => row.exitCode ?? row.signal },
  { title: 'wall s', cell: (row) => rounded(row.wallSeconds) },
  { title: 'cpu s', cell: (row) => rounded(row.cpuSeconds) },
  { title: 'MB', cell: (row) => (row.memoryKb === null ? null : Math.round(row.memoryKb / 1024)) },
  { title: '', cell: (row) => row.reason },
];

function rounded(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 10) / 10;
}
