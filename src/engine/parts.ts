/** What the engine works with; put together by the composition root, and by tests. */
import type { FastifyBaseLogger } from 'fastify';
import type { BatchSystem } from '../connectors/batch/types.ts';
import type { Catalogue } from '../connectors/data/catalogue/index.ts';
import type { DataHandling } from '../connectors/data/types.ts';
import type { HostPlace, LaunchHost } from '../connectors/hosts/types.ts';
import type { Changes } from '../database/changes.ts';
import type { Database } from '../database/index.ts';
import { PomsError } from '../errors.ts';

export interface EngineParts {
  database: Database;
  changes: Changes;
  /** By the login setup's host and account. Throws `outside-system` for a host that POMS cannot reach. */
  host(name: string, account: string): LaunchHost;
  /** The hosts besides this machine, with the accounts that were asked for so far. */
  places(): readonly HostPlace[];
  batchSystems: ReadonlyMap<string, BatchSystem>;
  dataHandlings: ReadonlyMap<string, DataHandling>;
  /** The built-in one, which is served to jobs. */
  catalogue: Catalogue;
  settings: EngineSettings;
  log: FastifyBaseLogger;
  now(): Date;
}

export interface EngineSettings {
  /** Launch scripts at a time on a host that is not in `hostLaunches`. */
  launchesPerHost: number;
  /** By the name of the launch host: those of the systems file. */
  hostLaunches: ReadonlyMap<string, number>;
  /** Seconds. */
  launchTimeout: number;
  /** Seconds until a launch is tried again whose launch host, batch system or catalogue was not there. */
  retrySeconds: number;
  /** Seconds. */
  locateInterval: number;
  /** Days for which launch logs are kept. */
  keepLaunchLogsDays: number;
  /** Days for which jobs are kept one by one at least; after that there are summaries. */
  keepJobsDays: number;
  /** Everybody may launch on this machine, whatever the launch rules say: developer mode. */
  openLocalHost: boolean;
  /** Where local jobs put the experiment's files; exists when asked for. */
  outputFolder(experiment: string): string;
  /** Of this POMS, as jobs reach it. Set when the web server listens. */
  baseUrl: string;
  /** Folders first on the PATH of a launch. */
  launchPath: string[];
}

export function batchSystem(parts: EngineParts, name: string): BatchSystem {
  const found = parts.batchSystems.get(name);
  if (found === undefined) {
    throw new PomsError('outside-system', {
      system: `Batch system ${name}`,
      problem: 'this POMS is not connected to it',
    });
  }
  return found;
}

export function dataHandling(parts: EngineParts, name: string): DataHandling {
  const found = parts.dataHandlings.get(name);
  if (found === undefined) {
    throw new PomsError('outside-system', {
      system: `Data handling ${name}`,
      problem: 'this POMS is not connected to it',
    });
  }
  return found;
}
