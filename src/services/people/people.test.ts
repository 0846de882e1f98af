import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDefinitionsApi, type DefinitionsApi } from '../../../test/support/definitions.ts';
import { ensureDeveloper, ensurePerson, loadPerson } from './service.ts';

let api: DefinitionsApi;
beforeAll(async () => {
  api = await createDefinitionsApi();
});
afterAll(() => api.close());

describe('people', () => {
  it('are nobody while POMS does not know them', async () => {
    expect(await loadPerson(api.database.db, 'nobody')).toBeNull();
    expect((await api.ask('nobody', 'GET', '/me')).status).toBe(401);
  });

  it('have only the active roles of active experiments', async () => {
    const { db, pool } = api.database;
    const person = await loadPerson(db, 'prod');
    expect(person).toMatchObject({ username: 'prod', root: false });
    expect([...(person?.roles ?? [])]).toEqual([['demo', 'production']]);
    await pool.query(`update membership set active = false where experimenter_id = $1`, [
      person?.experimenterId,
    ]);
    expect((await loadPerson(db, 'prod'))?.roles.size).toBe(0);
    expect((await api.ask('prod', 'GET', '/experiments/demo/campaigns')).status).toBe(403);
    await pool.query(`update membership set active = true where experimenter_id = $1`, [
      person?.experimenterId,
    ]);
    await pool.query(`update experiment set active = false where experiment = 'demo'`);
    expect((await loadPerson(db, 'prod'))?.roles.size).toBe(0);
    await pool.query(`update experiment set active = true where experiment = 'demo'`);
  });

  it('see who they are and where they have which role', async () => {
    expect((await api.ask('ann', 'GET', '/me')).body).toEqual({
      username: 'ann',
      name: 'ann',
      root: false,
      identity: 'front',
      experiments: [{ experiment: 'demo', name: 'Demonstration', role: 'analysis' }],
    });
    const { body } = await api.ask('root', 'GET', '/me');
    expect(
      body.experiments.map((one: { experiment: string; role: string }) => `${one.experiment} ${one.role}`),
    ).toEqual(['demo superuser', 'other superuser']);
    expect((await api.ask('stranger', 'GET', '/me')).body.experiments).toEqual([]);
  });

  it('are made once, whoever asks at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => ensurePerson(api.database.db, 'fresh')));
    expect(new Set(ids).size).toBe(1);
  });

  it('the developer becomes administrator with an experiment, again and again the same', async () => {
    const [one, two] = await Promise.all([
      ensureDeveloper(api.database.db, 'dev', { experiment: 'lab', name: 'Lab' }),
      ensureDeveloper(api.database.db, 'dev', { experiment: 'lab', name: 'Lab' }),
    ]);
    expect(one).toEqual(two);
    expect(one).toMatchObject({ username: 'dev', root: true });
    expect(one.roles.get('lab')).toBe('superuser');
  });
});

describe('experiments and members', () => {
  const members = '/experiments/demo/members';

  it('are made by administrators only, each name once', async () => {
    const wanted = { experiment: 'nova', name: 'NOvA' };
    const before = await api.rowCounts();
    expect((await api.ask('super', 'POST', '/experiments', wanted)).status).toBe(403);
    expect((await api.ask('root', 'POST', '/experiments', { experiment: 'No Va', name: 'x' })).status).toBe(
      400,
    );
    expect(await api.rowCounts()).toEqual(before);
    expect((await api.ask('root', 'POST', '/experiments', wanted)).status).toBe(201);
    expect((await api.ask('root', 'POST', '/experiments', wanted)).body.code).toBe('name-taken');
    const { body } = await api.ask('ann', 'GET', '/experiments');
    expect(body.items.map((one: { experiment: string }) => one.experiment)).toContain('nova');
  });

  it('are changed as a list by a superuser, on the list that was seen', async () => {
    const { items, version } = (await api.ask('ann', 'GET', members)).body;
    const stated = items.map(
      ({ username, role, active }: { username: string; role: string; active: boolean }) => ({
        username,
        role,
        active,
      }),
    );
    const wanted = [
      ...stated.filter((one: { username: string }) => one.username !== 'abe'),
      { username: 'newcomer', role: 'analysis' },
    ];
    const before = await api.rowCounts();
    for (const who of ['ann', 'shift', 'prod', 'stranger']) {
      expect([who, (await api.ask(who, 'PUT', members, { members: wanted, version })).status]).toEqual([
        who,
        403,
      ]);
    }
    const twice = [...wanted, { username: 'newcomer', role: 'production' }];
    expect((await api.ask('super', 'PUT', members, { members: twice, version })).status).toBe(400);
    expect(
      (await api.ask('super', 'PUT', members, { members: [{ username: 'x y', role: 'analysis' }], version }))
        .status,
    ).toBe(400);
    expect(await api.rowCounts()).toEqual(before);

    const changed = await api.ask('super', 'PUT', members, { members: wanted, version });
    expect(changed.status).toBe(200);
    const names = changed.body.items.map((one: { username: string }) => one.username);
    expect(names).toContain('newcomer');
    expect(names).not.toContain('abe');
    expect((await api.ask('abe', 'GET', members)).status).toBe(403);
    const stale = await api.ask('super', 'PUT', members, { members: stated, version });
    expect(stale.body).toMatchObject({ code: 'stale-version' });
    expect(stale.body.detail).toContain('was changed by super at ');
    expect(
      (await api.ask('root', 'PUT', '/experiments/none/members', { members: [], version: 'x' })).body.code,
    ).toBe('not-found');
  });
});
