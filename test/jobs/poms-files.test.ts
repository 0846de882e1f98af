/** The job-side client against a real server and database, in the shells that job scripts run in. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../src/connectors/data/catalogue/index.ts';
import type { Person } from '../../src/domain/policies/index.ts';
import { samRoutes } from '../../src/http/sam/index.ts';
import { type App, createServer } from '../../src/http/server.ts';
import { packageRoot } from '../../src/package-root.ts';
import { createExperiments } from '../../src/services/experiments/service.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const CLIENT = join(packageRoot, 'bin', 'job', 'poms-files');
const alice: Person = {
  experimenterId: 1,
  username: 'alice',
  root: false,
  roles: new Map([['dune', 'production']]),
};

let database: TestDatabase;
let app: App;
let folder: string;
let port = 0;
let authorization: string | undefined;

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function startServer(): Promise<void> {
  app = await createServer({
    identify: async (request) => {
      authorization = request.headers.authorization;
      return alice;
    },
    logger: pino({ level: 'silent' }),
    version: 'test',
  });
  await samRoutes(app as never, {
    catalogue: createCatalogue(database.db),
    experiments: createExperiments(database.db),
    version: 'test',
  });
  await app.listen({ host: '127.0.0.1', port });
  port = portOf(app.server);
}

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'poms-files-test-'));
  await startServer();
});
afterAll(async () => {
  await app.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A folder with all that the client needs and, of the programs that speak HTTP, only these. */
function pathWith(...clients: string[]): string {
  const path = mkdtempSync(join(folder, 'path-'));
  const tools = ['cat', 'head', 'mktemp', 'od', 'rm', 'sed', 'sleep', 'tr', 'uname'];
  for (const tool of [...tools, ...clients]) {
    const found = execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
    symlinkSync(found, join(path, tool));
  }
  return path;
}

interface Outcome {
  status: number | string;
  out: string;
  problem: string;
}

function runIn(shell: string, args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const settings = {
    PATH: process.env.PATH ?? '',
    TMPDIR: folder,
    POMS_CATALOGUE_URL: `http://127.0.0.1:${port}/sam/dune/api`,
    ...env,
  };
  return new Promise((resolve) => {
    execFile(`/bin/${shell}`, [CLIENT, ...args], { env: settings }, (error, out, problem) =>
      resolve({ status: error ? (error.code ?? 'killed') : 0, out, problem }),
    );
  });
}

describe.each([
  ['dash', 'curl'],
  ['bash', 'node'],
])('poms-files in %s with %s alone', (shell, client) => {
  let PATH: string;
  beforeAll(() => {
    PATH = pathWith(client);
  });
  const runWith = (args: string[], env: Record<string, string>) => runIn(shell, args, { PATH, ...env });
  const run = (...args: string[]) => runWith(args, {});
  const file = (n: number) => `${shell}_${n}.root`;
  const project = `${shell} project`.replace(' ', '%');

  it('declares, defines, lists, counts and locates', async () => {
    const metadata = [1, 2, 3].map((n) => ({
      file_name: file(n),
      file_size: n,
      data_tier: shell,
      locations: n === 2 ? [`file:///data/my files/${file(2)}`] : ['/data'],
    }));
    writeFileSync(join(folder, 'md.json'), JSON.stringify(metadata));
    expect(await run('declare', join(folder, 'md.json'))).toMatchObject({
      status: 0,
      out: [1, 2, 3].map((n) => `declared ${file(n)}\n`).join(''),
    });
    expect((await run('declare', join(folder, 'md.json'))).out).toContain(`exists ${file(1)}`);
    expect(await run('define', `${shell}_ds`, `data_tier '${shell}'`)).toMatchObject({ status: 0, out: '' });
    expect((await run('list', `defname: ${shell}_ds`)).out).toBe(
      [1, 2, 3].map((n) => `${file(n)}\n`).join(''),
    );
    expect((await run('count', `defname: ${shell}_ds`)).out).toBe('3\n');
    expect((await run('locate', file(1))).out).toBe('/data\n');
  });

  it('works through a project, and takes a file again that was not reported', async () => {
    expect((await run('start-project', project, `${shell}_ds`)).out).toContain('/projects/dune/');
    const id = (await run('begin', project, 'reco', 'v1')).out.trim();
    expect(id).toMatch(/^\d+$/);
    for (let n = 0; n < 2; n += 1)
      expect((await run('next', project, id)).out).toBe(`/data/${file(1)}\t${file(1)}\n`);
    expect(await run('done', project, id, file(1))).toMatchObject({ status: 0 });
    expect((await run('next', project, id)).out).toBe(`/data/my files/${file(2)}\t${file(2)}\n`);
    expect(await run('failed', project, id, `/data/my files/${file(2)}`)).toMatchObject({ status: 0 });
    // Others are about to take the last file, and then do not.
    const others = await database.db.startTransaction().execute();
    await sql`select 1 from dh.project_file where state = 'unassigned' for update`.execute(others);
    const last = run('next', project, id);
    await sleep(1500);
    await others.rollback().execute();
    expect((await last).out).toBe(`/data/${file(3)}\t${file(3)}\n`);
    expect(await run('done', project, id, file(3))).toMatchObject({ status: 0 });
    expect(await run('next', project, id)).toMatchObject({ status: 1, out: '', problem: '' });
    expect(await run('end', project, id)).toMatchObject({ status: 0 });
    expect((await run('count', `project_name '${project}' and consumed_status consumed`)).out).toBe('2\n');
    expect(await run('end-project', project)).toMatchObject({ status: 0 });
    expect(await run('next', project, id)).toMatchObject({
      status: 3,
      problem: expect.stringContaining('has ended'),
    });
  });

  it('says what is wrong', async () => {
    expect(await run('count', 'colour red')).toMatchObject({
      status: 3,
      out: '',
      problem: expect.stringContaining('there is no dimension colour'),
    });
    expect((await run('count', 'colour red')).problem).toContain('\n  colour red\n  ^');
    expect(await run('nonsense')).toMatchObject({ status: 2, problem: expect.stringContaining('usage:') });
    expect(await run('next', 'only-one')).toMatchObject({ status: 2 });
    expect(await run('declare', '/nowhere/md.json')).toMatchObject({
      status: 2,
      problem: expect.stringContaining('cannot be read'),
    });
    const unset = await runWith(['count', 'x y'], { POMS_CATALOGUE_URL: '' });
    expect(unset).toMatchObject({ status: 2, problem: expect.stringContaining('POMS_CATALOGUE_URL') });
  });

  it('sends the token, and not among the arguments', async () => {
    await runWith(['count', 'file_name x'], { POMS_TOKEN: 'secret' });
    expect(authorization).toBe('Bearer secret');
  });

  it('waits for a server that is started again, and gives up after its time', async () => {
    await app.close();
    const waiting = runWith(['count', `defname: ${shell}_ds`], { POMS_FILES_RETRY_SECONDS: '30' });
    const givingUp = await runWith(['count', 'file_name x'], { POMS_FILES_RETRY_SECONDS: '1' });
    expect(givingUp).toMatchObject({ status: 4, problem: expect.stringContaining('was away for 1 s') });
    await startServer();
    expect(await waiting).toMatchObject({
      status: 0,
      out: '3\n',
      problem: expect.stringContaining('trying again'),
    });
  });
});

it('says that it needs a client for HTTP', async () => {
  const outcome = await runIn('dash', ['count', 'file_name x'], { PATH: pathWith() });
  expect(outcome).toMatchObject({ status: 2, problem: 'poms-files: neither curl nor node is installed\n' });
});

describe('a server in trouble', () => {
  it('is asked again after an answer of 503, and refuses with 4xx at once', async () => {
    const answers = [503, 503, 200];
    const server = createHttpServer((_request, response) =>
      response.writeHead(answers.shift() ?? 404).end('7'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${portOf(server)}`;
    const ask = () => runIn('dash', ['count', 'file_name x'], { POMS_CATALOGUE_URL: url });
    expect(await ask()).toMatchObject({ status: 0, out: '7\n' });
    expect(await ask()).toMatchObject({ status: 3 });
    server.close();
  });
});
