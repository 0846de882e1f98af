/** All commands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { packageRoot } from '../package-root.ts';
import { addCampaignCommands } from './campaign.ts';
import { addDatasetCommands } from './dataset.ts';
import { addDemo } from './demo/command.ts';
import { describeFailure, EXIT } from './failure.ts';
import { addFailuresCommand } from './failures.ts';
import { addFileCommands } from './file.ts';
import { addJobCommands } from './job.ts';
import { addProjectCommands } from './project.ts';
import { addServerCommands } from './server.ts';
import { addSubmissionCommands } from './submission.ts';
import { addSystemsCommand } from './systems.ts';

export function createProgram(): Command {
  const program = new Command('poms')
    .description('Production Operations Management System')
    .version(version())
    .showHelpAfterError('(poms help COMMAND tells more)')
    .configureHelp({ sortSubcommands: false });
  addServerCommands(program);
  addDemo(program);
  addCampaignCommands(program);
  addSubmissionCommands(program);
  addJobCommands(program);
  addFailuresCommand(program);
  addDatasetCommands(program);
  addFileCommands(program);
  addProjectCommands(program);
  addSystemsCommand(program);
  forAll(program, (command) => command.exitOverride());
  return program;
}

/** Runs the command line and returns its exit status: 0 done, 1 failed, 2 wrong usage. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    // Commander has told what is wrong itself; help and version end with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { message, exitCode } = describeFailure(error);
    process.stderr.write(`poms: ${message}\n`);
    return exitCode;
  }
}

function forAll(command: Command, apply: (command: Command) => void): void {
  apply(command);
  for (const child of command.commands) forAll(child, apply);
}

function version(): string {
  const content: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  return typeof content === 'object' && content !== null && 'version' in content
    ? String(content.version)
    : 'unknown';
}
