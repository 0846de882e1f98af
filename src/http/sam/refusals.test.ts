/** What is wrong is told as SAM clients know it, by class and status, and stores nothing. Over real HTTP. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Call, type SamServer, startSam } from '../../../test/support/sam.ts';
import { ana, raw, reco } from '../../../test/support/sam-sample.ts';

let sam: SamServer;
let url: string;
let process1: string;

beforeAll(async () => {
  sam = await startSam();
  for (const json of [[raw(1), raw(2), raw(3), reco], [ana]]) await sam.call('/files', { json });
  await define('all', 'data_tier raw');
  await define('inner', 'defname: all');
  url = (await start('proj')).body;
  process1 = `${url}/process/${(await sam.call(`${url}/establishProcess`, { form: { node: 'vm' } })).body}`;
});
afterAll(() => sam.stop());

const define = (defname: string, dims: string) =>
  sam.call('/definitions/create', { form: { defname, dims, group: 'dune' } });
const start = (name: string, defname = 'all') =>
  sam.call('/startProject', { form: { name, defname, station: 'dune', group: 'dune' } });
const next = (process: string) => sam.call(`${process}/getNextFile`, { form: {} });
const report = (process: string, filename: string, status: string) =>
  sam.call(`${process}/updateFileStatus`, { form: { filename, status } });

function expectRefusal(answer: Answer, status: number, error: string): void {
  expect({ status: answer.status, type: answer.type, body: answer.json() }).toEqual({
    status,
    type: 'application/json',
    body: { error, message: expect.any(String) },
  });
}

/** How much the catalogue holds. */
async function stored(): Promise<unknown> {
  const { rows } =
    await sql`select (select count(*) from dh.file) as files, (select count(*) from dh.file_parent) as parents,
    (select max(updated) from dh.file) as updated, (select count(*) from dh.definition) as definitions,
    (select count(*) from dh.project) as projects, (select count(*) from dh.snapshot) as snapshots,
    (select count(*) from dh.lookup) as words, (select count(*) from dh.parameter) as parameters,
    (select array_agg(state order by file_id) from dh.project_file) as states`.execute(sam.database.db);
  return rows[0];
}

const count = (dims: string) => `/files/count?dims=${encodeURIComponent(dims)}`;
const file = (more: object) => ({ json: { ...raw(7), file_name: 'new.root', ...more } });
const form = (fields: Record<string, string>, method: Call['method'] = 'POST') => ({ form: fields, method });

describe('is refused, and stores nothing', () => {
  it.each<[string, string, Call, number, string]>([
    ['an unknown dimension', count('colour red'), {}, 400, 'DimensionError'],
    ['an empty query', count(''), {}, 400, 'BadRequest'],
    ['unbalanced parentheses', count('(data_tier raw'), {}, 400, 'DimensionError'],
    [
      'a forbidden combination',
      count('isancestorof: (file_name a) and isparentof: (file_name b)'),
      {},
      400,
      'ForbiddenQuery',
    ],
    [
      'a query that is too long',
      '/files/count',
      form({ dims: `file_name ${'x'.repeat(200_000)}` }),
      400,
      'DimensionError',
    ],
    [
      'a definition of an unknown one',
      '/definitions/create',
      form({ defname: 'x', dims: 'defname: none' }),
      400,
      'DimensionError',
    ],
    [
      'a definition that includes itself',
      '/definitions/create',
      form({ defname: 'me', dims: 'defname: me' }),
      400,
      'DimensionError',
    ],
    [
      'a definition that includes itself through another',
      '/definitions/create',
      form({ defname: 'inner', dims: 'defname: inner or data_tier x' }),
      400,
      'DimensionError',
    ],
    [
      'another definition of the same name',
      '/definitions/create',
      form({ defname: 'all', dims: 'data_tier x' }),
      409,
      'DefinitionAlreadyExists',
    ],
    ['a definition without a query', '/definitions/create', form({ defname: 'x' }), 400, 'BadRequest'],
    [
      'renaming to a name that is taken',
      '/definitions/name/inner',
      form({ defname: 'all' }, 'PUT'),
      409,
      'DefinitionAlreadyExists',
    ],
    [
      'deleting a definition that others use',
      '/definitions/name/all',
      { method: 'DELETE' },
      409,
      'DefinitionInUse',
    ],
    ['a duplicate file', '/files', { json: { ...raw(1), file_size: 11 } }, 409, 'FileAlreadyExists'],
    [
      'a duplicate among new ones',
      '/files',
      { json: [raw(8), { ...raw(1), file_size: 11 }] },
      409,
      'FileAlreadyExists',
    ],
    ['a file twice in one call', '/files', { json: [raw(8), raw(8)] }, 400, 'InvalidMetadata'],
    ['a missing parent', '/files', file({ parents: ['nobody.root'] }), 400, 'InvalidMetadata'],
    [
      'files that are parents of each other',
      '/files',
      {
        json: [
          { ...raw(8), parents: ['raw9.root'] },
          { ...raw(9), parents: ['raw8.root'] },
        ],
      },
      400,
      'InvalidMetadata',
    ],
    ['a size that is a text', '/files', file({ file_size: '7' }), 400, 'InvalidMetadata'],
    ['a fraction of an event', '/files', file({ event_count: 1.5 }), 400, 'InvalidMetadata'],
    ['runs that are no runs', '/files', file({ runs: 'all' }), 400, 'InvalidMetadata'],
    ['an unknown field', '/files', file({ colour: 'red' }), 400, 'InvalidMetadata'],
    ['metadata that is no object', '/files', { json: ['raw1.root'] }, 400, 'BadRequest'],
    ['metadata as a form', '/files', form({ file_name: 'x', file_size: '1' }), 400, 'BadRequest'],
    [
      'broken JSON',
      '/files',
      { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': '0' } },
      400,
      'BadRequest',
    ],
    [
      'a change that makes a file its own ancestor',
      '/files/name/raw1.root/metadata',
      { method: 'PUT', json: { parents: ['ana1.root'] } },
      400,
      'InvalidMetadata',
    ],
    [
      'a change of the name',
      '/files/name/raw1.root/metadata',
      { method: 'PUT', json: { file_name: 'y' } },
      400,
      'InvalidMetadata',
    ],
    [
      'a change that removes the size',
      '/files/name/raw1.root/metadata',
      { method: 'PUT', json: { file_size: null } },
      400,
      'InvalidMetadata',
    ],
    [
      'a change of a file that there is not',
      '/files/name/none/metadata',
      { method: 'PUT', json: { event_count: 1 } },
      404,
      'FileNotFound',
    ],
    [
      'a content status that there is not',
      '/files/name/raw1.root/content_status',
      form({ content_status: 'ugly' }, 'PUT'),
      400,
      'InvalidMetadata',
    ],
    [
      'a location of a file that there is not',
      '/files/name/none/locations',
      form({ add: '/data' }),
      404,
      'FileNotFound',
    ],
    ['a number of a file that is none', '/files/id/x/metadata', {}, 400, 'BadRequest'],
    ['a number of no file', '/files/id/99999/metadata', {}, 404, 'FileNotFound'],
    ['a lineage that there is not', '/files/name/raw1.root/lineage/cousins', {}, 400, 'BadRequest'],
    ['a project of nothing', '/startProject', form({ name: 'p' }), 400, 'BadRequest'],
    [
      'a project of an unknown definition',
      '/startProject',
      form({ name: 'p', defname: 'none' }),
      404,
      'DefinitionNotFound',
    ],
    [
      'a project of an unknown snapshot',
      '/startProject',
      form({ name: 'p', snapshot_id: '99' }),
      404,
      'SnapshotNotFound',
    ],
    [
      'another project of the same name',
      '/startProject',
      form({ name: 'proj', defname: 'inner' }),
      409,
      'ProjectAlreadyExists',
    ],
    [
      'a snapshot of a definition that there is not',
      '/definitions/name/none/snapshot',
      form({ group: 'dune' }),
      404,
      'DefinitionNotFound',
    ],
    ['a wrong time', '/projects?started_after=soon', {}, 400, 'BadRequest'],
    ['a value that is empty', '/values/groups', form({ value: '' }), 400, 'BadRequest'],
    [
      'a type of parameters that there is not',
      '/values/parameters',
      form({ name: 'a.b', data_type: 'colour' }),
      400,
      'BadRequest',
    ],
    ['a call that there is not', '/files/name/raw1.root/colour', {}, 404, 'NotFound'],
    ['a change by GET', '/definitions/create?defname=x&dims=data_tier%20raw', {}, 404, 'NotFound'],
  ])('%s', async (_what, path, call, status, error) => {
    const before = await stored();
    expectRefusal(await sam.call(path, call), status, error);
    expect(await stored()).toEqual(before);
  });
});

describe('projects and their files', () => {
  it('a file cannot be released twice in two ways; saying the same again does no harm', async () => {
    expect((await next(process1)).body).toMatch(/raw1\.root$/);
    for (let time = 0; time < 2; time += 1)
      expect((await report(process1, 'raw1.root', 'consumed')).status).toBe(200);
    const before = await stored();
    expectRefusal(await report(process1, 'raw1.root', 'skipped'), 409, 'InvalidState');
    expectRefusal(await report(process1, 'raw2.root', 'consumed'), 404, 'FileNotFound');
    expectRefusal(await report(process1, 'raw1.root', 'eaten'), 400, 'BadRequest');
    expect(await stored()).toEqual(before);
  });

  it('a client waits while others take the last files', async () => {
    await next(process1);
    const busy = await sam.database.db.startTransaction().execute();
    await sql`select 1 from dh.project_file where state = 'unassigned' for update`.execute(busy);
    const answer = await next(process1);
    await busy.rollback().execute();
    expect([answer.status, answer.headers['retry-after']]).toEqual([202, '2']);
    expect(answer.body).toMatch(/: 2\n$/);
    expect((await next(process1)).body).toMatch(/raw3\.root$/);
  });

  it('a process that ended badly is not made good', async () => {
    const status = (value: string) =>
      sam.call(`${process1}/status`, { method: 'PUT', form: { status: value } });
    expect((await status('bad')).status).toBe(200);
    expectRefusal(await status('completed'), 409, 'InvalidState');
    expectRefusal(await status('fine'), 400, 'BadRequest');
    const other = `${url}/process_description/nobody/status`;
    expectRefusal(await sam.call(other, { method: 'PUT', form: { status: 'bad' } }), 404, 'ProcessNotFound');
  });

  it('an ended project is gone', async () => {
    await sam.call(`${url}/endProject`, { form: { force: '1' } });
    const before = await stored();
    expectRefusal(await next(process1), 410, 'ProjectEnded');
    expectRefusal(await sam.call(`${url}/establishProcess`, { form: { node: 'vm' } }), 410, 'ProjectEnded');
    expect(await stored()).toEqual(before);
  });
});

describe('who may', () => {
  const as = (user: string, path: string, call: Call = {}) => sam.call(path, { ...call, user });

  it('nobody without an identity, or of another experiment', async () => {
    expectRefusal(await as('mallory', '/users'), 403, 'NoAuthorizationCredentials');
    expectRefusal(await sam.call(`http://127.0.0.1:${sam.port}/sam/nova/api/users`), 403, 'Forbidden');
  });

  it('analysis changes its own files and definitions, not those of others', async () => {
    const own = { ...raw(5), file_name: 'own.root' };
    expect((await as('ann', '/files', { json: own })).status).toBe(200);
    const change = (name: string) =>
      as('ann', `/files/name/${name}/metadata`, { method: 'PUT', json: { event_count: 1 } });
    expect((await change('own.root')).status).toBe(200);
    expectRefusal(await change('raw1.root'), 403, 'Forbidden');
    const many = { method: 'PUT', json: [{ file_name: 'own.root' }, { file_name: 'raw1.root' }] } as const;
    expectRefusal(await as('ann', '/files?continue_on_error=1', many), 403, 'Forbidden');
    expectRefusal(await as('ann', '/files/name/raw1.root/retired_date', { form: {} }), 403, 'Forbidden');
    expectRefusal(await as('ann', '/definitions/name/inner', { method: 'DELETE' }), 403, 'Forbidden');
    expectRefusal(await as('ann', '/values/groups', { form: { value: 'x' } }), 403, 'Forbidden');
    expect((await as('ann', '/files/name/own.root/retired_date', { form: {} })).status).toBe(200);
  });

  it('an administrator, but not in an experiment that there is not', async () => {
    await sql`insert into experimenter (username, root) values ('root', true)`.execute(sam.database.db);
    const origin = `http://127.0.0.1:${sam.port}/sam`;
    expect((await as('root', `${origin}/nova/api/users`)).status).toBe(200);
    const nowhere = await as('root', `${origin}/nowhere/api/files`, { json: raw(1) });
    expectRefusal(nowhere, 404, 'NotFound');
  });

  it('only a superuser adds users', async () => {
    expectRefusal(await as('pam', '/users', { json: { username: 'eve' } }), 403, 'Forbidden');
  });
});

describe('a body of 1 GB', () => {
  const GIGABYTE = 1024 ** 3;

  /** Sends until an answer comes, and tells by how much the memory of this process grew at most. */
  function sendMuch(path: string, headers: Record<string, string>) {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const before = process.memoryUsage().rss;
    let most = 0;
    return new Promise<{ status: number; type: string; body: string; sent: number; grown: number }>(
      (resolve, reject) => {
        let sent = 0;
        const call = request(`${sam.base}${path}`, { method: 'POST', headers }, (answer) => {
          let body = '';
          answer.on('data', (text) => {
            body += text;
          });
          const { 'content-type': type = '' } = answer.headers;
          call.on('finish', () =>
            resolve({ status: answer.statusCode ?? 0, type, body, sent, grown: most - before }),
          );
        });
        call.on('error', reject);
        // To the end, as clients do that read no answer before.
        const send = () => {
          most = Math.max(most, process.memoryUsage().rss);
          if (sent >= GIGABYTE) return void call.end();
          sent += piece.length;
          call.write(piece, () => setImmediate(send));
        };
        send();
      },
    );
  }

  it.each([
    ['that says how large it is', '/files', { 'content-length': String(GIGABYTE) }],
    ['in pieces', '/files', {}],
    ['as a form', '/files/count', { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('%s is refused, and memory stays flat', async (_what, path, headers) => {
    const answer = await sendMuch(path, { 'content-type': 'application/json', ...headers });
    expect([answer.status, answer.type]).toEqual([413, 'application/json']);
    expect(JSON.parse(answer.body)).toEqual({ error: 'RequestTooLarge', message: expect.any(String) });
    expect(answer.sent).toBe(GIGABYTE);
    // At most what the call takes, in pieces and put together, and what the sender itself holds.
    expect(answer.grown).toBeLessThan(200 * 1024 * 1024);
    await sleep(50);
    expect((await sam.call('/users')).status).toBe(200);
  });
});
