/** Datasets, queries, files and the file report through the API, over the built-in catalogue. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { DataHandling } from '../../src/connectors/data/types.ts';
import { localUsername } from '../../src/connectors/identity/developer.ts';
import { STATUS_IDS } from '../../src/domain/status.ts';
import { PomsError } from '../../src/errors.ts';
import type { App } from '../../src/http/server.ts';
import { buildWeb } from '../../src/http/web.ts';
import { submissionsOf } from '../../src/services/datasets/queries.ts';
import { ensureDeveloper } from '../../src/services/people/service.ts';
import { createWorld, NO_FAULTS, type World } from '../engine/world.ts';
import { EXPERIMENT, makeCampaign } from '../support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeSubmissions } from '../support/submissions.ts';

let database: TestDatabase;
let world: World;
let app: App;
let submissions: number[];
const BASE = `/api/v1/experiments/${EXPERIMENT}`;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
  app = await buildWeb(readConfig({}), world.parts, { version: '1' });
  await ensureDeveloper(database.db, localUsername());
  const campaign = await makeCampaign(database.db, 'report', [{ name: 'one' }]);
  submissions = await makeSubmissions(database.db, campaign, 'one', 3);
  await fillCatalogue();
  await database.db
    .updateTable('submission')
    .set({ project: 'P', dataset: 'input', statusId: STATUS_IDS.Completed, filesTotal: 4, filesConsumed: 2 })
    .where('submissionId', '=', submissions[2] ?? 0)
    .execute();
});
afterAll(async () => {
  await app.close();
  await world.close();
  await database.drop();
});

/** Four raw files in a project: one consumed, one skipped, one handed out; of the first something was made. */
async function fillCatalogue(): Promise<void> {
  const { catalogue } = world.parts;
  const raw = [1, 2, 3, 4].map((n) => ({
    file_name: `raw${n}.root`,
    file_size: 100 * n,
    event_count: n,
    data_tier: 'raw',
    locations: ['/data'],
    'Detector.Hv': n,
  }));
  await catalogue.declare(EXPERIMENT, raw, 'alice');
  const made = {
    file_name: 'reco1.root',
    file_size: 5,
    data_tier: 'reco',
    application: { family: 'art', name: 'reco', version: 'v1' },
    parents: ['raw1.root'],
  };
  await catalogue.declare(EXPERIMENT, [made], 'alice');
  await catalogue.defineDataset(EXPERIMENT, 'input', 'data_tier raw', false);
  const of = { definition: 'input' };
  await catalogue.startProject(EXPERIMENT, { name: 'P', station: 's', user: 'alice', of });
  const process = await catalogue.establishProcess(EXPERIMENT, 'P', {});
  for (const status of ['consumed', 'skipped', null]) {
    const file = await catalogue.nextFile(EXPERIMENT, 'P', process, { resume: false });
    if (file === null || status === null) continue;
    await catalogue.reportFile(EXPERIMENT, 'P', process, { file: file.name, status });
  }
}

async function get(path: string, status = 200) {
  const answer = await app.inject({ url: `${BASE}${path}`, headers: { host: 'localhost' } });
  expect(answer.statusCode, answer.body).toBe(status);
  return answer.json();
}
async function post(path: string, payload: object, status: number) {
  const headers = { host: 'localhost' };
  const answer = await app.inject({ method: 'POST', url: `${BASE}${path}`, headers, payload });
  expect(answer.statusCode, answer.body).toBe(status);
  return answer.json();
}

describe('datasets', () => {
  it('are listed in pages, by a part of their name', async () => {
    await post('/datasets', { name: 'first_raw', query: 'data_tier raw with limit 2' }, 201);
    const first = await get('/datasets?limit=1');
    const rest = await get(`/datasets?limit=5&after=${first.next}`);
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(['first_raw', 'input']);
    expect((await get('/datasets?like=in%25')).items).toHaveLength(1);
  });

  it('tell their query, their size, their files, who made them and who ran on them', async () => {
    const shown = await get('/datasets/input');
    expect(shown).toMatchObject({ query: 'data_tier raw', createdBy: 'poms', dataHandling: 'catalogue' });
    expect(shown.submissions).toEqual([
      { submissionId: submissions[2], campaign: 'report', stage: 'one', status: 'Completed', role: 'input' },
    ]);
    expect(await get('/datasets/input/summary')).toEqual({ files: 4, bytes: 1000, events: 10 });
    const page = await get('/datasets/input/files?limit=3');
    expect(page.items[0]).toMatchObject({ name: 'raw1.root', size: 100, events: 1, located: true });
    expect((await get(`/datasets/input/files?limit=3&after=${page.next}`)).items).toHaveLength(1);
    const name = `poms_depends_${submissions[0]}_1`;
    await post('/datasets', { name, query: 'data_tier reco' }, 201);
    expect((await get(`/datasets/${name}`)).submissions).toMatchObject([
      { submissionId: submissions[0], role: 'output' },
    ]);
    await get('/datasets/nothing', 404);
    await get('/datasets/input?dataHandling=nowhere', 404);
  });

  it('that gather what a run made have the submissions of that run', async () => {
    const { rows } =
      await database.pool.query(`insert into dependency (upstream_stage_id, downstream_stage_id, campaign_id)
      select stage_id, stage_id, campaign_id from submission where submission_id = ${submissions[0]} returning dependency_id`);
    const name = `poms_gathers_${submissions[0]}_${rows[0].dependency_id}`;
    const of = () => submissionsOf(database.db, EXPERIMENT, 'catalogue', name);
    expect(await of(), 'it is not located').toEqual([]);
    await database.pool.query(
      `update submission set status_id = 8000 where submission_id = ${submissions[0]}`,
    );
    expect(await of()).toMatchObject([{ submissionId: submissions[0], role: 'output' }]);
    await database.pool.query('delete from dependency');
    await database.pool.query(
      `update submission set status_id = 1000 where submission_id = ${submissions[0]}`,
    );
  });

  it('are defined once, and only by a query that is understood', async () => {
    const mine = { name: 'mine', query: 'data_tier reco' };
    expect(await post('/datasets', mine, 201)).toMatchObject({ createdBy: localUsername() });
    await post('/datasets', mine, 201);
    expect(await post('/datasets', { ...mine, query: 'data_tier raw' }, 409)).toMatchObject({
      code: 'name-taken',
      problems: [{ path: 'name', problem: `it is defined by ${localUsername()} as: data_tier reco` }],
    });
    expect(await post('/datasets', { name: 'bad', query: 'nothing_known 5' }, 400)).toMatchObject({
      code: 'bad-query',
    });
    await get('/datasets/bad', 404);
  });
});

describe('with another data handling', () => {
  /** A web server whose data handling `far` answers as told. */
  async function withFar(change: Partial<DataHandling>): Promise<App> {
    const catalogue = world.parts.dataHandlings.get('catalogue');
    if (catalogue === undefined) throw new Error('there is no catalogue');
    const { tellQuery: _, quickSummary: __, ...plain } = catalogue;
    const far: DataHandling = { ...plain, name: 'far', ...change };
    const dataHandlings = new Map([...world.parts.dataHandlings, ['far', far]]);
    return buildWeb(readConfig({}), { ...world.parts, dataHandlings }, { version: '1' });
  }
  const headers = { host: 'localhost' };

  it('a dataset of the same name has its own submissions', async () => {
    const other = await withFar({});
    const answer = await other.inject({ url: `${BASE}/datasets/input?dataHandling=far`, headers });
    expect(answer.json()).toMatchObject({ dataHandling: 'far', submissions: [] });
    await other.close();
  });

  it.each([
    [
      'is away',
      async () => {
        throw new PomsError('outside-system', { system: 'Data handling far', problem: 'it does not answer' });
      },
      'it does not answer',
    ],
    ['hangs', () => new Promise<never>(() => {}), 'it takes longer than 5 s'],
  ])(
    'a query is explained as far as that goes where it %s',
    async (_, summary, problem) => {
      const other = await withFar({ summary });
      const payload = { query: 'data_tier raw', dataHandling: 'far' };
      const answer = await other.inject({ method: 'POST', url: `${BASE}/queries/explain`, headers, payload });
      expect(answer.json()).toMatchObject({
        problem: null,
        outline: [],
        summary: null,
        summaryProblem: expect.stringContaining(problem),
      });
      await other.close();
    },
    15_000,
  );

  it('what it cannot do is said', async () => {
    const capabilities = { ...world.parts.catalogue.capabilities, datasets: false, lineage: false };
    const other = await withFar({ capabilities });
    for (const path of ['/datasets', '/files/raw1.root', '/files/raw1.root/lineage?direction=up&x=1']) {
      const url = `${BASE}${path}${path.includes('?') ? '&' : '?'}dataHandling=far`;
      const answer = await other.inject({ url, headers });
      expect([path, answer.statusCode, answer.json().code]).toEqual([path, 422, 'unsupported']);
    }
    await other.close();
  });
});

describe('a query', () => {
  it('is told apart before it is used', async () => {
    const told = await post(
      '/queries/explain',
      { query: "defname: input MINUS (file_name = 'raw1.root')" },
      200,
    );
    expect(told).toMatchObject({
      problem: null,
      begins: 'all',
      outline: [
        { depth: 0, text: 'Definition input' },
        { depth: 0, text: 'without' },
        { depth: 1, text: 'file_name raw1.root' },
      ],
      summary: { files: 3, bytes: 900, events: 9 },
      summaryProblem: null,
    });
    expect(told.expanded).toContain('data_tier raw');
    const anchored = await post('/queries/explain', { query: 'snapshot_for_project_name P' }, 200);
    expect(anchored.begins).toBe('few');
  });

  it('that is wrong is shown at its place', async () => {
    const told = await post('/queries/explain', { query: 'data_tier raw and\n  nothing_known 5' }, 200);
    expect(told).toMatchObject({ summary: null, problem: { line: 2, column: 3 } });
    expect(told.problem.message).toContain('  nothing_known 5\n    ^');
  });
});

describe('a file', () => {
  it('tells its metadata and where it is', async () => {
    const file = await get('/files/raw2.root');
    expect(file).toMatchObject({
      name: 'raw2.root',
      size: 200,
      locations: ['/data'],
      shows: null,
      content: null,
    });
    expect(file.metadata).toMatchObject({ 'Detector.Hv': 2, data_tier: 'raw' });
    await get('/files/nothing.root', 404);
  });

  it('tells what it was made from and became', async () => {
    const down = await get('/files/raw1.root/lineage?direction=down');
    expect(down).toEqual({
      files: [{ name: 'reco1.root', depth: 1, via: 'raw1.root', retired: false, located: false }],
      more: false,
    });
    expect((await get('/files/reco1.root/lineage?direction=up')).files).toHaveLength(1);
    await get('/files/raw1.root/lineage?direction=sideways', 400);
  });

  it('tells the projects that it was given to, with their submissions', async () => {
    const { catalogue } = world.parts;
    const of = { definition: 'input' };
    await catalogue.startProject(EXPERIMENT, { name: 'later', station: 's', user: 'alice', of });
    const uses = await get('/files/raw1.root/uses');
    expect(uses).toMatchObject({
      projects: [
        { project: 'later', dataset: 'input', state: 'unassigned', submissions: [] },
        { project: 'P', dataset: 'input', state: 'consumed', submissions: [submissions[2]] },
      ],
      more: false,
    });
    const newest = await get('/files/raw1.root/uses?limit=1');
    expect(newest).toEqual({ projects: uses.projects.slice(0, 1), more: true });
    expect(await get('/files/reco1.root/uses')).toEqual({ projects: [], more: false });
    await get('/files/nothing/uses', 404);
  });
});

it('a submission may run on a dataset as long as a stage may name one', async () => {
  // A split `none` hands the text of its stage on as it is, up to 10,000 characters.
  const dataset = randomBytes(7000).toString('base64');
  const submissionId = submissions[0] ?? 0;
  const run = (name: string) =>
    database.db
      .updateTable('submission')
      .set({ dataset: name })
      .where('submissionId', '=', submissionId)
      .execute();
  await run(dataset);
  expect(await submissionsOf(database.db, EXPERIMENT, 'catalogue', dataset)).toMatchObject([
    { submissionId },
  ]);
  const other = `${dataset.slice(0, 9000)}.`;
  expect(await submissionsOf(database.db, EXPERIMENT, 'catalogue', other), 'the same beginning').toEqual([]);
  await run('one');
});

it('the files that a query finds come in pages', async () => {
  const first = await post('/queries/files', { query: 'data_tier raw', limit: 3 }, 200);
  const last = await post('/queries/files', { query: 'data_tier raw', limit: 3, after: first.next }, 200);
  const names = [...first.items, ...last.items].map(({ name }: { name: string }) => name);
  expect(names).toEqual([1, 2, 3, 4].map((n) => `raw${n}.root`));
  expect(last.next).toBeNull();
  expect(await post('/queries/files', { query: 'nothing_known 5' }, 400)).toMatchObject({
    code: 'bad-query',
  });
});

describe('projects', () => {
  it('are listed with their submissions, and one tells how far it is', async () => {
    const row = { project: 'P', submissionId: submissions[2], campaign: 'report', dataset: 'input' };
    expect((await get('/projects')).items).toMatchObject([{ ...row, files: 4, consumed: 2 }]);
    expect((await get('/projects?campaign=report&limit=1')).items).toHaveLength(1);
    expect((await get('/projects?campaign=nothing')).items).toEqual([]);
    expect(await get('/projects/P')).toMatchObject({
      ...{ project: 'P', ended: false, files: 4, consumed: 1, failed: 1, delivered: 1 },
      states: { unassigned: 1, consumed: 1, skipped: 1, delivered: 1 },
      submissions: [row],
    });
    await get('/projects/nothing', 404);
  });
});

describe('the file report of a campaign', () => {
  const figuresOf = (row: { figures: Record<string, { files: number | null }> }) =>
    Object.fromEntries(Object.entries(row.figures).map(([name, { files }]) => [name, files]));

  it('has a row for each submission, and each number is the count of its query', async () => {
    const report = await get('/campaigns/report/files');
    expect(report.items.map(({ submissionId }: { submissionId: number }) => submissionId)).toEqual(
      [...submissions].reverse(),
    );
    const [row, other] = report.items;
    expect(figuresOf(row)).toEqual({
      submitted: 4,
      delivered: 3,
      unknown: 0,
      consumed: 1,
      cancelled: 0,
      failed: 0,
      skipped: 1,
      someDeclared: 1,
      allDeclared: 1,
      allLocated: 0,
      pending: 4,
      output: 0,
    });
    for (const [name, { files, query }] of Object.entries(row.figures) as [
      string,
      { files: number; query: string },
    ][]) {
      const { summary } = await post('/queries/explain', { query }, 200);
      expect(summary?.files, `${name}: ${query}`).toBe(files);
    }
    expect(other.figures.submitted).toEqual({ files: null, query: null });
    expect(report.problem).toBeNull();
    expect((await get('/campaigns/report/files?limit=2')).items).toHaveLength(2);
    await get('/campaigns/nothing/files', 404);
  });

  it.each([
    [
      'is away',
      async () => {
        throw new PomsError('outside-system', { system: 'Data handling far', problem: 'it does not answer' });
      },
      'it does not answer',
    ],
    ['hangs', () => new Promise<never>(() => {}), 'it has not answered within 4 s'],
  ])('shows what was stored where data handling %s, and says so', async (_, progress, problem) => {
    const catalogue = world.parts.dataHandlings.get('catalogue');
    if (catalogue === undefined) throw new Error('there is no catalogue');
    const away = { ...catalogue, progress };
    const parts = { ...world.parts, dataHandlings: new Map([['catalogue', away]]) };
    const other = await buildWeb(readConfig({}), parts, { version: '1' });
    const answer = await other.inject({
      url: `${BASE}/campaigns/report/files`,
      headers: { host: 'localhost' },
    });
    await other.close();
    const report = answer.json();
    expect(report.problem).toContain(problem);
    expect(figuresOf(report.items[0])).toMatchObject({
      submitted: 4,
      consumed: 2,
      skipped: null,
      pending: null,
    });
  });
});
