import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { createCatalogue } from '../../connectors/data/catalogue/index.ts';
import type { Person } from '../../domain/policies/index.ts';
import { createExperiments } from '../../services/experiments/service.ts';
import { type App, createServer } from '../server.ts';
import { samRoutes } from './index.ts';

let database: TestDatabase;
let app: App;
const BASE = '/sam/dune/api';
const alice: Person = {
  experimenterId: 1,
  username: 'alice',
  root: false,
  roles: new Map([['dune', 'production']]),
};

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createServer({
    identify: async (request) => (request.headers.from === 'nobody' ? null : alice),
    logger: pino({ level: 'silent' }),
    version: 'test',
  });
  await samRoutes(app as never, {
    catalogue: createCatalogue(database.db),
    experiments: createExperiments(database.db),
    version: 'test',
  });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  app.inject({ url: `${BASE}${path}`, headers });
const post = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: path.startsWith('http') ? new URL(path).pathname : `${BASE}${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(form).toString(),
  });
const declare = (metadata: object) => app.inject({ method: 'POST', url: `${BASE}/files`, payload: metadata });
const dims = encodeURIComponent('data_tier raw');

describe('files', () => {
  it('declares one or many, also again', async () => {
    const file = (n: number) => ({
      file_name: `f${n}.root`,
      file_size: n,
      file_type: 'mc',
      data_tier: 'raw',
      locations: ['/data'],
    });
    expect((await declare(file(1))).body).toBe('declared f1.root\n');
    expect((await declare([file(1), file(2), file(3)])).body).toBe(
      'exists f1.root\ndeclared f2.root\ndeclared f3.root\n',
    );
    const conflict = await declare({ ...file(1), file_size: 9 });
    expect(conflict.statusCode).toBe(409);
    expect(conflict.json()).toMatchObject({ error: 'FileAlreadyExists' });
    expect((await declare({ file_name: 'x' })).json()).toMatchObject({ error: 'InvalidMetadata' });
  });

  it('lists, counts and sums by GET and POST alike', async () => {
    expect((await get(`/files/list?dims=${dims}&format=plain`)).body).toBe('f1.root\nf2.root\nf3.root\n');
    expect((await get(`/files/list?dims=${dims}`, { accept: 'application/json' })).json()).toEqual([
      'f1.root',
      'f2.root',
      'f3.root',
    ]);
    expect((await get(`/files/list?dims=${dims}&format=plain&fileinfo=1`)).body).toMatch(
      /^f1\.root \d+ 1 0\n/,
    );
    for (const answer of [
      await get(`/files/count?dims=${dims}`, { accept: 'application/json' }),
      await post('/files/count', { dims: 'data_tier raw' }),
    ]) {
      expect(answer.body).toBe('3');
      expect(answer.headers['content-type']).toContain('text/plain');
    }
    expect((await get(`/files/summary?dims=${dims}`)).json()).toEqual({
      file_count: 3,
      total_file_size: 6,
      total_event_count: 0,
    });
    expect(
      (await post('/files/list?format=plain', { dims: `file_name ${'f1.root,'.repeat(300)}f2.root` })).body,
    ).toBe('f1.root\nf2.root\n');
  });

  it('tells metadata as JSON and as lines', async () => {
    expect((await get('/files/name/f1.root/metadata?locations=1')).json()).toMatchObject({
      file_name: 'f1.root',
      file_size: 1,
      data_tier: 'raw',
      user: 'alice',
      locations: [{ location: '/data' }],
    });
    expect((await get('/files/name/f1.root/metadata?format=plain')).body).toMatch(/^ +File Name: f1\.root$/m);
  });

  it('adds and removes locations, and retires', async () => {
    expect((await post('/files/name/f3.root/locations', { add: '/tape' })).statusCode).toBe(200);
    expect((await post('/files/name/f3.root/locations', { remove: '/data' })).statusCode).toBe(200);
    expect((await get('/files/name/f3.root/locations')).json()).toEqual([
      { location: '/tape', full_path: '/tape', location_type: 'disk' },
    ]);
    expect((await post('/files/name/f3.root/locations')).statusCode).toBe(400);
    expect((await post('/files/name/f3.root/retired_date')).statusCode).toBe(200);
    expect((await get(`/files/count?dims=${dims}`)).body).toBe('2');
  });
});

describe('definitions', () => {
  it('creates, describes, lists, counts and takes snapshots', async () => {
    const form = { defname: 'mine', dims: 'data_tier raw', group: 'dune' };
    expect((await post('/definitions/create', form)).json()).toMatchObject({ defname: 'mine' });
    expect((await post('/definitions/create', form)).statusCode).toBe(200);
    const other = await post('/definitions/create', { ...form, dims: 'file_name x' });
    expect([other.statusCode, other.json().error]).toEqual([409, 'DefinitionAlreadyExists']);
    for (const path of ['', '/describe']) {
      expect((await get(`/definitions/name/mine${path}`)).json()).toMatchObject({
        defname: 'mine',
        dimensions: 'data_tier raw',
        group: 'dune',
      });
    }
    expect((await get('/definitions/name/mine/files/count')).body).toBe('2');
    expect((await get('/definitions/name/mine/files/list')).body).toBe('f1.root\nf2.root\n');
    expect((await post('/definitions/name/mine/snapshot', { group: 'dune' })).body).toMatch(/^\d+$/);
  });
});

describe('projects', () => {
  it('runs from start to end, every call made twice', async () => {
    const form = { name: 'proj', station: 'dune', group: 'dune', defname: 'mine:force' };
    const twice = async (path: string, body: Record<string, string> = {}) => {
      const [first, second] = [await post(path, body), await post(path, body)];
      expect([second.statusCode, second.body]).toEqual([first.statusCode, first.body]);
      return first;
    };
    const url = (await twice('/startProject', form)).body;
    expect(url).toMatch(/^http:\/\/[^/]+\/sam\/dune\/api\/projects\/dune\/proj$/);
    expect((await get('/findProject?name=proj')).body).toBe(url);
    const id = (await twice(`${url}/establishProcess`, { appname: 'reco', appversion: 'v1', unique_id: 'x' }))
      .body;
    expect(id).toMatch(/^\d+$/);
    const process = `${url}/process/${id}`;
    expect((await twice(`${process}/getNextFile`, { resume: '1' })).body).toBe('/data/f1.root\nf1.root');
    await twice(`${process}/updateFileStatus`, { filename: 'file:///data/f1.root', status: 'consumed' });
    const refused = await post(`${process}/updateFileStatus`, { filename: 'f1.root', status: 'failed' });
    expect(refused.statusCode).toBe(409);
    const json = await post(`${process}/getNextFile`, {}, { accept: 'application/json' });
    expect(json.json()).toEqual({ url: '/data/f2.root', filename: 'f2.root' });
    expect((await post(`${process}/getNextFile`)).statusCode).toBe(204);
    await twice(`${process}/endProcess`);
    expect((await get('/projects/name/proj/recovery_dimensions?useProcess=1')).body).toContain(
      'consumer_process_status completed',
    );
    await twice(`${url}/endProject`, { force: '1' });
    const gone = await post(`${process}/getNextFile`);
    expect([gone.statusCode, gone.json().error]).toEqual([410, 'ProjectEnded']);

    const summary = (await get('/projects/name/proj/summary')).json();
    expect(summary).toMatchObject({
      project_name: 'proj',
      project_status: 'completed',
      dataset_def_name: 'mine',
      files_in_snapshot: 2,
      file_counts: { consumed: 1, unknown: 1, delivered: 0 },
      process_counts: { completed: 1 },
      processes: [{ status: 'completed', counts: { consumed: 1, unknown: 1 } }],
    });
    expect((await get('/projects/dune/proj/summary?process_limit=0')).json()).not.toHaveProperty('processes');
    const count = await post('/files/count', {
      dims: (await get('/projects/name/proj/recovery_dimensions')).body,
    });
    expect(count.body).toBe('1');
  });
});

describe('errors', () => {
  it.each([
    ['GET', '/files/count?dims=colour%20red', 400, 'DimensionError'],
    ['GET', '/files/count', 400, 'BadRequest'],
    ['GET', '/files/name/none/metadata', 404, 'FileNotFound'],
    ['GET', '/definitions/name/none', 404, 'DefinitionNotFound'],
    ['GET', '/projects/name/none/summary', 404, 'ProjectNotFound'],
    ['GET', '/nowhere', 404, 'NotFound'],
    ['POST', '/projects/dune/proj/process/x/getNextFile', 400, 'BadRequest'],
    ['POST', '/projects/dune/proj/process/99999/getNextFile', 410, 'ProjectEnded'],
    ['GET', '/startProject', 404, 'NotFound'],
  ] as const)('%s %s', async (method, path, status, error) => {
    const answer = await app.inject({ method, url: `${BASE}${path}` });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.json()).toEqual({ error, message: expect.any(String) });
  });

  it('lets in nobody without an identity or the role', async () => {
    const nobody = await get(`/files/count?dims=${dims}`, { from: 'nobody' });
    expect([nobody.statusCode, nobody.json().error]).toEqual([403, 'NoAuthorizationCredentials']);
    const stranger = await app.inject({ url: `/sam/nova/api/files/count?dims=${dims}` });
    expect([stranger.statusCode, stranger.json().error]).toEqual([403, 'Forbidden']);
  });
});
