/** Login setups and job types have the same life: both are tested by the same cases. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDefinitionsApi, type DefinitionsApi, QUAKES } from './support/definitions.ts';

let api: DefinitionsApi;
beforeAll(async () => {
  api = await createDefinitionsApi();
  await api.ask('prod', 'POST', '/experiments/demo/campaigns/apply', { text: QUAKES });
  const rules = ['production', 'analysis'].map((role) => ({
    role,
    hosts: ['gpvm*.example.org'],
    accounts: ['demopro', 'otherpro'],
  }));
  await api.ask('root', 'PUT', '/experiments/demo/launch-rules', { rules, version: 0 });
});
afterAll(() => api.close());

const KINDS = [
  {
    kind: 'login setup',
    url: '/experiments/demo/login-setups',
    used: 'laptop',
    fields: { host: 'gpvm01.example.org', account: 'demopro', setup: 'export A="1"\n', batchSystem: 'local' },
    other: { account: 'otherpro' },
    wrong: [
      { host: 'a; id' },
      { account: '-oProxyCommand=x' },
      { account: '' },
      { setup: 'a\0b' },
      { batchSystem: 'A B' },
    ],
  },
  {
    kind: 'job type',
    url: '/experiments/demo/job-types',
    used: 'quakes-select',
    fields: {
      launchScript: 'run "%(dataset)s"',
      parameters: [
        ['--b=', '2'],
        ['-a ', '1'],
        ['--b=', '3'],
      ],
      outputFiles: ['%.root', '%.hist'],
      recoveries: [
        { type: 'process_status', parameters: [['--retry=', '1']] },
        { type: 'added_files', parameters: [] },
      ],
    },
    other: { launchScript: 'run again', recoveries: [{ type: 'pending_files', parameters: [] }] },
    wrong: [
      { launchScript: ' ' },
      { parameters: [['a']] },
      { parameters: { a: 'b' } },
      { outputFiles: [] },
      { recoveries: [{ type: 'magic' }] },
    ],
  },
];

describe.each(KINDS)('a $kind', ({ kind, url, used, fields, other, wrong }) => {
  it('is created, shown, listed, changed, renamed and deleted, each in the audit log', async () => {
    const made = await api.ask('prod', 'POST', url, { name: 'one', ...fields });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: 'one',
      ...fields,
      version: 1,
      creator: 'prod',
      updater: null,
      stages: 0,
      active: true,
    });
    expect((await api.ask('ann', 'GET', `${url}/one`)).body).toEqual(made.body);
    const changed = await api.ask('pete', 'PUT', `${url}/one`, {
      name: 'two',
      ...fields,
      ...other,
      active: false,
      version: 1,
    });
    expect(changed.body).toMatchObject({ name: 'two', ...other, version: 2, updater: 'pete', active: false });
    expect((await api.ask('ann', 'GET', url)).body.items.map((item: { name: string }) => item.name)).toEqual([
      used,
      'two',
    ]);
    expect((await api.ask('prod', 'GET', `${url}/one`)).body.code).toBe('not-found');
    expect((await api.ask('prod', 'DELETE', `${url}/two?version=2`)).status).toBe(204);
    expect((await api.ask('prod', 'GET', `${url}/two`)).status).toBe(404);
    const log = (await api.ask('prod', 'GET', '/experiments/demo/audit?limit=3')).body.items;
    expect(log).toMatchObject([
      { actor: 'prod', action: 'remove', object: `${kind} two`, before: other, after: null },
      {
        actor: 'pete',
        action: 'change',
        object: `${kind} one`,
        before: fields,
        after: { name: 'two', ...other },
      },
      { actor: 'prod', action: 'create', object: `${kind} one`, before: null, after: fields },
    ]);
  });

  it('is saved by one of two people who save at once', async () => {
    await api.ask('prod', 'POST', url, { name: 'both', ...fields });
    const answers = await Promise.all(
      ['prod', 'pete', 'super'].map((who) =>
        api.ask(who, 'PUT', `${url}/both`, { name: 'both', ...fields, ...other, version: 1 }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const winner = answers.find(({ status }) => status === 200)?.body.updater;
    for (const { body } of answers.filter(({ status }) => status === 409)) {
      expect(body.code).toBe('stale-version');
      expect(body.detail).toContain(`by ${winner} at `);
    }
    expect((await api.ask('prod', 'DELETE', `${url}/both?version=1`)).body.code).toBe('stale-version');
    expect((await api.ask('prod', 'DELETE', `${url}/both?version=2`)).status).toBe(204);
  });

  it('has a name of its own', async () => {
    const before = await api.rowCounts();
    expect((await api.ask('prod', 'POST', url, { name: used, ...fields })).body.code).toBe('name-taken');
    expect(await api.rowCounts()).toEqual(before);
    await api.ask('prod', 'POST', url, { name: 'third', ...fields });
    expect(
      (await api.ask('prod', 'PUT', `${url}/third`, { name: used, ...fields, version: 1 })).body.code,
    ).toBe('name-taken');
    await api.ask('prod', 'DELETE', `${url}/third?version=1`);
  });

  it('is not deleted while stages or defaults use it, and keeps its users when it is renamed', async () => {
    const { version, ...now } = (await api.ask('prod', 'GET', `${url}/${used}`)).body;
    expect(now.stages).toBe(3);
    const refused = await api.ask('prod', 'DELETE', `${url}/${used}?version=${version}`);
    expect(refused.body.code).toBe('in-use');
    expect(refused.body.detail).toContain('quakes / ingest, quakes / merge, quakes / select');
    const stated = Object.fromEntries(Object.keys(fields).map((field) => [field, now[field]]));
    await api.ask('prod', 'PUT', `${url}/${used}`, { name: 'renamed', ...stated, version });
    const file = await api.ask('prod', 'GET', '/experiments/demo/campaigns/quakes/file');
    expect(file.text).toContain('renamed');
    expect(file.text).not.toContain(`name: ${used}`);
    const again = await api.ask('prod', 'POST', '/experiments/demo/campaigns/apply', { text: file.text });
    expect(again.body.changes).toEqual([]);
    await api.ask('prod', 'PUT', `${url}/renamed`, { name: used, ...stated, version: version + 1 });
  });

  it('is refused with wrong fields, naming them, and nothing is stored', async () => {
    const before = await api.rowCounts();
    for (const one of [...wrong, { name: '' }, { name: 'a/b' }, { unknown: 1 }]) {
      const answer = await api.ask('prod', 'POST', url, { name: 'bad', ...fields, ...one });
      expect([one, answer.status]).toEqual([one, 400]);
      expect(answer.body.problems.length).toBeGreaterThan(0);
    }
    expect((await api.ask('prod', 'PUT', `${url}/${used}`, { name: used, ...fields })).status).toBe(400);
    expect(
      (await api.ask('prod', 'PUT', `${url}/none`, { name: 'none', ...fields, version: 1 })).status,
    ).toBe(404);
    expect((await api.ask('prod', 'DELETE', `${url}/${used}`)).status).toBe(400);
    expect(await api.rowCounts()).toEqual(before);
  });

  it('is changed by its own role: production by production, analysis by its owner', async () => {
    const body = { name: 'anns', ...fields };
    for (const [who, status] of [
      ['shift', 403],
      ['stranger', 403],
      ['nobody', 401],
    ] as const) {
      expect([who, (await api.ask(who, 'POST', url, body)).status]).toEqual([who, status]);
    }
    expect((await api.ask('ann', 'POST', url, body)).status).toBe(201);
    const change = { ...body, version: 1 };
    for (const who of ['abe', 'shift', 'prod']) {
      expect([who, (await api.ask(who, 'PUT', `${url}/anns`, change)).status]).toEqual([who, 403]);
      expect([who, (await api.ask(who, 'DELETE', `${url}/anns?version=1`)).status]).toEqual([who, 403]);
    }
    expect(
      (await api.ask('ann', 'PUT', `${url}/${used}`, { name: used, ...fields, version: 1 })).status,
    ).toBe(403);
    expect((await api.ask('ann', 'PUT', `${url}/anns`, change)).status).toBe(200);
    expect((await api.ask('super', 'DELETE', `${url}/anns?version=2`)).status).toBe(204);
  });
});
