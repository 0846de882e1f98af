/** `poms campaign apply FILE`: shows what would change, asks, and makes the campaign what the file says. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { type ApplyResult, applyResult, type Change } from '../services/campaigns/schema.ts';
import { ofExperiment } from './client.ts';
import { apiCommand, type CommonOptions, type Context, contextOf } from './context.ts';
import { CommandFailure } from './failure.ts';
import { paint, type Screen } from './output.ts';

interface ApplyOptions extends CommonOptions {
  dryRun?: boolean;
  yes?: boolean;
}

export function addApply(campaign: Command): void {
  apiCommand(campaign, 'apply <file>', 'create or change a campaign by a campaign file (- is standard input)')
    .option('--dry-run', 'show what would change, change nothing')
    .option('-y, --yes', 'do not ask')
    .action(async (file: string, options: ApplyOptions) => {
      const context = contextOf(options);
      const text = await readCampaignFile(file);
      const experiment = await context.experiment();
      const asks = file !== '-' && process.stdin.isTTY === true && process.stdout.isTTY === true;
      const agree = options.yes === true || !asks || context.json ? async () => true : askOnTerminal;
      await applyCampaign(context, experiment, text, { dryRun: options.dryRun === true, agree });
    });
}

/** Returns what was done; with nothing to change, and where the person does not agree, nothing is. */
export async function applyCampaign(
  context: Context,
  experiment: string,
  text: string,
  how: { dryRun: boolean; agree: () => Promise<boolean> },
): Promise<ApplyResult> {
  const path = ofExperiment(experiment, 'campaigns', 'apply');
  const shown = await context.client.post(path, applyResult, { text, dryRun: true });
  if (!context.json) context.screen.write(describeChanges(context.screen, shown));
  if (how.dryRun || shown.changes.length === 0) {
    context.print(shown, () => '');
    return shown;
  }
  if (!(await how.agree())) throw new CommandFailure('Nothing was changed.');
  // On the version that was looked at: what somebody else saved meanwhile is not overwritten unseen.
  const version = shown.version === null ? {} : { version: shown.version };
  const applied = await context.client.post(path, applyResult, { text, dryRun: false, ...version });
  context.print(
    applied,
    () =>
      `Applied campaign ${applied.campaign}${applied.version === null ? '' : `, version ${applied.version}`}.\n`,
  );
  return applied;
}

/** A line for each difference, `+` added, `~` changed, `-` removed; warnings after them. */
export function describeChanges(
  screen: Pick<Screen, 'colours'>,
  { campaign, changes, warnings }: ApplyResult,
): string {
  const lines = changes.map((change) => changeLine(screen, change));
  const head = lines.length === 0 ? [`Campaign ${campaign} is as the file says.`] : [];
  const notes = warnings.map((warning) => paint(screen, 'yellow', `! ${warning}`));
  return [...head, ...lines, ...notes].map((line) => `${line}\n`).join('');
}

const SIGNS = { add: ['+', 'green'], change: ['~', 'yellow'], remove: ['-', 'red'] } as const;

function changeLine(screen: Pick<Screen, 'colours'>, change: Change): string {
  const [sign, colour] = SIGNS[change.what];
  const subject = `${sign} ${change.kind} ${change.name}${change.field === undefined ? '' : ` ${change.field}`}`;
  const values =
    change.what === 'change' && change.field !== undefined
      ? `: ${shortValue(change.before)} → ${shortValue(change.after)}`
      : change.field === undefined
        ? ''
        : `: ${shortValue(change.what === 'add' ? change.after : change.before)}`;
  return paint(screen, colour, subject + values);
}

const LONGEST = 80;

function shortValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

async function readCampaignFile(file: string): Promise<string> {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (cause) {
    const reason =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
        ? 'it does not exist'
        : String(cause);
    throw new CommandFailure(`Cannot read ${file}: ${reason}.`);
  }
}

async function askOnTerminal(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question('Apply this? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}
