/** What a command of the API works with: the client, the experiment, the way of output; options that all have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { type Client, createClient } from './client.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { type Screen, standardScreen, toJson } from './output.ts';

export interface CommonOptions {
  url?: string;
  experiment?: string;
  json?: boolean;
}

export interface Context {
  client: Client;
  screen: Screen;
  json: boolean;
  experiment(): Promise<string>;
  /** Prints `value` as JSON where that is asked for, else the text. */
  print(value: unknown, text: () => string): void;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** What is read here of `/me`. */
const me = z.object({ experiments: z.array(z.object({ experiment: z.string() })) });

/** A command below `parent` with the options that all calls of the API have. */
export function apiCommand(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .addOption(
      new Option(
        '--url <url>',
        'address of POMS ($POMS_URL; else the server of this folder, else 127.0.0.1:8080)',
      ),
    )
    .addOption(new Option('-e, --experiment <name>', 'experiment ($POMS_EXPERIMENT; else your only one)'))
    .addOption(new Option('--json', 'print JSON'));
}

export function contextOf(options: CommonOptions, env: NodeJS.ProcessEnv = process.env): Context {
  const screen = standardScreen(process.stdout, env);
  const client = createClient({ url: findUrl(options, env), token: env.POMS_TOKEN });
  const json = options.json === true;
  return {
    client,
    screen,
    json,
    experiment: () => findExperiment(options, env, client),
    print: (value, text) => screen.write(json ? toJson(value) : text()),
  };
}

function findUrl(options: CommonOptions, env: NodeJS.ProcessEnv): string {
  const given = options.url ?? (env.POMS_URL === '' ? undefined : env.POMS_URL);
  if (given === undefined) return runningServer(env.POMS_DATA_DIR ?? '.poms') ?? DEFAULT_URL;
  if (!/^https?:\/\/./.test(given))
    throw new CommandFailure(`${given} is no address: it must begin with http:// or https://.`, EXIT.usage);
  return given;
}

/** The address that a server wrote into its data folder, or null. */
function runningServer(dataDir: string): string | null {
  try {
    const file: unknown = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8'));
    return z.object({ url: z.string() }).parse(file).url;
  } catch {
    return null;
  }
}

async function findExperiment(
  options: CommonOptions,
  env: NodeJS.ProcessEnv,
  client: Client,
): Promise<string> {
  const given = options.experiment ?? env.POMS_EXPERIMENT;
  if (given !== undefined && given !== '') return given;
  const { experiments } = await client.get('/me', me);
  const [only] = experiments;
  if (only !== undefined && experiments.length === 1) return only.experiment;
  const names = experiments.map(({ experiment }) => experiment).join(', ');
  throw new CommandFailure(
    only === undefined
      ? 'You are a member of no experiment.'
      : `You are a member of several experiments (${names}): name one with --experiment or POMS_EXPERIMENT.`,
    EXIT.usage,
  );
}

/** For options and arguments that are whole numbers above 0. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return Number(text);
}

export function limitOption(): Option {
  return new Option('-n, --limit <n>', 'at most so many').argParser(wholeNumber).default(50);
}
