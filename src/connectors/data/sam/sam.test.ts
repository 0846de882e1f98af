/** The connector over real HTTP against POMS's own SAM web API, compared with the catalogue behind it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SamServer, startSam } from '../../../../test/support/sam.ts';
import { ana, raw, reco } from '../../../../test/support/sam-sample.ts';
import { parseSplit, type SliceCursor } from '../../../domain/splits/index.ts';
import type { Catalogue } from '../catalogue/index.ts';
import type { DataHandling } from '../types.ts';
import { createSam } from './sam.ts';
import type { SamSetting } from './setting.ts';

const EXPERIMENT = 'dune';
const NOW = new Date('2026-12-24T00:00:00Z');
const output = { patterns: ['reco%'], softwareVersion: '', createdAfter: new Date('2020-01-01'), depth: 1 };
const link = { ca: null, certificate: null, key: null, tokenFile: null, timeoutSeconds: 5 };

let server: SamServer;
let catalogue: Catalogue;
let data: DataHandling;

beforeAll(async () => {
  server = await startSam();
  ({ catalogue } = server);
  data = createSam(settingFor(server.base.replace('/dune/', '/{experiment}/')));
  await catalogue.declare(EXPERIMENT, [1, 2, 3, 4, 5, 6, 7].map(raw), 'pam');
  await catalogue.declare(
    EXPERIMENT,
    [
      { ...reco, locations: ['/data'] },
      { ...ana, parents: ['reco1.root'] },
    ],
    'pam',
  );
  await data.defineDataset(EXPERIMENT, 'input', 'data_tier raw', false);
  const of = { definition: 'input' };
  await catalogue.startProject(EXPERIMENT, { name: 'P', station: 'dune', user: 'pam', of });
  const process = await catalogue.establishProcess(EXPERIMENT, 'P', {});
  for (const status of ['consumed', 'skipped', null]) {
    const file = await catalogue.nextFile(EXPERIMENT, 'P', process, { resume: false });
    if (file === null || status === null) continue;
    await catalogue.reportFile(EXPERIMENT, 'P', process, { file: file.name, status });
  }
});
afterAll(() => server.stop());

function settingFor(url: string, change: Partial<SamSetting> = {}): SamSetting {
  return { name: 'sam', url, group: null, ...link, ...change };
}
function remaining(from: DataHandling): Promise<string> {
  return from.recoveryQuery(EXPERIMENT, 'process_status', { project: 'P', dataset: 'input', output });
}
async function names(query: string, from: DataHandling = data): Promise<string> {
  const { files } = await from.list(EXPERIMENT, query, { limit: 500 });
  return files.map(({ name }) => name.replace('.root', '')).join(' ');
}

describe('files and definitions', () => {
  it('are counted, added up and listed as in the catalogue behind', async () => {
    expect(await data.count(EXPERIMENT, 'data_tier raw')).toBe(7);
    expect(await data.summary(EXPERIMENT, 'data_tier raw')).toEqual(
      await catalogue.summary(EXPERIMENT, 'data_tier raw'),
    );
    const first = await data.list(EXPERIMENT, 'data_tier raw', { limit: 4 });
    const second = await data.list(EXPERIMENT, 'data_tier raw', { after: first.next ?? '', limit: 4 });
    expect([...first.files, ...second.files].map(({ name }) => name)).toHaveLength(7);
    expect(second.next).toBeNull();
    const one = await data.file(EXPERIMENT, 'raw2.root');
    expect(one).toMatchObject({ name: 'raw2.root', size: 20, events: 2 });
    expect(one.locations.length).toBe(2);
    expect(one.metadata).toMatchObject({ data_tier: 'raw', 'Det.Mode': 'even' });
    await expect(data.file(EXPERIMENT, 'nothing')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('follow files up and down', async () => {
    const bounds = { depth: 5, limit: 10 };
    const down = await data.lineage(EXPERIMENT, 'raw1.root', 'down', bounds);
    expect(down).toEqual(await catalogue.lineage(EXPERIMENT, 'raw1.root', 'down', bounds));
    expect(down.files.map(({ name }) => name)).toEqual(['reco1.root', 'ana1.root']);
    const up = await data.lineage(EXPERIMENT, 'ana1.root', 'up', { depth: 1, limit: 10 });
    expect(up.files.map(({ name }) => name)).toEqual(['reco1.root']);
    expect(up.more, 'a generation further up').toBe(true);
    await expect(data.lineage(EXPERIMENT, 'nothing', 'up', bounds)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('are made once, and replaced without being lost', async () => {
    expect(await data.describe(EXPERIMENT, 'mine')).toBeNull();
    await data.defineDataset(EXPERIMENT, 'mine', 'data_tier raw', false);
    await data.defineDataset(EXPERIMENT, 'mine', ' data_tier  raw ', false);
    await expect(data.defineDataset(EXPERIMENT, 'mine', 'data_tier reco', false)).rejects.toMatchObject({
      code: 'name-taken',
    });
    await data.defineDataset(EXPERIMENT, 'mine', 'data_tier reco', true);
    expect(await data.describe(EXPERIMENT, 'mine')).toBe('data_tier reco');
    const { datasets } = await data.datasets(EXPERIMENT, { like: 'mine%', limit: 10 });
    expect(datasets.map(({ query }) => query).sort()).toEqual(['data_tier raw', 'data_tier reco']);
    const page = await data.datasets(EXPERIMENT, { like: 'mine%', limit: 1 });
    expect([page.datasets.length, page.next]).toEqual([1, 'mine']);
  });

  it('what SAM does not understand is a bad query, with its words', async () => {
    await expect(data.count(EXPERIMENT, 'nothing_known 5')).rejects.toMatchObject({
      code: 'bad-query',
      message: expect.stringContaining('DimensionError'),
    });
    await expect(data.count(EXPERIMENT, 'defname: nothing')).rejects.toMatchObject({ code: 'bad-query' });
  });
});

describe('splits', () => {
  const slicer =
    (text: string, drain: string) =>
    (cursor: SliceCursor, define = true) =>
      data.nextSlice(EXPERIMENT, { dataset: 'input', drain }, parseSplit(text), cursor, NOW, define);

  it.each([
    ['nfiles(3)', ['raw1 raw2 raw3', 'raw4 raw5 raw6', 'raw7']],
    ['mod(3)', ['raw1 raw4 raw7', 'raw2 raw5', 'raw3 raw6']],
    ['drainingn(3)', ['raw1 raw2 raw3', 'raw4 raw5 raw6', 'raw7']],
    ['byrun(low=1,high=99999)', ['raw1 raw2 raw3 raw4 raw5 raw6 raw7']],
    ['byexistingruns', ['raw1', 'raw2', 'raw3', 'raw4', 'raw5', 'raw6', 'raw7']],
  ])('%s takes every file once and ends', async (text, expected) => {
    const next = slicer(text, `s${text.replace(/\W/g, '')}`);
    const found: string[] = [];
    for (let slice = await next(null); slice !== null; slice = await next(slice.cursor)) {
      found.push(await names(data.datasetQuery([slice.dataset])));
      expect(found.at(-1)?.split(' ')).toHaveLength(slice.files ?? 0);
    }
    expect(found).toEqual(expected);
  });

  it('the same cursor gives the same slice, files that come later are taken, and a preview moves nothing', async () => {
    const next = slicer('drainingn(5)', 'again');
    const preview = await next(null, false);
    expect(await data.describe(EXPERIMENT, preview?.dataset ?? '')).toBeNull();
    const first = await next(null);
    expect(await next(null)).toEqual(first);
    const second = await next(first?.cursor ?? null);
    expect(await names(data.datasetQuery([second?.dataset ?? '']))).toBe('raw6 raw7');
    expect(await next(second?.cursor ?? null)).toBeNull();
    await catalogue.declare(EXPERIMENT, [raw(8)], 'pam');
    const third = await next(second?.cursor ?? null);
    expect(await names(data.datasetQuery([third?.dataset ?? '']))).toBe('raw8');
    await catalogue.retire(EXPERIMENT, 'raw8.root', 'pam');
  });

  it('a drain whose record is not there does not begin again at the first file', async () => {
    for (const text of ['drainingn(3)', 'byexistingruns']) {
      await expect(slicer(text, 'elsewhere')(2)).rejects.toMatchObject({
        code: 'bad-split',
        message: expect.stringContaining('poms_drain_elsewhere_1'),
      });
    }
  });
});

describe('projects', () => {
  it('tell how far they are, and files with children', async () => {
    const items = ['P', 'none'].map((project) => ({ project, output }));
    const rows = await data.progress(EXPERIMENT, items);
    const behind = await catalogue.progress(EXPERIMENT, items);
    expect(rows).toMatchObject(behind.map(({ states: _, childrenSome: __, outputs: ___, ...row }) => row));
    expect(rows[0]).toMatchObject({ files: 7, consumed: 1, failed: 1, delivered: 1, childrenLocated: 1 });
    expect(rows[0]?.states).toMatchObject({ consumed: 1, skipped: 1, delivered: 1, unassigned: 4 });
    expect(await data.projectSummaries(EXPERIMENT, ['none'])).toMatchObject([{ exists: false }]);
  });

  it('are recovered by what SAM and the rules say, and followed by what was made', async () => {
    const of = { project: 'P', dataset: 'input', output };
    for (const type of data.capabilities.recoveryTypes) {
      const query = await data.recoveryQuery(EXPERIMENT, type, of);
      const behind = await catalogue.recoveryQuery(EXPERIMENT, type, of);
      expect(await names(query), type).toBe(await names(behind, catalogue));
    }
    expect(await names(await data.outputQuery(EXPERIMENT, 'P', output))).toBe('reco1');
  });
});

describe('a server that does not answer as it should', () => {
  let faulty: Server;
  type Behave = (respond: (status: number, type: string, body: string) => void, cut: () => void) => void;
  let fault: Behave;
  let url: string;
  beforeAll(async () => {
    faulty = createServer((request, response) => {
      request.resume();
      fault(
        (status, type, body) => response.writeHead(status, { 'content-type': type }).end(body),
        () => request.socket.destroy(),
      );
    });
    await new Promise<void>((resolve) => faulty.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(faulty.address() as AddressInfo).port}/sam/dune/api`;
  });
  afterAll(() => {
    faulty.closeAllConnections();
    faulty.close();
  });

  const FAULTS: Record<string, Behave> = {
    fails: (respond) => respond(503, 'text/plain', 'busy'),
    'sends a page': (respond) => respond(200, 'text/html', '<html><title>Sign in</title>'),
    'sends half a number': (respond) => respond(200, 'text/plain', '12 files'),
    cuts: (_, cut) => cut(),
    hangs: () => {},
  };
  it.each(Object.keys(FAULTS))('and %s is an outside system that is away, never a number', async (name) => {
    fault = FAULTS[name] ?? fault;
    const away = createSam(settingFor(url, { timeoutSeconds: 0.3 }));
    // The first failures may be chance; then it is left alone for a while, and says so at once.
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(away.count(EXPERIMENT, 'data_tier raw')).rejects.toMatchObject({ code: 'outside-system' });
    }
    expect(away.health()).toMatchObject({ reachable: false });
    const begun = performance.now();
    const items = [{ project: 'P', output }];
    await expect(away.progress(EXPERIMENT, items)).rejects.toMatchObject({ code: 'outside-system' });
    expect(performance.now() - begun).toBeLessThan(200);
  });

  it.each([
    [
      '200 where files are listed',
      200,
      (sam: DataHandling) => sam.list(EXPERIMENT, 'data_tier raw', { limit: 1 }),
    ],
    ['200 where definitions are', 200, (sam: DataHandling) => sam.datasets(EXPERIMENT, { limit: 1 })],
    ['404 about a project', 404, (sam: DataHandling) => sam.projectSummaries(EXPERIMENT, ['P'])],
    ['404 about a definition', 404, (sam: DataHandling) => sam.describe(EXPERIMENT, 'input')],
    ['404 about what is left', 404, (sam: DataHandling) => remaining(sam)],
    ['400 about a query', 400, (sam: DataHandling) => sam.count(EXPERIMENT, 'data_tier raw')],
  ])('and sends the page of a proxy with HTTP %s has not told anything', async (_, status, ask) => {
    fault = (respond) => respond(status, 'text/html', '<html><title>nginx</title>');
    await expect(ask(createSam(settingFor(url)))).rejects.toMatchObject({
      code: 'outside-system',
      message: expect.stringContaining('a page "nginx"'),
    });
  });

  it('and knows consumed files by one of their two names only is told both', async () => {
    fault = (respond) =>
      respond(200, 'text/plain', 'project_name P minus (project_name P and consumed_status consumed)\n');
    expect(await remaining(createSam(settingFor(url)))).toBe(
      "project_name P minus (project_name P and consumed_status 'co%')",
    );
  });

  it('is asked again by itself when it is back', async () => {
    let calls = 0;
    fault = (respond) => {
      calls += 1;
      if (calls < 3) respond(500, 'text/plain', 'oh');
      else respond(200, 'text/plain', '7\n');
    };
    expect(await createSam(settingFor(url)).count(EXPERIMENT, 'data_tier raw')).toBe(7);
  });
});
