import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDefinitionsApi, type DefinitionsApi, QUAKES } from '../../../test/support/definitions.ts';

const URL = '/experiments/demo/launch-rules';
const SETUPS = '/experiments/demo/login-setups';
const PRODUCTION = { role: 'production', hosts: ['demogpvm*.example.org'], accounts: ['demopro'] };
const ANALYSIS = {
  role: 'analysis',
  hosts: ['shared.example.org'],
  accounts: ['%(experimenter)s', 'demoana'],
};

let api: DefinitionsApi;
beforeAll(async () => {
  api = await createDefinitionsApi({ openLocalHost: false });
});
afterAll(() => api.close());

const version = async () => (await api.ask('ann', 'GET', URL)).body.version as number;
const state = async (who: string, rules: unknown[]) =>
  api.ask(who, 'PUT', URL, { rules, version: await version() });

describe('launch rules', () => {
  it('are none to begin with, and then nothing may be launched anywhere', async () => {
    expect((await api.ask('ann', 'GET', URL)).body).toEqual({
      rules: [],
      version: 0,
      updater: null,
      updated: null,
    });
    const setup = { name: 'one', host: 'local', account: 'demopro' };
    const refused = await api.ask('super', 'POST', SETUPS, setup);
    expect([refused.status, refused.body.code]).toEqual([403, 'place-not-allowed']);
    expect(refused.body.detail).toContain('allow nothing');
  });

  it('are stated by superusers, on the version they saw, each time in the audit log', async () => {
    for (const who of ['ann', 'shift', 'prod']) {
      expect([who, (await state(who, [PRODUCTION])).status]).toEqual([who, 403]);
    }
    expect((await api.ask('stranger', 'GET', URL)).status).toBe(403);
    const first = await api.ask('super', 'PUT', URL, { rules: [PRODUCTION], version: 0 });
    expect(first.body).toMatchObject({ rules: [PRODUCTION], version: 1, updater: 'super' });
    const second = await api.ask('super', 'PUT', URL, { rules: [PRODUCTION, ANALYSIS], version: 1 });
    expect(second.body).toMatchObject({ rules: [PRODUCTION, ANALYSIS], version: 2 });
    for (const seen of [0, 1, 3]) {
      const stale = await api.ask('super', 'PUT', URL, { rules: [], version: seen });
      expect([stale.status, stale.body.code]).toEqual([409, 'stale-version']);
      expect(stale.body.detail).toContain('by super');
    }
    const log = (await api.ask('prod', 'GET', '/experiments/demo/audit?limit=2')).body.items;
    expect(log).toMatchObject([
      { actor: 'super', object: 'launch rules of demo', before: [PRODUCTION], after: [PRODUCTION, ANALYSIS] },
      { actor: 'super', object: 'launch rules of demo', before: [], after: [PRODUCTION] },
    ]);
  });

  it('are stored once when two people state the first ones at once', async () => {
    const other = '/experiments/other/launch-rules';
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.ask('root', 'PUT', other, { rules: [], version: 0 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(
      (await api.ask('root', 'PUT', '/experiments/none/launch-rules', { rules: [], version: 0 })).status,
    ).toBe(404);
  });

  it('reach beyond the experiment only by an administrator, whose rules a superuser may keep', async () => {
    const here = { role: 'production', hosts: ['local'], accounts: ['demopro'] };
    const foreign = { ...PRODUCTION, accounts: ['otherpro'] };
    for (const rule of [here, foreign]) {
      const refused = await state('super', [PRODUCTION, ANALYSIS, rule]);
      expect([refused.status, refused.body.code]).toEqual([403, 'not-allowed']);
      expect(refused.body.detail).toContain('administrator');
    }
    expect((await state('root', [PRODUCTION, ANALYSIS, here])).status).toBe(200);
    expect((await state('super', [here, PRODUCTION, ANALYSIS])).status).toBe(200);
    expect((await state('super', [PRODUCTION, ANALYSIS])).status).toBe(200);
  });

  it.each([
    ['a role that is none', { ...PRODUCTION, role: 'shifter' }],
    ['no host', { ...PRODUCTION, hosts: [] }],
    ['two stars in a part', { ...PRODUCTION, hosts: ['a*b*c'] }],
    ['an empty part', { ...PRODUCTION, hosts: ['a..b'] }],
    ['an option as host', { ...PRODUCTION, hosts: ['a b'] }],
    ['an option as account', { ...PRODUCTION, accounts: ['-l'] }],
    ["production with a person's own account", { ...PRODUCTION, accounts: ['%(experimenter)s'] }],
    ['a field that is none', { ...PRODUCTION, ports: [22] }],
  ])('are refused with %s', async (_what, rule) => {
    const refused = await state('root', [rule]);
    expect([refused.status, refused.body.code]).toEqual([400, 'bad-request']);
  });
});

describe('a login setup', () => {
  beforeAll(() => state('root', [PRODUCTION, ANALYSIS]));

  it('is saved by production with the accounts of the experiment, by analysis with its own', async () => {
    const save = async (who: string, account: string, host: string) => {
      const name = `${who} as ${account}`;
      return (await api.ask(who, 'POST', SETUPS, { name, host, account })).status;
    };
    expect(await save('prod', 'demopro', 'demogpvm02.example.org')).toBe(201);
    expect(await save('prod', 'demoana', 'shared.example.org')).toBe(201);
    expect(await save('prod', 'prod', 'shared.example.org')).toBe(403);
    expect(await save('prod', 'root', 'demogpvm02.example.org')).toBe(403);
    expect(await save('ann', 'ann', 'shared.example.org')).toBe(201);
    expect(await save('ann', 'abe', 'shared.example.org')).toBe(403);
    expect(await save('ann', 'demopro', 'demogpvm02.example.org')).toBe(403);
    expect(await save('root', 'me', 'local')).toBe(403);
  });

  it('is changed within the rules of its owner, whoever changes it', async () => {
    const url = `${SETUPS}/ann as ann`;
    const change = { name: 'ann as ann', host: 'shared.example.org', account: 'ann', version: 1 };
    const refused = await api.ask('super', 'PUT', url, { ...change, account: 'demopro' });
    expect(refused.body.code).toBe('place-not-allowed');
    expect((await api.ask('super', 'PUT', url, { ...change, setup: 'export A=1' })).body.version).toBe(2);
  });

  it('in a campaign file is checked like all else, with its place in the file', async () => {
    const refused = await api.ask('prod', 'POST', '/experiments/demo/campaigns/apply', { text: QUAKES });
    expect([refused.status, refused.body.code]).toEqual([422, 'bad-campaign']);
    expect(refused.body.problems).toMatchObject([
      { path: expect.stringContaining('loginSetups'), problem: expect.stringContaining('as me on local') },
    ]);
    const text = QUAKES.replace('host: local, account: me', 'host: demogpvm01.example.org, account: demopro');
    expect((await api.ask('prod', 'POST', '/experiments/demo/campaigns/apply', { text })).status).toBe(200);
  });
});
