/** Calls about definitions, projects and processes that SAM clients make (spec/data-handling.md 1.2), a row each, over real HTTP, in this order. */
import { afterAll, beforeAll, expect } from 'vitest';
import { type SamServer, startSam } from '../../../test/support/sam.ts';
import { dims, JSON_ACCEPTED, type Row, testRows } from '../../../test/support/sam-rows.ts';
import { ana, raw, reco } from '../../../test/support/sam-sample.ts';

let sam: SamServer;
beforeAll(async () => {
  sam = await startSam();
  for (const json of [[raw(1), raw(2), reco], [ana]]) await sam.call('/files', { json });
});
afterAll(() => sam.stop());

const definitions: Row[] = [
  {
    what: 'create',
    path: '/definitions/create',
    call: {
      form: { defname: 'mydef', dims: 'data_tier raw', group: 'dune', user: 'alice', description: 'all raw' },
    },
    json: { defname: 'mydef', defid: expect.any(Number) },
  },
  {
    what: 'create another',
    path: '/definitions/create',
    call: { form: { defname: 'outer', dims: 'defname: mydef and run_number 6837', group: 'dune' } },
    json: { defname: 'outer' },
  },
  {
    what: 'describe, v2',
    path: '/definitions/name/mydef/describe',
    json: {
      defname: 'mydef',
      dimensions: 'data_tier raw',
      group: 'dune',
      description: 'all raw',
      username: 'alice',
    },
  },
  {
    what: 'describe, v3 and POMS',
    path: '/definitions/name/mydef',
    json: { defname: 'mydef', dimensions: 'data_tier raw' },
  },
  {
    what: 'describe as text',
    path: '/definitions/name/mydef?format=plain',
    text: /^Definition Name: mydef\n.*\n +Dimensions: data_tier raw\n$/s,
  },
  {
    what: 'expand',
    path: `/files/expand_query?${dims('defname: outer')}`,
    json: { query: expect.stringContaining('data_tier raw') },
  },
  { what: 'list', path: '/definitions/list?format=plain&defname=%25def', text: 'mydef\n' },
  {
    what: 'list as JSON',
    path: '/definitions/list?format=json&group=dune&after=2020-01-01',
    json: ['mydef', 'outer'],
  },
  { what: 'list of a user, before', path: '/definitions/list?user=alice&before=2020-01-01', text: '' },
  {
    what: 'rename a definition that others use',
    path: '/definitions/name/mydef',
    call: { method: 'PUT', form: { defname: 'mine' } },
    status: 409,
    json: { error: 'DefinitionInUse' },
  },
  {
    what: 'rename',
    path: '/definitions/name/outer',
    call: { method: 'PUT', form: { defname: 'outer2', description: 'renamed' } },
    json: { defname: 'outer2', description: 'renamed' },
  },
  { what: 'files', path: '/definitions/name/mydef/files/list?format=plain', text: 'raw1.root\nraw2.root\n' },
  { what: 'count', path: '/definitions/name/mydef/files/count', text: '2' },
  { what: 'summary', path: '/definitions/name/mydef/files/summary', json: { file_count: 2 } },
  {
    what: 'snapshot',
    path: '/definitions/name/mydef/snapshot?format=plain',
    call: { form: { group: 'dune' } },
    text: /^\d+$/,
    keep: 'snapshot',
  },
  {
    what: 'snapshot without a format',
    path: '/definitions/name/mydef/snapshot',
    call: { form: { group: 'dune', max_age: '60' }, headers: JSON_ACCEPTED },
    text: /^\d+$/,
  },
  {
    what: 'empty snapshot, not wanted',
    path: '/definitions/name/outer2/snapshot',
    call: { form: { group: 'dune', allow_empty: 'False' } },
    text: /^\d+$/,
  },
  {
    what: 'newest snapshot',
    path: '/definitions/name/mydef/snapshot?format=json',
    json: { defname: 'mydef', file_count: 2 },
  },
  {
    what: 'snapshot by id',
    path: '/definitions/snapshots/id/{snapshot}',
    json: { defname: 'mydef', snapshot_version: 1, file_count: 2 },
  },
  {
    what: 'delete a definition with a snapshot',
    path: '/definitions/name/outer2',
    call: { method: 'DELETE' },
    status: 409,
    json: { error: 'DefinitionInUse' },
  },
  {
    what: 'create one to delete',
    path: '/definitions/create',
    call: { form: { defname: 'unused', dims: 'data_tier raw' } },
    json: {},
  },
  {
    what: 'delete, as v2 does',
    path: '/definitions/name/unused?',
    call: { method: 'DELETE' },
    text: /unused/,
  },
  { what: 'deleted', path: '/definitions/name/unused', status: 404, json: { error: 'DefinitionNotFound' } },
];

const projects: Row[] = [
  {
    what: 'start',
    path: '/startProject',
    call: {
      form: { name: 'proj1', station: 'dune', group: 'dune', defname: 'mydef:force' },
      headers: JSON_ACCEPTED,
    },
    text: /\/sam\/dune\/api\/projects\/dune\/proj1$/,
    keep: 'project',
  },
  {
    what: 'start on a snapshot',
    path: '/startProject',
    call: { form: { name: 'proj2', station: 'dune', group: 'dune', snapshot_id: '{snapshot}' } },
    text: /proj2$/,
  },
  {
    what: 'find',
    path: '/findProject?name=proj1&station=dune',
    call: { headers: JSON_ACCEPTED },
    text: /\/projects\/dune\/proj1$/,
  },
  {
    what: 'list',
    path: '/projects?format=plain&name=proj%25&state=running&started_after=2020-01-01',
    text: 'proj1\nproj2\n',
  },
  { what: 'list by snapshot', path: '/projects?snapshot_id={snapshot}', text: 'proj2\n' },
  {
    what: 'describe, as POMS does',
    path: '/projects/dune/proj1/description',
    call: { form: { description: 'campaign 1' } },
    text: /./,
  },
  {
    what: 'establish',
    path: '{project}/establishProcess',
    call: {
      form: {
        appfamily: 'art',
        appname: 'reco',
        appversion: 'v1',
        node: 'vm',
        username: 'alice',
        schemas: 'root,gsiftp',
        deliverylocation: 'node1',
        description: 'job 1',
      },
      headers: JSON_ACCEPTED,
    },
    text: /^\d+$/,
    keep: 'process',
  },
  {
    what: 'next file, in the schema asked for',
    path: '{project}/process/{process}/getNextFile',
    call: { form: {} },
    text: 'root://door.example.org//dune/raw/raw1.root\nraw1.root',
  },
  {
    what: 'next file as JSON, at the other word',
    path: '{project}/processes/{process}/getNextFile',
    call: { form: {}, headers: JSON_ACCEPTED },
    json: { url: 'root://door.example.org//dune/raw/raw2.root', filename: 'raw2.root' },
  },
  {
    what: 'none left',
    path: '{project}/process/{process}/getNextFile',
    call: { form: {} },
    status: 204,
    text: '',
  },
  {
    what: 'file status, by the whole URL',
    path: '{project}/process/{process}/updateFileStatus',
    call: {
      form: { filename: 'root://door.example.org//dune/raw/raw1.root', status: 'consumed' },
      headers: JSON_ACCEPTED,
    },
    text: /./,
  },
  {
    what: 'release, as old clients do',
    path: '{project}/process/{process}/releaseFile',
    call: { form: { filename: 'raw2.root', status: 'ok' } },
    text: /./,
  },
  {
    what: 'process status by description',
    path: '{project}/process_description/job%201/status',
    call: { method: 'PUT', form: { status: 'completed' } },
    text: /./,
  },
  {
    what: 'process status, again',
    path: '/projects/name/proj1/processes/{process}/status',
    call: { method: 'PUT', form: { status: 'completed' } },
    text: /./,
  },
  {
    what: 'process status, it was bad after all',
    path: '{project}/process/{process}/status',
    call: { method: 'PUT', form: { status: 'bad' } },
    text: /./,
  },
  {
    what: 'end a process that has ended',
    path: '{project}/process/{process}/endProcess',
    call: { method: 'POST' },
    text: /./,
  },
  { what: 'recovery: all consumed', path: '/projects/name/proj1/recovery_dimensions?format=plain', text: '' },
  {
    what: 'recovery: by a bad process',
    path: '/projects/name/proj1/recovery_dimensions?useProcess=1',
    call: { headers: JSON_ACCEPTED },
    text: "snapshot_for_project_name proj1 minus (project_name proj1 and consumed_status 'co%' and consumer_process_status completed)",
  },
  {
    what: 'recovery at the URL of the project',
    path: '{project}/recovery_dimensions?useProcess=1&useFiles=0',
    text: 'snapshot_for_project_name proj1 minus (project_name proj1 and consumer_process_status completed)',
  },
  {
    what: 'summary',
    path: '/projects/name/proj1/summary',
    json: {
      project_name: 'proj1',
      project_description: 'campaign 1',
      project_status: 'running',
      dataset_def_name: 'mydef',
      dataset: 'mydef',
      files_in_snapshot: 2,
      file_counts: { consumed: 2, failed: 0, unknown: 0 },
      process_counts: { bad: 1 },
      processes: [{ status: 'bad', counts: { consumed: 2, skipped: 0 } }],
    },
  },
  {
    what: 'summary at the URL of the project, as POMS asks',
    path: '{project}/summary?process_limit=0&format=json',
    absent: ['processes'],
  },
  {
    what: 'summary as text',
    path: '/projects/name/proj1/summary?format=plain',
    text: / +Project Name: proj1\n/,
  },
  { what: 'end', path: '{project}/endProject', call: { form: { force: '1' } }, text: /./ },
  {
    what: 'ended',
    path: '/projects/name/proj1/summary',
    json: {
      project_status: 'completed',
      project_end_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
    },
  },
];

testRows(() => sam, [...definitions, ...projects], {});
