/**
 * The connector over real HTTP. The servers are stand-ins, written from the recorded shapes of spec/data-handling.md 3
 * and not against real ones (test/support/metacat).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  declareRaw,
  declareReco,
  EXPERIMENT,
  type MetacatFixture,
  startMetacatFixture,
} from '../../../../test/support/metacat/fixture.ts';
import type { Fault } from '../../../../test/support/metacat/server.ts';
import type { HandleState } from '../../../../test/support/metacat/state.ts';
import { RECOVERY_TYPES, type RecoveryType } from '../../../domain/recoveries.ts';
import { parseSplit, type SliceCursor } from '../../../domain/splits/index.ts';
import type { DataHandling, WantedProject } from '../types.ts';

let fixture: MetacatFixture;
let data: DataHandling;
beforeEach(async () => {
  fixture = await startMetacatFixture({ files: 7 });
  data = fixture.data;
  return () => fixture.close();
});

const NOW = new Date('2026-12-24T00:00:00Z');
const output = {
  patterns: ['reco%'],
  softwareVersion: 'v1',
  createdAfter: new Date('2020-01-01T00:00:00Z'),
  depth: 1,
};

async function names(query: string): Promise<string> {
  const { files } = await data.list(EXPERIMENT, query, { limit: 1000 });
  return files
    .map(({ name }) => name.replace(/^.*:(raw)?/, ''))
    .sort()
    .join(' ');
}
const filesIn = (dataset: string) => names(data.datasetQuery([dataset]));

function slicer(text: string, drain = 's1e0', dataset = 'raw:run1') {
  return (cursor: SliceCursor, define = true) =>
    data.nextSlice(EXPERIMENT, { dataset, drain }, parseSplit(text), cursor, NOW, define);
}

async function allSlices(text: string): Promise<string[]> {
  const next = slicer(text);
  const found: string[] = [];
  for (let slice = await next(null); slice !== null; slice = await next(slice.cursor)) {
    found.push(await filesIn(slice.dataset));
    expect(found.at(-1)?.split(' ')).toHaveLength(slice.files ?? 0);
  }
  return found;
}

const wantedProject = (change: Partial<WantedProject> = {}): WantedProject => ({
  key: 'abc:17',
  dataset: 'raw:run1',
  description: 'POMS c / s, submission 17',
  again: null,
  settings: {},
  ...change,
});

function setStates(project: string, states: Record<string, HandleState>): void {
  for (const handle of fixture.standIn.state.projects.get(Number(project))?.handles ?? []) {
    handle.state = states[handle.name.replace('raw', '')] ?? handle.state;
  }
}

describe('MetaCat: files and datasets', () => {
  it('counts, adds up and lists in pages', async () => {
    const query = data.datasetQuery(['raw:run1']);
    expect(await data.count(EXPERIMENT, query)).toBe(7);
    expect(await data.summary(EXPERIMENT, query)).toEqual({ files: 7, bytes: 70, events: null });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await data.list(EXPERIMENT, query, {
        limit: 3,
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...page.files.map(({ name }) => name));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  });

  it('tells a file with its metadata and where it is', async () => {
    fixture.standIn.state.replicas.set('raw:raw000', ['FNAL', 'CERN']);
    expect(await data.file(EXPERIMENT, 'raw:raw000')).toMatchObject({
      name: 'raw:raw000',
      size: 10,
      events: 5,
      metadata: { 'core.runs': [100] },
      locations: ['root://fnal.example.org/raw/raw000', 'root://cern.example.org/raw/raw000'],
    });
    await expect(data.file(EXPERIMENT, 'raw:none')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('follows files up and down, generation by generation', async () => {
    declareReco(fixture.standIn, 'reco1', ['raw:raw000', 'raw:raw001']);
    declareReco(fixture.standIn, 'ana1', ['made:reco1'], false);
    const down = await data.lineage(EXPERIMENT, 'raw:raw000', 'down', { depth: 5, limit: 10 });
    expect(down).toEqual({
      files: [
        { name: 'made:reco1', depth: 1, via: 'raw:raw000', retired: false, located: true },
        { name: 'made:ana1', depth: 2, via: 'made:reco1', retired: false, located: false },
      ],
      more: false,
    });
    const up = await data.lineage(EXPERIMENT, 'made:ana1', 'up', { depth: 2, limit: 2 });
    expect(up.files.map(({ name }) => name)).toEqual(['made:reco1', 'raw:raw000']);
    expect(up.more).toBe(true);
    const near = await data.lineage(EXPERIMENT, 'raw:raw000', 'down', { depth: 1, limit: 10 });
    expect([near.files.length, near.more], 'a generation further down').toEqual([1, true]);
  });

  it('a query that MetaCat does not understand is a bad query, not a failed server', async () => {
    const wrong = data.count(EXPERIMENT, 'files from where');
    await expect(wrong).rejects.toMatchObject({
      code: 'bad-query',
      message: expect.stringContaining('MQLSyntaxError'),
    });
    await expect(data.defineDataset(EXPERIMENT, 'd', 'files from where', true)).rejects.toMatchObject({
      code: 'bad-query',
    });
    expect(data.health()).toMatchObject({ reachable: true });
  });

  it('defines a dataset once, and again only where that is wanted', async () => {
    const query = 'files from raw:run1 where name ~ "00[12]$"';
    expect(await data.describe(EXPERIMENT, 'mine')).toBeNull();
    await data.defineDataset(EXPERIMENT, 'mine', query, false);
    await data.defineDataset(EXPERIMENT, 'mine', query, false);
    expect(await data.describe(EXPERIMENT, 'mine')).toBe(query);
    expect(await filesIn('mine')).toBe('001 002');
    const other = 'files from raw:run1 where name ~ "00[23]$"';
    await expect(data.defineDataset(EXPERIMENT, 'mine', other, false)).rejects.toMatchObject({
      code: 'name-taken',
    });
    await data.defineDataset(EXPERIMENT, 'mine', other, true);
    expect(await filesIn('mine')).toBe('002 003');
    expect(await data.describe(EXPERIMENT, 'mine')).toBe(other);
  });

  it('a definition made again after a step that was undone has the files of now', async () => {
    await data.defineDataset(EXPERIMENT, 'all', 'files from raw:run1', true);
    declareRaw(fixture.standIn, 1, 7);
    await data.defineDataset(EXPERIMENT, 'all', 'files from raw:run1', true);
    expect(await filesIn('all')).toBe('000 001 002 003 004 005 006 007');
  });

  it('a dataset of others is described by its name, and a query by itself', async () => {
    expect(await data.describe(EXPERIMENT, 'raw:run1')).toBe('files from raw:run1');
    expect(await data.describe(EXPERIMENT, 'files from raw:run1 limit 3')).toBe(
      'files from raw:run1 limit 3',
    );
  });

  it('lists datasets in pages', async () => {
    await data.defineDataset(EXPERIMENT, 'mine', 'files from raw:run1', false);
    const first = await data.datasets(EXPERIMENT, { limit: 2 });
    expect(first.datasets.map(({ name }) => name)).toEqual(['made:reco', 'poms:mine']);
    const second = await data.datasets(EXPERIMENT, { limit: 2, after: first.next ?? '' });
    expect(second).toMatchObject({ datasets: [{ name: 'raw:run1' }], next: null });
    const like = await data.datasets(EXPERIMENT, { like: 'poms:%', limit: 9 });
    expect(like.datasets).toMatchObject([
      { name: 'poms:mine', query: 'files from raw:run1', createdBy: 'poms' },
    ]);
  });
});

describe('MetaCat: splits', () => {
  it.each([
    ['nfiles(3)', [3, 3, 1]],
    ['mod(3)', [2, 2, 3]],
    ['drainingn(3)', [3, 3, 1]],
    ['byrun(low=1,high=99999)', [2, 2, 2, 1]],
    ['byexistingruns', [2, 2, 2, 1]],
  ])('%s takes every file once and ends', async (split, sizes) => {
    const slices = await allSlices(split);
    expect(slices.map((slice) => slice.split(' ').length)).toEqual(sizes);
    expect(slices.join(' ').split(' ').sort()).toEqual(['000', '001', '002', '003', '004', '005', '006']);
  });

  it('byrun and byexistingruns go by the runs', async () => {
    for (const split of ['byrun(low=1,high=99999)', 'byexistingruns']) {
      expect(await allSlices(split)).toEqual(['000 001', '002 003', '004 005', '006']);
    }
  });

  it('the same cursor gives the same slice, also when it was undone and files came in between', async () => {
    for (const split of ['drainingn(3)', 'byexistingruns', 'nfiles(3)']) {
      const next = slicer(split, split.slice(0, 4));
      const first = await next(null);
      const second = await next(first?.cursor ?? null);
      const again = await next(first?.cursor ?? null);
      expect(again).toEqual(second);
      expect(await filesIn(again?.dataset ?? '')).toBe(await filesIn(second?.dataset ?? ''));
    }
  });

  it('a slice that was undone takes nothing away', async () => {
    const next = slicer('drainingn(4)');
    await next(null);
    await next(null);
    declareRaw(fixture.standIn, 3, 7);
    const taken: string[] = [];
    for (let slice = await next(null); slice !== null; slice = await next(slice.cursor)) {
      taken.push(...(await filesIn(slice.dataset)).split(' '));
    }
    expect(taken.sort()).toEqual(['000', '001', '002', '003', '004', '005', '006', '007', '008', '009']);
  });

  it('two stages drain one dataset apart, and a preview moves nothing', async () => {
    const [one, two] = [slicer('drainingn(5)', 's1'), slicer('drainingn(5)', 's2')];
    const preview = await one(null, false);
    expect(preview?.files).toBe(5);
    expect(await data.describe(EXPERIMENT, preview?.dataset ?? '')).toBeNull();
    expect((await one(1, false))?.files).toBe(5);
    const first = await one(null);
    expect((await one(first?.cursor ?? null, false))?.files).toBe(2);
    expect((await two(null))?.files).toBe(5);
  });

  it('new takes files by when they were created, one window after the other', async () => {
    const { state } = fixture.standIn;
    for (const file of state.files.values()) {
      file.created = Date.parse(`2026-12-2${Number(file.name.slice(3)) % 2}T12:00:00Z`) / 1000;
    }
    const split = 'new(window=1d,firsttime=2026-12-19,lasttime=2026-12-23)';
    expect(await allSlices(split)).toEqual(['000 002 004 006', '001 003 005']);
  });

  it('stagedfiles takes what a project has done', async () => {
    const project = await data.openProject(EXPERIMENT, wantedProject());
    setStates(project, { '000': 'done', '001': 'failed', '002': 'done', '003': 'done' });
    const next = slicer('stagedfiles(2)', 'st', project);
    const first = await next(null);
    const second = await next(first?.cursor ?? null);
    expect(first?.files).toBe(2);
    expect(
      [await filesIn(first?.dataset ?? ''), await filesIn(second?.dataset ?? '')].join(' ').split(' ').sort(),
    ).toEqual(['000', '002', '003']);
    expect(await next(second?.cursor ?? null)).toBeNull();
  });

  it('hands on names and queries where nothing is cut, and cuts queries', async () => {
    expect(await slicer('list', 'l', 'raw:run1, files from made:reco')(1)).toMatchObject({
      dataset: 'files from made:reco',
      files: null,
    });
    const slice = await slicer('nfiles(2)', 'q', 'files from raw:run1 where core.runs[any] = 100')(null);
    expect(slice).toMatchObject({
      files: 2,
      dataset: expect.stringMatching(/^poms:query_\w{12}_slice0_files2$/),
    });
    expect(await filesIn(slice?.dataset ?? '')).toBe('000 001');
  });

  it('a long drain costs the same from the first slice to the last', async () => {
    declareRaw(fixture.standIn, 93, 7);
    const next = slicer('drainingn(1)');
    let cursor: SliceCursor = null;
    const cost: number[] = [];
    for (let n = 0; n < 100; n += 1) {
      const before = fixture.standIn.requests.length;
      cursor = (await next(cursor))?.cursor ?? null;
      cost.push(fixture.standIn.requests.length - before);
    }
    expect(Math.max(...cost.slice(2))).toBe(Math.min(...cost.slice(2)));
    const kept = [...fixture.standIn.state.datasets.values()].filter(({ namespace }) => namespace === 'poms');
    // Each slice once, and all but the last once more in what was taken.
    expect(kept.reduce((sum, { files }) => sum + files.size, 0)).toBe(100 + 99);
  });
});

describe('Data Dispatcher: projects', () => {
  it('the same key is the same project, wherever POMS died', async () => {
    const settings = { virtual: true, loadLimit: 5, idleTimeout: 7200, workerTimeout: 600 };
    const project = await data.openProject(EXPERIMENT, wantedProject({ settings }));
    expect(await data.openProject(EXPERIMENT, wantedProject({ settings }))).toBe(project);
    expect(await data.openProject(EXPERIMENT, wantedProject({ key: 'abc:18' }))).not.toBe(project);
    expect(fixture.standIn.state.projects.get(Number(project))).toMatchObject({
      owner: 'poms',
      attributes: { poms_key: 'abc:17', virtual: true, load_limit: 5 },
      idleTimeout: 7200,
      workerTimeout: 600,
    });
    expect(await filesIn(`poms_project_${project}`)).toBe('000 001 002 003 004 005 006');
  });

  it('an answer that was lost does not make a second project', async () => {
    let cut = false;
    fixture.standIn.fault = (request) => {
      if (cut || !request.includes('create_project')) return null;
      cut = true;
      return { kind: 'cut' };
    };
    await expect(data.openProject(EXPERIMENT, wantedProject())).rejects.toMatchObject({
      code: 'outside-system',
    });
    expect(fixture.standIn.state.projects.size).toBe(1);
    await data.openProject(EXPERIMENT, wantedProject());
    expect(fixture.standIn.state.projects.size).toBe(1);
  });

  it('one that was cut off before it had its files is made anew', async () => {
    const first = await data.openProject(EXPERIMENT, wantedProject());
    const broken = fixture.standIn.state.projects.get(Number(first));
    if (broken) broken.handles = [];
    const second = await data.openProject(EXPERIMENT, wantedProject());
    expect(second).not.toBe(first);
    expect([...fixture.standIn.state.projects.keys()]).toEqual([Number(second)]);
  });

  it('takes a project that the stage names, and refuses one that is not there', async () => {
    const there = await data.openProject(EXPERIMENT, wantedProject({ key: 'by hand' }));
    fixture.standIn.state.datasets.delete(`poms:poms_project_${there}`);
    const named = wantedProject({ dataset: '', settings: { project: there } });
    expect(await data.openProject(EXPERIMENT, named)).toBe(there);
    expect(await filesIn(`poms_project_${there}`)).toBe('000 001 002 003 004 005 006');
    await expect(
      data.openProject(EXPERIMENT, wantedProject({ settings: { project: '99999' } })),
    ).rejects.toMatchObject({ code: 'not-found' });
    await expect(data.openProject(EXPERIMENT, wantedProject({ dataset: 'made:reco' }))).rejects.toMatchObject(
      { code: 'bad-query', message: expect.stringContaining('no files') },
    );
  });

  it('tells how far projects are', async () => {
    const project = await data.openProject(EXPERIMENT, wantedProject());
    setStates(project, { '000': 'done', '001': 'done', '002': 'failed', '003': 'reserved' });
    const counts = { files: 7, consumed: 2, failed: 1, delivered: 1 };
    expect(await data.projectSummaries(EXPERIMENT, ['poms_17', project, '4711'])).toEqual([
      { project: 'poms_17', exists: false, files: 0, consumed: 0, failed: 0, delivered: 0, ended: false },
      { project, exists: true, ...counts, ended: false },
      { project: '4711', exists: false, files: 0, consumed: 0, failed: 0, delivered: 0, ended: false },
    ]);
  });

  it('counts files with children, and those whose children have a location', async () => {
    const project = await data.openProject(EXPERIMENT, wantedProject());
    const count = async (more: Partial<typeof output> = {}) => {
      const [found] = await data.progress(EXPERIMENT, [{ project, output: { ...output, ...more } }]);
      return [found?.childrenDeclared, found?.childrenLocated];
    };
    expect(await count()).toEqual([0, 0]);
    declareReco(fixture.standIn, 'reco1', ['raw:raw000', 'raw:raw001']);
    expect(await count()).toEqual([2, 2]);
    declareReco(fixture.standIn, 'reco2', ['raw:raw002'], false);
    declareReco(fixture.standIn, 'hist2', ['raw:raw002']);
    expect(await count()).toEqual([3, 2]);
    expect(await count({ patterns: ['reco%', 'hist%'] })).toEqual([1, 0]);
    expect(await count({ softwareVersion: 'v2' })).toEqual([0, 0]);
    expect(await count({ createdAfter: new Date('2100-01-01T00:00:00Z') })).toEqual([0, 0]);
    declareReco(fixture.standIn, 'ana1', ['made:reco1']);
    expect(await count({ patterns: ['ana%'], depth: 2 })).toEqual([2, 2]);
  });

  it('every recovery type runs on its files', async () => {
    const project = await data.openProject(EXPERIMENT, wantedProject());
    setStates(project, { '000': 'done', '001': 'done', '002': 'failed', '003': 'reserved' });
    declareReco(fixture.standIn, 'reco1', ['raw:raw000']);
    declareRaw(fixture.standIn, 1, 7);
    const expected: Record<RecoveryType, string> = {
      consumed_status: '002 003 004 005 006',
      process_status: '002 003 004 005 006',
      added_files: '007',
      pending_files: '001 002 003 004 005 006',
      delivered_not_consumed: '002 003',
      state_failed: '002',
      state_not_done: '002 003 004 005 006',
      reprocess_orphans: '001 002',
      reprocess_all: '000 001 002 003 004 005 006',
    };
    expect(data.capabilities.recoveryTypes).toEqual(Object.keys(RECOVERY_TYPES));
    for (const type of data.capabilities.recoveryTypes) {
      const of = { project, dataset: 'raw:run1', output };
      expect(await names(await data.recoveryQuery(EXPERIMENT, type, of)), type).toBe(expected[type]);
    }
  });

  it('nothing left is no query; of a project that is thrown away, what has no output counts', async () => {
    const project = await data.openProject(EXPERIMENT, wantedProject());
    const of = { project, dataset: 'raw:run1', output };
    expect(await data.recoveryQuery(EXPERIMENT, 'state_failed', of)).toBe('');
    fixture.standIn.state.projects.clear();
    declareReco(fixture.standIn, 'reco1', ['raw:raw000', 'raw:raw001']);
    for (const type of ['state_failed', 'pending_files', 'consumed_status'] as const) {
      expect(await names(await data.recoveryQuery(EXPERIMENT, type, of)), type).toBe('002 003 004 005 006');
    }
  });

  it('hands files out again in the same project', async () => {
    const project = await data.openProject(EXPERIMENT, wantedProject());
    setStates(
      project,
      Object.fromEntries(['000', '001', '002', '003', '004', '005'].map((n) => [n, 'done'])),
    );
    setStates(project, { '006': 'failed' });
    const there = fixture.standIn.state.projects.get(Number(project));
    if (there) there.state = 'failed';
    const query = await data.recoveryQuery(EXPERIMENT, 'state_failed', { project, dataset: '', output });
    await data.defineDataset(EXPERIMENT, 'poms_recover_17_0', query, true);
    const again = wantedProject({
      key: 'abc:18',
      dataset: 'poms_recover_17_0',
      again: { project, type: 'state_failed' },
      settings: { methodology: 'one-project' },
    });
    expect(await data.openProject(EXPERIMENT, again)).toBe(project);
    expect(await data.openProject(EXPERIMENT, again)).toBe(project);
    expect(there?.state).toBe('active');
    expect(there?.handles.filter(({ state }) => state === 'initial').map(({ name }) => name)).toEqual([
      'raw006',
    ]);
    // Files that it never had cannot begin again in it.
    const more = { ...again, key: 'abc:19', dataset: 'made:reco' };
    declareReco(fixture.standIn, 'reco1', ['raw:raw000']);
    expect(await data.openProject(EXPERIMENT, more)).not.toBe(project);
  });

  it('says what the files of a project became, also when it was thrown away', async () => {
    const project = await data.openProject(EXPERIMENT, wantedProject());
    declareReco(fixture.standIn, 'reco1', ['raw:raw000']);
    declareReco(fixture.standIn, 'hist1', ['raw:raw000']);
    fixture.standIn.state.projects.clear();
    expect(await names(await data.outputQuery(EXPERIMENT, project, output))).toBe('reco1');
  });
});

describe('MetaCat: signing in and faults', () => {
  it('signs in once, again before the token expires, and again when it is not taken any more', async () => {
    await Promise.all([1, 2, 3].map(() => data.count(EXPERIMENT, 'files from raw:run1')));
    expect(fixture.standIn.logins).toBe(1);
    await fixture.close();

    let now = Date.now();
    fixture = await startMetacatFixture({ files: 1, now: () => new Date(now) });
    await fixture.data.count(EXPERIMENT, 'files');
    now += 3_200_000;
    await fixture.data.count(EXPERIMENT, 'files');
    expect(fixture.standIn.logins).toBe(1);
    now += 200_000;
    await fixture.data.count(EXPERIMENT, 'files');
    expect(fixture.standIn.logins).toBe(2);

    fixture.standIn.tokenLifetime = -1;
    now += 3_500_000;
    const refused = fixture.data.openProject(EXPERIMENT, wantedProject());
    await expect(refused).rejects.toMatchObject({
      code: 'outside-system',
      message: expect.stringContaining('does not take the token of POMS'),
    });
  });

  it.each<[string, Fault]>([
    ['cut', { kind: 'cut' }],
    ['a page', { kind: 'answer', status: 200, type: 'text/html', body: '<title>Welcome</title>' }],
    ['wrong JSON', { kind: 'answer', status: 200, type: 'application/json', body: '{"count": "many"}' }],
    ['wrong records', { kind: 'answer', status: 200, type: 'application/json-seq', body: '\x1e{"fid":1}\n' }],
    ['half a record', { kind: 'answer', status: 200, type: 'application/json-seq', body: '\x1e{"fid":' }],
    ['a failed server', { kind: 'answer', status: 502, type: 'text/plain', body: 'Bad gateway' }],
  ])('%s is an outside system that is away, never a number', async (_name, fault) => {
    await data.count(EXPERIMENT, 'files');
    fixture.standIn.fault = (request) => (request.includes('/data/') ? fault : null);
    const query = 'files from raw:run1';
    await expect(data.count(EXPERIMENT, query)).rejects.toMatchObject({ code: 'outside-system' });
    await expect(data.list(EXPERIMENT, query, { limit: 5 })).rejects.toMatchObject({
      code: 'outside-system',
    });
    fixture.standIn.fault = () => null;
  });

  it('a server that hangs is given up in time, and is back by itself', async () => {
    await fixture.close();
    fixture = await startMetacatFixture({ files: 1, setting: { timeoutSeconds: 0.2 } });
    await fixture.data.count(EXPERIMENT, 'files');
    fixture.standIn.fault = () => ({ kind: 'hang' });
    const start = Date.now();
    await expect(fixture.data.count(EXPERIMENT, 'files')).rejects.toMatchObject({ code: 'outside-system' });
    expect(Date.now() - start).toBeLessThan(5000);
    expect(fixture.data.health()).toMatchObject({ reachable: false });
    fixture.standIn.fault = () => null;
    const { nextTry } = fixture.data.health() ?? { nextTry: new Date() };
    await sleep(Math.max(0, nextTry.getTime() - Date.now()) + 50);
    expect(await fixture.data.count(EXPERIMENT, 'files')).toBe(1);
    expect(fixture.data.health()).toMatchObject({ reachable: true });
  });
});
