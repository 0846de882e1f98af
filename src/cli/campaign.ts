/** `poms campaign`: list, show, launch, commands, export; `apply` has a file of its own. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { CampaignRow, CampaignView, StageView } from '../services/campaigns/schema.ts';
import { campaignList, campaignView } from '../services/campaigns/schema.ts';
import { fileReport, type ReportRow } from '../services/datasets/schema.ts';
import { launchCommands, launchRow } from '../services/launches/schema.ts';
import { addApply } from './campaign-apply.ts';
import { ofExperiment } from './client.ts';
import { apiCommand, type CommonOptions, contextOf, limitOption } from './context.ts';
import { ApiFailure } from './failure.ts';
import { type Column, facts, type Screen, table, when } from './output.ts';
import { jobWords } from './status-words.ts';

export function addCampaignCommands(program: Command): void {
  const campaign = program.command('campaign').description('campaigns: apply, list, show, launch, export');
  addApply(campaign);
  apiCommand(campaign, 'list', 'list campaigns')
    .option('-q, --query <text>', 'part of the name')
    .option('--tag <tag>', 'only with this tag')
    .addOption(limitOption())
    .action(listCampaigns);
  apiCommand(campaign, 'show <name>', 'show a campaign and its stages').action(showCampaign);
  apiCommand(campaign, 'launch <name>', 'launch the leading stage, or the one that is named')
    .option('--stage <stage>', 'stage to launch')
    .option('--test', "as a test, with the stage's test parameters and test split")
    .option('--dataset <dataset>', "instead of the stage's dataset and split")
    .option('--request-key <key>', 'the same key launches only once, however often it is sent')
    .action(launchCampaign);
  apiCommand(campaign, 'commands <name>', 'print what a launch would run, for a shell of your own')
    .option('--stage <stage>', 'stage instead of the leading one')
    .option('--test', "as a test, with the stage's test parameters and test split")
    .option('--dataset <dataset>', "instead of the stage's dataset and split")
    .action(showCommands);
  apiCommand(campaign, 'files <name>', 'print how far the files of each submission are')
    .addOption(limitOption())
    .action(showFiles);
  apiCommand(campaign, 'export <name>', 'print the campaign as a campaign file').action(exportCampaign);
}

async function showFiles(name: string, options: CommonOptions & { limit: number }): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'campaigns', name, 'files');
  const { items, problem } = await context.client.get(path, fileReport, {
    limit: Math.min(options.limit, 500),
  });
  context.print({ items, problem }, () => {
    const note = problem === null ? '' : `As last known, for the files cannot be counted now: ${problem}\n`;
    return table(context.screen, FILE_COLUMNS, items, 'There are no submissions.') + note;
  });
}

const FILE_COLUMNS: Column<ReportRow>[] = [
  { title: 'submission', cell: (row) => row.submissionId },
  { title: 'stage', cell: (row) => row.stage },
  { title: 'status', cell: (row) => row.status },
  { title: 'input', cell: (row) => row.figures.submitted.files },
  { title: 'handed out', cell: (row) => row.figures.delivered.files },
  { title: 'consumed', cell: (row) => row.figures.consumed.files },
  { title: 'failed', cell: (row) => row.figures.failed.files },
  { title: 'skipped', cell: (row) => row.figures.skipped.files },
  { title: 'made', cell: (row) => row.figures.allDeclared.files },
  { title: 'located', cell: (row) => row.figures.allLocated.files },
  { title: 'pending', cell: (row) => row.figures.pending.files },
];

async function listCampaigns(
  options: CommonOptions & { query?: string; tag?: string; limit: number },
): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'campaigns');
  const found = await context.client.list(
    path,
    campaignList,
    { q: options.query, tag: options.tag },
    options.limit,
  );
  const more = found.more ? 'There are more: see --limit.\n' : '';
  context.print(
    found.items,
    () => table(context.screen, CAMPAIGN_COLUMNS, found.items, 'There are no campaigns.') + more,
  );
}

const CAMPAIGN_COLUMNS: Column<CampaignRow>[] = [
  { title: 'campaign', cell: (row) => row.name },
  { title: 'stages', cell: (row) => row.stages },
  {
    title: 'running',
    cell: (row) => row.submissions.running,
    colour: (row) => (row.submissions.running > 0 ? 'blue' : null),
  },
  { title: 'done', cell: (row) => row.submissions.done },
  {
    title: 'failed',
    cell: (row) => row.submissions.failed,
    colour: (row) => (row.submissions.failed > 0 ? 'red' : null),
  },
  {
    title: 'held',
    cell: (row) => row.submissions.held,
    colour: (row) => (row.submissions.held > 0 ? 'yellow' : null),
  },
  { title: 'queued', cell: (row) => row.launches.queued },
  { title: 'creator', cell: (row) => row.creator },
  { title: 'last activity', cell: (row) => when(row.lastActivity) },
  {
    title: '',
    cell: (row) => (row.hold !== null ? `launches held by ${row.hold.heldBy}` : row.active ? '' : 'inactive'),
  },
];

async function showCampaign(name: string, options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  const view = await context.client.get(
    ofExperiment(await context.experiment(), 'campaigns', name),
    campaignView,
  );
  context.print(view, () => describeCampaign(context.screen, view));
}

function describeCampaign(screen: Screen, view: CampaignView): string {
  const dependencies = view.dependencies.map(({ from, to, split, wait }) => {
    const how = [split ? 'split' : '', wait === 'all' ? 'waits for all' : '']
      .filter((word) => word !== '')
      .join(', ');
    return `${from} → ${to}${how === '' ? '' : ` (${how})`}`;
  });
  const head = facts([
    ['campaign', view.name],
    ['about', view.description],
    ['type', view.type === 'test' ? 'test' : null],
    ['active', view.active ? 'yes' : 'no'],
    ['tags', view.tags.join(', ')],
    ['creator', view.creator],
    ['version', view.version],
    ['launches', view.hold === null ? null : `held by ${view.hold.heldBy}: ${view.hold.reason}`],
    ['depends', dependencies.join('; ')],
  ]);
  return `${head}\n${table(screen, STAGE_COLUMNS, view.stages, 'It has no stages.')}`;
}

const STAGE_COLUMNS: Column<StageView>[] = [
  { title: 'stage', cell: (stage) => stage.name },
  { title: 'type', cell: (stage) => stage.type },
  { title: 'job type', cell: (stage) => stage.jobType },
  { title: 'version', cell: (stage) => stage.softwareVersion },
  { title: 'dataset', cell: (stage) => stage.dataset },
  { title: 'split', cell: (stage) => stage.split },
  { title: 'running', cell: (stage) => stage.submissions.running },
  { title: 'done', cell: (stage) => stage.submissions.done },
  {
    title: 'failed',
    cell: (stage) => stage.submissions.failed,
    colour: (stage) => (stage.submissions.failed > 0 ? 'red' : null),
  },
  { title: 'jobs', cell: (stage) => jobWords(stage.jobs) },
];

interface LaunchOptions extends CommonOptions {
  stage?: string;
  test?: boolean;
  dataset?: string;
  requestKey?: string;
}

async function launchCampaign(name: string, options: LaunchOptions): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'launches');
  const { stage, test = false, dataset, requestKey } = options;
  try {
    const answer = await context.client.post(path, z.object({ launch: launchRow }), {
      campaign: name,
      stage,
      test,
      dataset,
      requestKey,
    });
    const { launch } = answer;
    context.print(
      launch,
      () =>
        `Launch ${launch.launchId} of stage ${launch.stage} is ${launch.state}; its run is ${launch.runId}.\n`,
    );
  } catch (error) {
    // Queued as asked for; it starts when the hold is released.
    if (!(error instanceof ApiFailure && error.problem.code === 'launches-held')) throw error;
    context.print(error.problem, () => `${error.problem.detail}\n${error.problem.advice}\n`);
  }
}

async function showCommands(name: string, options: Omit<LaunchOptions, 'requestKey'>): Promise<void> {
  const context = contextOf(options);
  const path = ofExperiment(await context.experiment(), 'launches', 'commands');
  const { stage, test = false, dataset } = options;
  const request = { campaign: name, stage, test, dataset };
  const commands = await context.client.post(path, launchCommands, request);
  context.print(commands, () => commands.text);
}

async function exportCampaign(name: string, options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  const text = await context.client.text(ofExperiment(await context.experiment(), 'campaigns', name, 'file'));
  context.print({ campaign: name, text }, () => text);
}
