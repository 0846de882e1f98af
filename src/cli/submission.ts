/** `poms submission`: list, show, log, and what a person may do with one. */
import type { Command } from 'commander';
import {
  actionResult,
  eventList,
  type SubmissionRow,
  type SubmissionView,
  submissionList,
  submissionView,
} from '../services/submissions/schema.ts';
import { type WhyView, whyView } from '../services/why/schema.ts';
import { ofExperiment } from './client.ts';
import { apiCommand, type CommonOptions, contextOf, limitOption, wholeNumber } from './context.ts';
import { printLog } from './follow.ts';
import { followJobAction } from './job-action.ts';
import { type Column, facts, paint, type Screen, table, when } from './output.ts';
import { fileWords, jobWords, statusColour } from './status-words.ts';

export function addSubmissionCommands(program: Command): void {
  const submission = program
    .command('submission')
    .description('submissions: list, show, log, why, recover, relaunch, hold, release, remove');
  apiCommand(submission, 'list', 'list submissions, newest first')
    .option('--campaign <name>', 'only of this campaign')
    .option('--stage <name>', 'only of this stage')
    .option('--run <id>', 'only of this run', wholeNumber)
    .option('--status <statuses>', 'comma list of statuses')
    .addOption(limitOption())
    .action(listSubmissions);
  apiCommand(submission, 'show', 'show a submission and what happened to it')
    .argument('<id>', 'number', wholeNumber)
    .action(show);
  apiCommand(submission, 'log', 'print the log of its launch')
    .argument('<id>', 'number', wholeNumber)
    .option('-f, --follow', 'go on until the launch has ended')
    .action(async (id: number, options: CommonOptions & { follow?: boolean }) => {
      const context = contextOf(options);
      const path = ofExperiment(await context.experiment(), 'submissions', id, 'launch-log');
      await printLog(context, path, { follow: options.follow === true });
    });
  apiCommand(submission, 'why', 'say why a submission is not moving')
    .argument('<id>', 'number', wholeNumber)
    .action(async (id: number, options: CommonOptions) => {
      const context = contextOf(options);
      const path = ofExperiment(await context.experiment(), 'submissions', id, 'why');
      const why = await context.client.get(path, whyView);
      context.print(why, () => `${why.text}\n`);
    });
  addAction(submission, 'recover', 'launch a recovery').option(
    '--type <type>',
    "type of recovery; else the next on the job type's list, or the first when all were done",
  );
  addAction(submission, 'relaunch', 'launch the same dataset again').option(
    '--request-key <key>',
    'the same key launches only once, however often it is sent',
  );
  addAction(submission, 'hold', 'hold its jobs');
  addAction(submission, 'release', 'release its held jobs');
  addAction(submission, 'remove', 'remove its jobs from the batch system').option(
    '--as <status>',
    'Removed or Cancelled',
  );
}

interface ListOptions extends CommonOptions {
  campaign?: string;
  stage?: string;
  run?: number;
  status?: string;
  limit: number;
}

async function listSubmissions(options: ListOptions): Promise<void> {
  const context = contextOf(options);
  const { campaign, stage, run, status } = options;
  const path = ofExperiment(await context.experiment(), 'submissions');
  const found = await context.client.list(
    path,
    submissionList,
    { campaign, stage, run, status },
    options.limit,
  );
  const more = found.more ? 'There are more: see --limit.\n' : '';
  context.print(
    found.items,
    () => table(context.screen, COLUMNS, found.items, 'There are no submissions.') + more,
  );
}

const COLUMNS: Column<SubmissionRow>[] = [
  { title: 'id', cell: (row) => row.submissionId },
  { title: 'campaign', cell: (row) => row.campaign },
  { title: 'stage', cell: (row) => row.stage },
  { title: 'status', cell: (row) => row.status, colour: (row) => statusColour(row.status) },
  { title: 'since', cell: (row) => when(row.statusSince) },
  { title: 'jobs', cell: (row) => jobWords(row.jobs) },
  { title: 'files', cell: (row) => fileWords(row.files) },
  { title: '', cell: (row) => modifiers(row) },
];

/** What a submission is besides its status, and what comes next. */
function modifiers(row: SubmissionRow): string {
  const words = [
    row.isTest ? 'test' : null,
    row.recoveryOf === null ? null : `recovery of ${row.recoveryOf}`,
    row.next,
  ];
  return words.filter((word) => word !== null).join('; ');
}

async function show(id: number, options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'submissions', id);
  const view = await context.client.get(path, submissionView);
  const events = await context.client.list(`${path}/events`, eventList, {}, 100);
  const why = await context.client.get(`${path}/why`, whyView);
  context.print({ ...view, why, events: events.items }, () => {
    const history = events.items.map((event) => `${when(event.at)}  ${event.message}\n`).join('');
    return `${describe(context.screen, view, why)}\n${history}`;
  });
}

function describe(screen: Screen, view: SubmissionView, why: WhyView): string {
  return facts([
    ['submission', view.submissionId],
    ['stage', `${view.campaign} / ${view.stage}`],
    ['status', paint(screen, statusColour(view.status), view.status)],
    ['since', when(view.statusSince)],
    ['is', modifiers({ ...view, next: null })],
    ['why', why.text],
    ['jobs', jobWords(view.jobs)],
    ['files', fileWords(view.files)],
    ['dataset', view.dataset],
    ['batch', view.batchIds.join(', ')],
    ['project', view.project],
    ['command', view.command],
    ['host', `${view.account}@${view.host}`],
    ['launch', launchWords(view.launch)],
    [
      'recoveries',
      view.recoveries.map((one) => `${one.submissionId} (${one.recoveryType}, ${one.status})`).join(', '),
    ],
    ['launched', view.launched.map((one) => `${one.submissionId} (${one.stage}, ${one.status})`).join(', ')],
  ]);
}

function launchWords({ state, exitCode, detail, advice }: SubmissionView['launch']): string {
  const exit = exitCode === null ? state : `${state}, exit status ${exitCode}`;
  return [exit, detail, advice].filter((part) => part !== null && part !== '').join('. ');
}

interface ActionOptions extends CommonOptions {
  reason?: string;
  type?: string;
  as?: string;
  requestKey?: string;
}

function addAction(
  submission: Command,
  action: 'recover' | 'relaunch' | 'hold' | 'release' | 'remove',
  description: string,
): Command {
  return apiCommand(submission, action, description)
    .argument('<id>', 'number', wholeNumber)
    .option('--reason <text>', 'why; is kept with who did it')
    .action(async (id: number, options: ActionOptions) => {
      const context = contextOf(options);
      const path = `${ofExperiment(await context.experiment(), 'submissions', id, 'actions')}/${action}`;
      const { reason = '', type: recoveryType, as, requestKey } = options;
      const body = { reason, recoveryType, as, requestKey };
      const result = await context.client.post(path, actionResult, body);
      if (result.jobActionId === null) context.print(result, () => `${result.done}\n`);
      else await followJobAction(context, result.jobActionId);
    });
}
