/** Calls about users and values that SAM clients make (spec/data-handling.md 1.2), a row each, over real HTTP, in this order. */
import { afterAll, beforeAll, expect } from 'vitest';
import { type SamServer, startSam } from '../../../test/support/sam.ts';
import { type Row, testRows } from '../../../test/support/sam-rows.ts';
import { ana, raw, reco } from '../../../test/support/sam-sample.ts';

let sam: SamServer;
beforeAll(async () => {
  sam = await startSam();
  for (const json of [[raw(1), { ...raw(2), 'Det.New': 1.5 }, reco], [ana]])
    await sam.call('/files', { json });
});
afterAll(() => sam.stop());

const SUE = { user: 'sue' };
const admin: Row[] = [
  { what: 'users', path: '/users', json: ['ann', 'pam', 'sue'] },
  {
    what: 'user',
    path: '/users/name/pam',
    json: {
      username: 'pam',
      first_name: 'Pam',
      email: 'pam@example.org',
      status: 'Active',
      groups: ['dune', 'production'],
    },
  },
  { what: 'user as text', path: '/users/name/pam?format=plain', text: /^ +Username: pam\n/ },
  { what: 'unknown user', path: '/users/name/mallory', status: 404, json: { error: 'UserNotFound' } },
  {
    what: 'add a user',
    path: '/users',
    call: { ...SUE, json: { username: 'bob', first_name: 'Bob', uid: 1 } },
    text: /bob/,
  },
  {
    what: 'add a user again',
    path: '/users',
    call: { ...SUE, json: { username: 'bob' } },
    status: 409,
    json: { error: 'UserAlreadyExists' },
  },
  { what: 'users by group', path: '/values/groups/analysis', json: ['ann', 'bob'] },
  {
    what: 'switch off a user',
    path: '/users/name/bob',
    call: { ...SUE, json: { status: 'Inactive' } },
    text: /./,
  },
  { what: 'users that are active', path: '/users', json: ['ann', 'pam', 'sue'] },
  {
    what: 'what POMS does not keep of users',
    path: '/users/name/bob',
    call: { ...SUE, json: { addgridsubject: '/CN=bob' } },
    status: 400,
    json: { error: 'BadRequest' },
  },
  {
    what: 'value types',
    path: '/values?list=generic',
    json: { data_tiers: { args: '<value>', description: 'Data tiers' } },
  },
  {
    what: 'values',
    path: '/values/data_tiers',
    json: [{ data_tier: 'ana' }, { data_tier: 'raw' }, { data_tier: 'reco' }],
  },
  { what: 'add values', path: '/values/groups', call: { form: { value: ['calib', 'sim'] } }, text: /./ },
  { what: 'groups', path: '/values/groups', json: [{ group: 'calib' }, { group: 'sim' }] },
  {
    what: 'add a value again',
    path: '/values/groups',
    call: { form: { value: ['new', 'sim'] } },
    status: 409,
    json: { error: 'AlreadyExists' },
  },
  { what: 'unknown type of values', path: '/values/colours', status: 404, json: { error: 'NotFound' } },
  {
    what: 'applications',
    path: '/values/applications?name=da%25',
    json: [{ family: 'online', name: 'daq', version: 'v1' }],
  },
  {
    what: 'add an application',
    path: '/values/applications',
    call: { form: { family: 'art', name: 'sim', version: 'v2' } },
    text: /./,
  },
  {
    what: 'parameters',
    path: '/values/parameters',
    json: [
      { name: 'Det.count', data_type: 'int' },
      { name: 'Det.Mode', data_type: 'string' },
      { name: 'Det.New', data_type: 'float' },
    ],
  },
  { what: 'values of a parameter', path: '/values/parameters/Det.count?format=json', json: [1, 2] },
  {
    what: 'values of an unknown parameter',
    path: '/values/parameters/no.such',
    status: 404,
    json: { error: 'NotFound' },
  },
  {
    what: 'add a parameter',
    path: '/values/parameters',
    call: { form: { name: 'tag', category: 'Offline', data_type: 'int' } },
    text: /./,
  },
  {
    what: 'add a parameter again',
    path: '/values/parameters',
    call: { form: { name: 'Offline.tag', data_type: 'string' } },
    status: 409,
    json: { error: 'AlreadyExists', message: expect.stringContaining('Offline.tag') },
  },
  {
    what: 'a value of the wrong type',
    path: '/files/validate_metadata',
    call: { json: { ...raw(9), 'Offline.tag': 'x' } },
    status: 400,
    json: { error: 'InvalidMetadata', message: expect.stringContaining('Offline.tag') },
  },
  { what: 'data disks', path: '/values/data_disks', json: [] },
  {
    what: 'add a data disk',
    path: '/values/data_disks',
    call: { form: { mountpoint: 'dune:/data' } },
    text: /./,
  },
  {
    what: 'data disks by their mount points',
    path: '/values/data_disks',
    json: [{ mount_point: 'dune:/data' }],
  },
];

testRows(() => sam, admin, {});
