/**
 * Every setting: its name, default, what it is for, and how its value is checked. Settings come from the
 * environment, or from the file that `POMS_CONFIG` names (`NAME=value` lines); the environment wins. Unknown
 * settings and wrong values stop the start with a sentence each. `docs/settings.md` is generated from this table.
 */
import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { PomsError } from './errors.ts';
import { NO_SYSTEMS, readSystems, type Systems } from './systems.ts';

const wholeNumber = (low: number, high: number) => z.coerce.number().int().min(low).max(high);

const SETTINGS = {
  POMS_CONFIG: {
    help: 'File with settings as NAME=value lines; the environment wins over it.',
    schema: z.string().optional(),
  },
  POMS_DATABASE_URL: {
    help: 'postgres://... of the database. Absent: the embedded PostgreSQL in the data folder.',
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
      .optional(),
  },
  POMS_DATA_DIR: {
    help: 'Folder for the embedded database, launch logs, the local batch system and local files.',
    schema: z.string().min(1).default('.poms'),
  },
  POMS_LISTEN: {
    help: 'Where to listen: host:port, or unix:/path/to/socket.',
    schema: z
      .string()
      .regex(/^(unix:\/.+|[^:]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5})$/, 'must be host:port or unix:/path')
      .default('127.0.0.1:8080'),
  },
  POMS_IDENTITY: {
    help: 'developer: one local person, only on loopback. front: people as the Apache front names them.',
    schema: z.enum(['developer', 'front']).default('developer'),
  },
  POMS_FRONT_SECRET_FILE: {
    help: 'File with the secret that the front sends in X-Poms-Front-Secret; needed on a port, not on a socket.',
    schema: z.string().optional(),
  },
  POMS_PUBLIC_URL: {
    help: 'The address people see, where it is not the one POMS listens on.',
    schema: z.url().optional(),
  },
  POMS_LOG_LEVEL: {
    help: 'How much is logged.',
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  },
  POMS_METRICS_LISTEN: {
    help: 'host:port on loopback for Prometheus metrics. Absent: no metrics port.',
    schema: z
      .string()
      .regex(/^[^:]+:\d{1,5}$/, 'must be host:port')
      .optional(),
  },
  POMS_SYSTEMS: {
    help: 'File that names launch hosts and batch systems besides this machine: see systems.md.',
    schema: z.string().optional(),
  },
  POMS_LOCAL_SLOTS: {
    help: 'How many jobs the local batch system runs at a time.',
    schema: wholeNumber(1, 1024).default(4),
  },
  POMS_LAUNCHES_PER_HOST: {
    help: 'How many launch scripts run at a time on one launch host.',
    schema: wholeNumber(1, 1000).default(8),
  },
  POMS_LAUNCH_TIMEOUT: {
    help: 'Seconds after which a launch script that has not ended is stopped.',
    schema: wholeNumber(1, 86400).default(1800),
  },
  POMS_KEEP_LAUNCH_LOGS_DAYS: {
    help: 'Days for which the launch logs of launches that are over are kept, counted from when they last wrote.',
    schema: wholeNumber(1, 36500).default(90),
  },
  POMS_LOCATE_INTERVAL: {
    help: 'Seconds between looks whether the output of a completed submission is located.',
    schema: wholeNumber(1, 86400).default(60),
  },
  POMS_KEEP_JOBS_DAYS: {
    help: 'Days for which the jobs of a submission are kept one by one at least; then there is a summary of them.',
    schema: wholeNumber(1, 36500).default(400),
  },
} as const;

type SettingName = keyof typeof SETTINGS;

export interface Listen {
  host: string;
  port: number;
  socket: string | null;
}

export interface Config {
  databaseUrl: string | null;
  /** Absolute. */
  dataDir: string;
  listen: Listen;
  identity: 'developer' | 'front';
  frontSecret: string | null;
  publicUrl: string | null;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  metricsListen: { host: string; port: number } | null;
  systems: Systems;
  localSlots: number;
  launchesPerHost: number;
  /** Seconds. */
  launchTimeout: number;
  /** Seconds. */
  locateInterval: number;
  /** Days. */
  keepLaunchLogsDays: number;
  keepJobsDays: number;
}

/** Reads and checks all settings. Throws `bad-setting` with one sentence for everything that is wrong. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const given = { ...readFile(environment['POMS_CONFIG']), ...ownSettings(environment) };
  const problems: string[] = [];
  const values = new Map<string, unknown>();
  for (const name of Object.keys(given)) {
    if (!(name in SETTINGS) && !LAUNCH_VARIABLES.test(name))
      problems.push(`${name} is not a setting of POMS`);
  }
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const parsed = setting.schema.safeParse(given[name]);
    if (parsed.success) values.set(name, parsed.data);
    else
      problems.push(
        `${name}=${given[name] ?? ''}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`,
      );
  }
  if (problems.length > 0) {
    throw new PomsError('bad-setting', { setting: 'Settings', problem: problems.join('; ') });
  }
  const get = <T>(name: SettingName): T => values.get(name) as T;
  const secretFile = get<string | undefined>('POMS_FRONT_SECRET_FILE');
  const systemsFile = get<string | undefined>('POMS_SYSTEMS');
  const metrics = get<string | undefined>('POMS_METRICS_LISTEN');
  return {
    databaseUrl: get<string | undefined>('POMS_DATABASE_URL') ?? null,
    dataDir: absolute(get<string>('POMS_DATA_DIR')),
    listen: parseListen(get<string>('POMS_LISTEN')),
    identity: get<Config['identity']>('POMS_IDENTITY'),
    frontSecret: secretFile === undefined ? null : readSecret(secretFile),
    publicUrl: get<string | undefined>('POMS_PUBLIC_URL') ?? null,
    logLevel: get<Config['logLevel']>('POMS_LOG_LEVEL'),
    metricsListen: metrics === undefined ? null : parseListen(metrics),
    systems: systemsFile === undefined ? NO_SYSTEMS : readSystems(absolute(systemsFile)),
    localSlots: get<number>('POMS_LOCAL_SLOTS'),
    launchesPerHost: get<number>('POMS_LAUNCHES_PER_HOST'),
    launchTimeout: get<number>('POMS_LAUNCH_TIMEOUT'),
    locateInterval: get<number>('POMS_LOCATE_INTERVAL'),
    keepLaunchLogsDays: get<number>('POMS_KEEP_LAUNCH_LOGS_DAYS'),
    keepJobsDays: get<number>('POMS_KEEP_JOBS_DAYS'),
  };
}

/** All settings with default and help, for `docs/settings.md` and `poms settings`. */
export function describeSettings(): { name: string; default: string; help: string }[] {
  return Object.entries(SETTINGS).map(([name, setting]) => {
    const value = setting.schema.safeParse(undefined);
    return {
      name,
      default: value.success && value.data !== undefined ? String(value.data) : '',
      help: setting.help,
    };
  });
}

/** Variables that a launch or job environment carries (spec/backend.md 2.5) and clients use: no settings. */
const LAUNCH_VARIABLES =
  /^POMS_(CAMPAIGN_ID|CAMPAIGN_NAME|CAMPAIGN_TAGS|ENV|INST|PARENT_TASK_ID|TASK_ID|LAUNCHER|TEST|TASK_DEFINITION_ID|JOB_.*|LOCAL_BATCH|BATCH_SYSTEM|BATCH_KIND|HOME|CATALOGUE_URL|OUTPUT_DIR|PROJECT|URL|EXPERIMENT|TOKEN)$/;

function ownSettings(environment: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => name.startsWith('POMS_') && value !== undefined && value !== '',
    ),
  );
}

function readFile(path: string | undefined): Record<string, string | undefined> {
  if (path === undefined || path === '') return {};
  try {
    return parseEnv(readFileSync(path, 'utf8')) as Record<string, string | undefined>;
  } catch (cause) {
    throw new PomsError('bad-setting', { setting: 'POMS_CONFIG', problem: `cannot read ${path}` }, { cause });
  }
}

function readSecret(path: string): string {
  let secret: string;
  try {
    secret = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new PomsError(
      'bad-setting',
      { setting: 'POMS_FRONT_SECRET_FILE', problem: `cannot read ${path}` },
      { cause },
    );
  }
  if (secret.length < 32) {
    throw new PomsError('bad-setting', {
      setting: 'POMS_FRONT_SECRET_FILE',
      problem: `the secret in ${path} is shorter than 32 characters`,
    });
  }
  return secret;
}

function parseListen(text: string): Listen {
  if (text.startsWith('unix:')) return { host: '', port: 0, socket: text.slice('unix:'.length) };
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (port > 65535)
    throw new PomsError('bad-setting', { setting: 'POMS_LISTEN', problem: `${port} is no port` });
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port, socket: null };
}

function absolute(path: string): string {
  return isAbsolute(path) ? path : resolve(process.cwd(), path);
}
