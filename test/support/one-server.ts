/** A real server for one test file, and what tests of it ask: what a request has made, and how it is refused. */
import { z } from 'zod';
import { type Client, createClient, ofExperiment } from '../../src/cli/client.ts';
import { ApiFailure } from '../../src/cli/failure.ts';
import { type Database, openDatabase } from '../../src/database/index.ts';
import { applyResult } from '../../src/services/campaigns/schema.ts';
import { launchRow } from '../../src/services/launches/schema.ts';
import {
  buildProgram,
  databaseUrl,
  freePort,
  makeDataFolder,
  type Running,
  removeDataFolder,
  startPoms,
  untilUp,
} from './poms.ts';

/** A step takes part of a second; machines that run tests are busy. */
export const PATIENCE = { timeout: 60_000, interval: 200 };

export type OneServer = Awaited<ReturnType<typeof startOneServer>>;

/** Starts a server in a data folder of its own. `stop` also removes the folder. */
export async function startOneServer(env: Record<string, string> = {}) {
  await buildProgram();
  const folder = makeDataFolder();
  const port = await freePort();
  const server = startPoms(['serve'], { folder, env: { POMS_LISTEN: `127.0.0.1:${port}`, ...env } });
  let client: Client;
  try {
    client = createClient({ url: await untilUp(server) });
  } catch (error) {
    await removeDataFolder(folder);
    throw error;
  }
  const database = openDatabase(databaseUrl(folder));
  return {
    folder,
    port,
    server,
    client,
    database,
    ...requests(client),
    counts: () => counts(database),
    grown: (act: () => Promise<unknown>) => grown(database, act),
    stop: () => stop(folder, server, database),
  };
}

async function stop(folder: string, server: Running, database: Database): Promise<void> {
  await database.close();
  await server.stop();
  await removeDataFolder(folder);
}

function requests(client: Client) {
  return {
    apply: (text: string, version?: number) =>
      client.post(ofExperiment('demo', 'campaigns', 'apply'), applyResult, {
        text,
        dryRun: false,
        ...(version && { version }),
      }),
    launch: (campaign: string, more: object = {}) =>
      client.post(ofExperiment('demo', 'launches'), z.object({ launch: launchRow }), { campaign, ...more }),
  };
}

/** How many there are of everything that a person's request can make. */
async function counts(database: Database): Promise<Record<string, number>> {
  const tables = [
    'campaign',
    'stage',
    'dependency',
    'job_type',
    'login_setup',
    'launch',
    'submission',
    'job',
  ];
  const more = ['snapshot', 'tag', 'audit_event', 'dh.definition', 'dh.project'];
  const { rows } = await database.pool.query<Record<string, number>>(
    `select ${[...tables, ...more].map((table) => `(select count(*)::integer from ${table}) as "${table}"`).join(', ')}`,
  );
  return rows[0] ?? {};
}

/** What grew while `act` ran. */
async function grown(database: Database, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await counts(database);
  await act();
  const after = await counts(database);
  return Object.fromEntries(
    Object.entries(after).flatMap(([table, n]) =>
      n === before[table] ? [] : [[table, n - (before[table] ?? 0)]],
    ),
  );
}

/** The problem that a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<ApiFailure['problem']> {
  const error = await call.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (error instanceof ApiFailure) return error.problem;
  throw new Error(`not refused: ${error}`);
}
