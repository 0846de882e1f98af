/** The composition root: configuration, database, connectors, services, http and engine, and how they go down again. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import pino from 'pino';
import type { Config } from './config.ts';
import { createLocalBatch } from './connectors/batch/local/local-batch.ts';
import { type Catalogue, createCatalogue } from './connectors/data/catalogue/index.ts';
import { createLocalHost } from './connectors/hosts/local/local-host.ts';
import { type Changes, listenForChanges } from './database/changes.ts';
import { startEmbedded } from './database/embedded/index.ts';
import { type Database, openDatabase } from './database/index.ts';
import { instanceId } from './database/instance.ts';
import { migrate } from './database/migrate.ts';
import { startEngine } from './engine/index.ts';
import type { EngineParts } from './engine/parts.ts';
import { PomsError } from './errors.ts';
import { startMetrics } from './http/metrics.ts';
import { startWeb, type Web } from './http/web.ts';
import { connectSystems } from './outside-systems.ts';
import { packageRoot } from './package-root.ts';

export interface StartOptions {
  engine: boolean;
  web: boolean;
  /** Where the log goes; the demo keeps the terminal for itself. */
  log?: 'stderr' | { file: string };
  /** Take the next free port where the wanted one is taken. */
  nextFreePort?: boolean;
}

export interface RunningPoms {
  /** Of the web server; null without one. */
  url: string | null;
  parts: EngineParts;
  /** Stops in order: no new requests, steps under way end, the database last. Jobs and launch scripts go on. */
  stop(): Promise<void>;
}

/** Starts what is asked for. Throws a PomsError, having stopped what had started. */
export async function startPoms(config: Config, options: StartOptions): Promise<RunningPoms> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const log = createLog(config, options);
    makeFolder(config.dataDir);
    const url = await startDatabase(config, stops);
    await migrate(url);
    const database = openDatabase(url);
    stops.push(() => database.close());
    const changes = await listenForChanges(url);
    stops.push(() => changes.close());
    const parts = await connect(config, options, { database, changes, log }, stops);
    const web = options.web
      ? await startWeb(config, parts, { version: version(), nextFreePort: options.nextFreePort ?? false })
      : null;
    if (web !== null) {
      if (config.publicUrl === null && web.url.startsWith('http')) parts.settings.baseUrl = web.url;
      announce(config, web, stops);
    }
    if (config.metricsListen !== null) {
      const metrics = await startMetrics(parts, config.metricsListen);
      stops.push(() => metrics.stop());
    }
    if (options.engine) {
      const engine = startEngine(parts);
      stops.push(() => engine.stop());
    }
    log.info({ url: web?.url, engine: options.engine }, 'POMS is up');
    return { url: web?.url ?? null, parts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Migrates the configured database, starting the embedded one where that is it. Returns the migrations applied. */
export async function migrateDatabase(config: Config): Promise<string[]> {
  const stops: (() => Promise<void>)[] = [];
  makeFolder(config.dataDir);
  try {
    return await migrate(await startDatabase(config, stops));
  } finally {
    for (const stop of stops) await stop();
  }
}

async function startDatabase(config: Config, stops: (() => Promise<void>)[]): Promise<string> {
  if (config.databaseUrl !== null) return config.databaseUrl;
  const postgres = await startEmbedded({ folder: config.dataDir, mode: 'durable' });
  stops.push(() => postgres.stop());
  return postgres.url('postgres');
}

async function connect(
  config: Config,
  options: StartOptions,
  base: { database: Database; changes: Changes; log: FastifyBaseLogger },
  stops: (() => Promise<void>)[],
): Promise<EngineParts> {
  const local = createLocalBatch({
    folder: join(config.dataDir, 'local-batch'),
    maxRunning: config.localSlots,
  });
  if (options.engine) {
    await local.start();
    stops.push(() => local.stop());
  }
  const host = createLocalHost({ folder: config.dataDir });
  const catalogue: Catalogue = createCatalogue(base.database.db);
  const instance = await instanceId(base.database.db);
  const parts: EngineParts = {
    ...base,
    ...connectSystems(config, instance, { host, batch: local, data: catalogue }),
    catalogue,
    settings: {
      launchesPerHost: config.launchesPerHost,
      hostLaunches: new Map(
        config.systems.launchHosts.map(({ name, launches }) => [name, launches ?? config.launchesPerHost]),
      ),
      launchTimeout: config.launchTimeout,
      retrySeconds: 10,
      locateInterval: config.locateInterval,
      keepLaunchLogsDays: config.keepLaunchLogsDays,
      keepJobsDays: config.keepJobsDays,
      openLocalHost: config.identity === 'developer',
      outputFolder: (experiment) => makeFolder(join(config.dataDir, 'files', experiment)),
      baseUrl:
        config.publicUrl ??
        `http://${config.listen.host === '' ? '127.0.0.1:8080' : `${config.listen.host}:${config.listen.port}`}`,
      launchPath: [join(packageRoot, 'bin', 'job')],
    },
    now: () => new Date(),
  };
  return parts;
}

function createLog(config: Config, options: StartOptions): FastifyBaseLogger {
  const target = options.log ?? 'stderr';
  const destination =
    target === 'stderr'
      ? pino.destination(2)
      : pino.destination({ dest: target.file, mkdir: true, sync: false });
  return pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

function makeFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw new PomsError('disk-full', { folder }, { cause });
    throw new PomsError(
      'bad-setting',
      { setting: 'POMS_DATA_DIR', problem: `${folder} cannot be made (${code ?? 'unknown'})` },
      { cause },
    );
  }
}

/** Where this server is, for the command line on the same machine. */
function announce(config: Config, web: Web, stops: (() => Promise<void>)[]): void {
  const file = join(config.dataDir, 'server.json');
  writeFileSync(file, `${JSON.stringify({ url: web.url, pid: process.pid })}\n`, { mode: 0o600 });
  stops.push(async () => {
    rmSync(file, { force: true });
    await web.stop();
  });
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}
