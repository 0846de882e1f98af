/** `poms demo`: a whole POMS with a sample campaign, run through the API as any client would. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { readConfig } from '../../config.ts';
import { startPoms } from '../../main.ts';
import { packageRoot } from '../../package-root.ts';
import { campaignView } from '../../services/campaigns/schema.ts';
import { launchRow } from '../../services/launches/schema.ts';
import { applyCampaign } from '../campaign-apply.ts';
import { ofExperiment } from '../client.ts';
import { type Context, contextOf } from '../context.ts';
import { CommandFailure } from '../failure.ts';
import { untilStopped } from '../signals.ts';
import { createDisplay } from './display.ts';
import { firstFreePort } from './free-port.ts';
import { describeRun, readResult } from './summary.ts';
import { type Run, watchRun } from './watch-run.ts';

const EXPERIMENT = 'demo';
const SAMPLE = join(packageRoot, 'examples', 'quakes', 'campaign.yaml');
/** Long enough for the slowest machine; the sample takes well under a minute on two cores. */
const TIMEOUT = 15 * 60_000;

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('start everything here and run the sample campaign on real earthquakes')
    .option('--exit', 'stop when the campaign has ended; exit status 0 if all of it went well')
    .action((options: { exit?: boolean }) => demo({ exit: options.exit === true }));
}

async function demo({ exit }: { exit: boolean }): Promise<void> {
  const config = readConfig();
  const listen = await firstFreePort(config.listen);
  if (config.listen.port !== 0 && listen.port !== config.listen.port)
    say(`Port ${config.listen.port} is taken, so POMS takes ${listen.port}.`);
  const log = join(config.dataDir, 'demo.log');
  const database = config.databaseUrl === null ? 'its own PostgreSQL' : 'the database of POMS_DATABASE_URL';
  say(`Starting POMS with ${database}; data in ${config.dataDir}, log in ${log}.`);
  const running = await startPoms({ ...config, listen }, { engine: true, web: true, log: { file: log } });
  const stopping = new AbortController();
  const stopped = untilStopped().then(() => stopping.abort());
  try {
    const context = contextOf({ url: running.url ?? '' });
    const failed = await runSample(context, stopping.signal);
    if (failed.length > 0)
      say(`Not all ended as it should: ${failed.join(', ')}. See the console, and ${log}.`);
    if (exit) process.exitCode = failed.length > 0 ? 1 : 0;
    else if (!stopping.signal.aborted) {
      say('POMS stays up for you to look around; stop it with Ctrl-C.');
      await stopped;
    }
  } finally {
    await running.stop();
  }
}

/** Applies, launches and follows the sample; returns the names of stages that did not end as they should. */
async function runSample(context: Context, stop: AbortSignal): Promise<string[]> {
  const { client, screen } = context;
  say(`POMS is at ${client.url}`);
  await ensureExperiment(context);
  const text = await readFile(SAMPLE, 'utf8');
  const { campaign } = await applyCampaign(context, EXPERIMENT, text, {
    dryRun: false,
    agree: async () => true,
  });
  const run = await launch(context, campaign);
  say(`\nRun ${run.runId} of campaign ${campaign}: ${client.url}/e/${EXPERIMENT}/campaigns/${campaign}`);
  const redraws = process.stdout.isTTY === true && process.env.TERM !== 'dumb';
  const display = createDisplay(screen, () => (redraws ? process.stdout.columns : null));
  const end = await watchRun(client, run, display, { timeout: TIMEOUT, stop });
  if (!end.ended)
    throw new CommandFailure(
      'Stopped before the campaign had ended; its jobs go on, and so does it at the next start.',
    );
  const result = await readResult(client, run, end.submissions);
  screen.write(
    describeRun(screen, end.stages, result, `${client.url}/e/${EXPERIMENT}/campaigns/${campaign}`),
  );
  const failed = end.stages
    .filter(({ state }) => state !== 'done')
    .map(({ stage, state }) => `stage ${stage} ended as ${state}`);
  return result === null && failed.length === 0 ? ['the last stage left no result'] : failed;
}

async function ensureExperiment({ client }: Context): Promise<void> {
  const { experiments } = await client.get(
    '/me',
    z.object({ experiments: z.array(z.object({ experiment: z.string() })) }),
  );
  if (experiments.some(({ experiment }) => experiment === EXPERIMENT)) return;
  await client.post('/experiments', z.unknown(), { experiment: EXPERIMENT, name: 'Demonstration' });
}

async function launch({ client }: Context, campaign: string): Promise<Run> {
  const view = await client.get(ofExperiment(EXPERIMENT, 'campaigns', campaign), campaignView);
  const answer = await client.post(ofExperiment(EXPERIMENT, 'launches'), z.object({ launch: launchRow }), {
    campaign,
  });
  return {
    experiment: EXPERIMENT,
    campaign,
    runId: answer.launch.runId,
    stages: view.stages.map(({ name }) => name),
  };
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
