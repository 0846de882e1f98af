/** `poms job hold`, `release`, `remove`: shown first, asked for, followed to the end. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { JOB_ACTIONS, type JobAction } from '../domain/job-actions.ts';
import type { JobState } from '../domain/job-state.ts';
import { type JobActionScope, jobActionPreview, jobActionView } from '../services/job-actions/schema.ts';
import { ofExperiment } from './client.ts';
import { apiCommand, type CommonOptions, type Context, contextOf, wholeNumber } from './context.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { actionWords, previewWords, progressWords } from './job-action-words.ts';

interface Options extends CommonOptions {
  submission?: number[];
  campaign?: string;
  stage?: string;
  system?: string;
  state?: string[];
  host?: string[];
  exitCode?: number[];
  match?: string;
  as?: 'Removed' | 'Cancelled';
  reason?: string;
  requestKey?: string;
  dryRun?: boolean;
  yes?: boolean;
  wait: boolean;
}

/** Milliseconds between looks at an action that is under way. */
const LOOK_MS = 500;

const DESCRIPTIONS: Record<JobAction, string> = {
  hold: 'hold jobs; what runs is stopped, and runs again when it is released',
  release: 'release held jobs',
  remove: 'remove jobs from their batch system',
};

export function addJobActions(job: Command): void {
  for (const action of JOB_ACTIONS) {
    const command = apiCommand(job, action, DESCRIPTIONS[action])
      .argument('[ids...]', 'numbers of jobs in POMS, or batch ids such as 123.0@farm', jobId, [])
      .option('--submission <ids>', 'jobs of these submissions, comma list', list(wholeNumber))
      .option('--campaign <name>', 'jobs of this campaign')
      .option('--stage <name>', 'jobs of this stage of the campaign')
      .option('--system <name>', 'jobs on this batch system')
      .option('--state <states>', 'comma list of idle, running, held', list(String))
      .option('--host <hosts>', 'jobs on these hosts, comma list', list(String))
      .option('--exit-code <codes>', 'jobs with these exit codes, comma list', list(Number))
      .option('--match <text>', 'jobs whose reason has this text')
      .option('--reason <text>', 'why; is kept with who did it')
      .option('--request-key <key>', 'the same key acts only once, however often it is sent')
      .option('--dry-run', 'show what it would be done to, and change nothing')
      .option('-y, --yes', 'do not ask')
      .option('--no-wait', 'do not wait until it is done')
      .action((ids: string[], options: Options) => act(action, ids, options));
    if (action === 'remove')
      command.addOption(
        new Option('--as <status>', 'what whole submissions then count as').choices(['Removed', 'Cancelled']),
      );
  }
}

function jobId(text: string, before: string[]): string[] {
  return [...before, text.includes('@') ? text : String(wholeNumber(text))];
}

function list<T>(parse: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(',').map((one) => parse(one.trim()));
}

async function act(action: JobAction, ids: string[], options: Options): Promise<void> {
  const scope = scopeOf(ids, options);
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'job-actions');
  const { as, reason, requestKey } = options;
  const asked = { action, scope, as };
  const asks = process.stdin.isTTY === true && options.yes !== true && !context.json;
  if (options.dryRun === true || asks) {
    const preview = await context.client.post(`${path}/preview`, jobActionPreview, asked);
    if (options.dryRun === true) return context.print(preview, () => previewWords(action, preview));
    context.screen.write(previewWords(action, preview));
    if (!(await confirmed(`${action} ${preview.jobs} jobs`))) throw new CommandFailure('Nothing was done.');
  }
  const made = await context.client.post(path, jobActionView, { ...asked, reason, requestKey });
  if (options.wait) await followJobAction(context, made.jobActionId);
  else context.print(made, () => actionWords(made));
}

function scopeOf(ids: string[], options: Options): JobActionScope {
  const batchIds = ids.filter((one) => one.includes('@'));
  if (batchIds.length > 0 && batchIds.length < ids.length)
    throw new CommandFailure('Give either numbers of jobs or batch ids, not both.', EXIT.usage);
  const { submission, campaign, stage, system, state, host, exitCode, match } = options;
  const scope: JobActionScope = {
    jobs: batchIds.length === 0 && ids.length > 0 ? ids.map(Number) : undefined,
    batchIds: batchIds.length > 0 ? batchIds : undefined,
    submissions: submission,
    campaign,
    stage,
    batchSystem: system,
    // The server says which are none.
    states: state as JobState[] | undefined,
    hosts: host,
    exitCodes: exitCode,
    reason: match,
  };
  if (Object.values(scope).every((condition) => condition === undefined))
    throw new CommandFailure('Which jobs? Give ids, or --submission, --campaign, --state, ...', EXIT.usage);
  return scope;
}

async function confirmed(what: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${what}? [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Waits until an action has ended and prints what became of it; exit status 1 where something failed. */
export async function followJobAction(context: Context, jobActionId: number): Promise<void> {
  const path = ofExperiment(await context.experiment(), 'job-actions', jobActionId);
  const shows = process.stderr.isTTY === true && !context.json;
  let view = await context.client.get(path, jobActionView);
  while (view.ended === null) {
    if (shows) process.stderr.write(`\r${progressWords(view)}\u001b[K`);
    await sleep(LOOK_MS);
    view = await context.client.get(path, jobActionView);
  }
  if (shows) process.stderr.write('\r\u001b[K');
  context.print(view, () => actionWords(view));
  if (view.state === 'failed') process.exitCode = EXIT.failed;
}
