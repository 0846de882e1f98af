/** Calls about files that SAM clients make (spec/data-handling.md 1.2), a row each, over real HTTP, in this order. */
import { afterAll, beforeAll, expect } from 'vitest';
import { type SamServer, startSam } from '../../../test/support/sam.ts';
import { dims, JSON_ACCEPTED, type Row, testRows } from '../../../test/support/sam-rows.ts';
import { ana, raw, reco } from '../../../test/support/sam-sample.ts';

let sam: SamServer;
beforeAll(async () => {
  sam = await startSam();
});
afterAll(() => sam.stop());

const RAW = dims('data_tier raw');
const long = `file_name ${'raw1.root,'.repeat(200)}raw2.root`;

const files: Row[] = [
  { what: 'server info', path: '', json: { server: 'POMS', experiment: 'dune' } },
  { what: 'validate metadata', path: '/files/validate_metadata', call: { json: raw(1) }, text: /valid/ },
  {
    what: 'validate wrong metadata',
    path: '/files/validate_metadata',
    call: { json: { file_name: 'x' } },
    status: 400,
    json: { error: 'InvalidMetadata' },
  },
  { what: 'declare one', path: '/files', call: { json: raw(1) }, text: 'declared raw1.root\n' },
  {
    what: 'declare many',
    path: '/files',
    call: { json: [raw(2), raw(3), reco] },
    text: /declared raw3\.root/,
  },
  {
    what: 'declare with a parent as an object',
    path: '/files',
    call: { json: ana },
    text: 'declared ana1.root\n',
  },
  { what: 'list', path: `/files/list?${RAW}`, text: 'raw1.root\nraw2.root\nraw3.root\n' },
  {
    what: 'list as lines, whatever is accepted',
    path: `/files/list?${RAW}&format=plain`,
    call: { headers: JSON_ACCEPTED },
    text: 'raw1.root\nraw2.root\nraw3.root\n',
  },
  {
    what: 'list as JSON by Accept',
    path: `/files/list?${RAW}`,
    call: { headers: JSON_ACCEPTED },
    json: ['raw1.root', 'raw2.root', 'raw3.root'],
  },
  {
    what: 'list with sizes',
    path: `/files/list?${RAW}&fileinfo=1&format=plain`,
    text: /^raw1\.root \d+ 10 1\nraw2\.root \d+ 20 2\n/,
  },
  { what: 'list nothing as JSON', path: `/files/list?${dims('data_tier none')}&format=json`, json: [] },
  {
    what: 'list a long query by POST',
    path: '/files/list?format=plain',
    call: { form: { dims: long } },
    text: 'raw1.root\nraw2.root\n',
  },
  {
    what: 'parse only',
    path: `/files/list?parse_only=1&${dims('(data_tier=raw)  AND run_number 1-9')}`,
    text: 'data_tier raw and run_number 1-9\n',
  },
  {
    what: 'diagnostics',
    path: `/files/count?diagnostics=1&${RAW}`,
    text: /^Query: data_tier raw\nParsed: .*\nExpanded: /,
  },
  { what: 'count', path: `/files/count?${RAW}`, call: { headers: JSON_ACCEPTED }, text: '3' },
  { what: 'count by POST', path: '/files/count', call: { form: { dims: 'data_tier raw' } }, text: '3' },
  {
    what: 'summary',
    path: `/files/summary?${RAW}`,
    json: { file_count: 3, total_file_size: 60, total_event_count: 6 },
  },
  {
    what: 'summary by POST',
    path: '/files/summary',
    call: { form: { dims: long } },
    json: { file_count: 2 },
  },
  {
    what: 'summary as text',
    path: `/files/summary?${RAW}&format=plain`,
    text: / +File Count: 3\n +Total File Size: 60\n/,
  },
  {
    what: 'dimensions',
    path: '/files/list/dimensions?format=json&descriptions=1',
    json: expect.arrayContaining([['file_name', 'name of the file']]),
  },
  {
    what: 'locations of a query',
    path: '/files/list/locations?format=plain',
    call: { form: { dims: 'file_name raw1.root', checksums: 'True' } },
    text: 'enstore:/pnfs/dune/raw\traw1.root\tenstore:1;md5:1\nroot://door.example.org//dune/raw\traw1.root\tenstore:1;md5:1\n',
  },
  {
    what: 'locations with a path',
    path: '/files/list/locations?format=plain',
    call: { form: { dims: 'data_tier raw', filter_path: ['enstore:/pnfs', 'nfs:/x'] } },
    text: 'enstore:/pnfs/dune/raw\traw1.root\nenstore:/pnfs/dune/raw\traw2.root\nenstore:/pnfs/dune/raw\traw3.root\n',
  },
  {
    what: 'locations by schema',
    path: '/files/list/locations?format=plain',
    call: { form: { dims: 'file_name raw1.root', schema: 'root' } },
    text: 'root://door.example.org//dune/raw/raw1.root\traw1.root\n',
  },
  {
    what: 'metadata',
    path: '/files/name/raw1.root/metadata',
    json: {
      file_name: 'raw1.root',
      data_tier: 'raw',
      'Det.Mode': 'odd',
      checksum: ['enstore:1', 'md5:1'],
      runs: [[6837, 1, 'test']],
      application: { family: 'online', name: 'daq', version: 'v1' },
      content_status: 'good',
    },
  },
  {
    what: 'metadata with locations',
    path: '/files/name/raw1.root/metadata?locations=True',
    json: {
      locations: [
        {
          location: 'enstore:/pnfs/dune/raw(1@VP0001)',
          full_path: 'enstore:/pnfs/dune/raw',
          location_type: 'tape',
          label: 'VP0001',
          sequence: '1',
        },
        { location_type: 'disk' },
      ],
    },
  },
  {
    what: 'basic metadata',
    path: '/files/name/reco1.root/metadata?basic=1',
    json: { file_name: 'reco1.root', file_size: 5 },
    absent: ['parents', 'locations'],
  },
  {
    what: 'metadata as text',
    path: '/files/name/raw1.root/metadata?format=plain',
    text: /^ +File Name: raw1\.root\n.* Runs: 6837\.0001 \(test\)\n/s,
  },
  { what: 'metadata by id', path: '/files/id/{id}/metadata', json: { file_name: 'raw2.root' } },
  {
    what: 'metadata of many',
    path: '/files/metadata',
    call: { form: { file_name: ['raw1.root', 'none', 'raw3.root'], locations: '1' } },
    json: [{ file_name: 'raw1.root', locations: [{}, {}] }, { file_name: 'raw3.root' }],
  },
  {
    what: 'modify',
    path: '/files/name/raw1.root/metadata',
    call: { method: 'PUT', json: { 'Det.Mode': null, 'Det.New': 1.5, event_count: 7, data_tier: 'raw' } },
    text: /./,
  },
  {
    what: 'modified',
    path: '/files/name/raw1.root/metadata',
    json: {
      'Det.New': 1.5,
      event_count: 7,
      update_user: 'pam',
      runs: [[6837, 1, 'test']],
    },
  },
  {
    what: 'modify many',
    path: '/files?continue_on_error=True',
    call: {
      method: 'PUT',
      json: [
        { file_name: 'raw2.root', event_count: 8 },
        { file_name: 'none', event_count: 1 },
        { file_name: 'raw3.root', event_count: -1 },
      ],
    },
    json: [
      { file_name: 'raw2.root', status: 'changed' },
      { file_name: 'none', status: 'error', error: 'FileNotFound' },
      { file_name: 'raw3.root', error: 'InvalidMetadata' },
    ],
  },
  {
    what: 'modify all or none',
    path: '/files?continue_on_error=False',
    call: {
      method: 'PUT',
      json: [
        { file_name: 'raw2.root', event_count: 99 },
        { file_name: 'none', event_count: 1 },
      ],
    },
    status: 404,
    json: { error: 'FileNotFound' },
  },
  { what: 'modified none', path: '/files/name/raw2.root/metadata', json: { event_count: 8 } },
  {
    what: 'content status',
    path: '/files/name/raw3.root/content_status',
    call: { method: 'PUT', form: { content_status: 'bad' } },
    text: /./,
  },
  { what: 'bad content is not found', path: `/files/count?${RAW}`, text: '2' },
  {
    what: 'locations',
    path: '/files/name/raw1.root/locations',
    json: [
      { location: 'enstore:/pnfs/dune/raw(1@VP0001)', full_path: 'enstore:/pnfs/dune/raw' },
      { location: 'root://door.example.org//dune/raw' },
    ],
  },
  {
    what: 'add a location',
    path: '/files/name/raw1.root/locations',
    call: { form: { add: '/data/raw' } },
    text: /./,
  },
  {
    what: 'remove a location on tape',
    path: '/files/name/raw1.root/locations',
    call: { form: { remove: 'enstore:/pnfs/dune/raw(1@VP0001)' } },
    text: /./,
  },
  {
    what: 'locations of many, by GET',
    path: '/files/locations?file_name=raw1.root&file_name=none&file_id={id}',
    json: { 'raw1.root': [{ location: '/data/raw' }, {}] },
  },
  {
    what: 'locations of many, by POST',
    path: '/files/locations',
    call: { form: { file_name: ['raw1.root', 'raw2.root'] } },
    json: { 'raw2.root': [{ label: 'VP0001' }, {}] },
  },
  {
    what: 'access URL',
    path: '/files/name/raw1.root/locations/url?schema=root',
    json: ['root://door.example.org//dune/raw/raw1.root'],
  },
  {
    what: 'access URL with a prefix',
    path: '/files/name/raw1.root/locations/url?schema=file&location=/data',
    json: ['/data/raw/raw1.root'],
  },
  { what: 'parents', path: '/files/name/ana1.root/lineage/parents', json: [{ file_name: 'reco1.root' }] },
  {
    what: 'children',
    path: '/files/name/raw1.root/lineage/children',
    json: [{ file_name: 'reco1.root' }],
  },
  {
    what: 'ancestors',
    path: '/files/name/ana1.root/lineage/ancestors',
    json: [{ file_name: 'reco1.root', parents: [{ file_name: 'raw1.root' }] }],
  },
  {
    what: 'descendants',
    path: '/files/name/raw1.root/lineage/descendants',
    json: [{ file_name: 'reco1.root', children: [{ file_name: 'ana1.root' }] }],
  },
  {
    what: 'raw ancestors',
    path: '/files/name/ana1.root/lineage/rawancestors',
    json: [{ file_name: 'raw1.root' }],
  },
  {
    what: 'retire',
    path: '/files/name/reco1.root/retired_date',
    call: {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' },
    },
    text: /./,
  },
  {
    what: 'retired in the lineage',
    path: '/files/name/raw1.root/lineage/children',
    json: [{ file_name: 'reco1.root', retired: true }],
  },
];

// The numbers of files are counted from 1 in a new catalogue.
testRows(() => sam, files, { id: '2' });
