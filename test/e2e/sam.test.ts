/**
 * The sample campaign with one line changed: its data handling is an outside SAM server, which here is the SAM web API of
 * another POMS. Its jobs talk to that server too; it is away for a while in the middle.
 */
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type OneServer, startOneServer } from '../support/one-server.ts';
import { freePort, makeDataFolder, removeDataFolder } from '../support/poms.ts';
import { checkSample, launchSample, untilQuiet } from '../support/sample.ts';

let sam: OneServer;
let poms: OneServer;
let folder: string;
let way: { away(): void; back(): Promise<void>; close(): void };

beforeAll(async () => {
  sam = await startOneServer();
  const port = await freePort();
  way = await wayTo(sam.port, port);
  folder = makeDataFolder();
  const systems = join(folder, 'systems.yaml');
  const url = `http://127.0.0.1:${port}/sam/{experiment}/api`;
  writeFileSync(
    systems,
    stringify({ dataHandlings: [{ kind: 'sam', name: 'sam', url, timeoutSeconds: 5 }] }),
  );
  poms = await startOneServer({ POMS_SYSTEMS: systems, POMS_LOCATE_INTERVAL: '1' });
}, 240_000);
afterAll(async () => {
  await poms?.stop();
  way?.close();
  await sam?.stop();
  if (folder !== undefined) await removeDataFolder(folder);
}, 60_000);

/** Passes connections on to a port, as long as it is not away: then nobody listens, and what was open is cut. */
async function wayTo(to: number, port: number) {
  const open = new Set<Socket>();
  let server: Server;
  const back = async () => {
    server = createServer((here) => {
      const there = connect(to, '127.0.0.1');
      for (const [one, other] of [
        [here, there],
        [there, here],
      ] as const) {
        open.add(one);
        one.on('error', () => other.destroy()).on('close', () => open.delete(one));
        one.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  };
  const away = () => {
    server.close();
    for (const one of open) one.destroy();
  };
  await back();
  return { away, back, close: away };
}

it('has the same result as with the built-in catalogue, although the server is away for a while', async () => {
  await launchSample(poms.client, (text) => text.replace('dataHandling: catalogue', 'dataHandling: sam'));
  // The first stage has ended, and others are at work on files of projects.
  const projects = async () => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::integer as n from submission where project is not null`.execute(poms.database.db);
    return rows[0]?.n ?? 0;
  };
  await expect.poll(projects, { timeout: 120_000, interval: 200 }).toBeGreaterThan(0);
  way.away();
  await sleep(3000);
  const begun = performance.now();
  const page = await fetch(`http://127.0.0.1:${poms.port}/api/v1/experiments/demo/campaigns/quakes/files`);
  expect(page.status).toBe(200);
  expect(performance.now() - begun).toBeLessThan(6000);
  expect(((await page.json()) as { problem: string | null }).problem).toContain('Data handling sam');
  await way.back();
  await untilQuiet(poms.database, 240, poms.folder, [poms.server, sam.server]);
  await checkSample(poms.client, poms.database, poms.folder);
  const { rows } = await sql<{ files: number }>`select count(*)::integer as files from dh.file`.execute(
    poms.database.db,
  );
  expect(rows).toEqual([{ files: 0 }]);
}, 400_000);
