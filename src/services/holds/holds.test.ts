import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDefinitionsApi, type DefinitionsApi, QUAKES } from '../../../test/support/definitions.ts';
import { activeHold } from './active.ts';

let api: DefinitionsApi;
let place: { experiment: string; campaignId: number; stageId: number };
beforeAll(async () => {
  api = await createDefinitionsApi();
  await api.ask('prod', 'POST', '/experiments/demo/campaigns/apply', { text: QUAKES });
  const { rows } =
    await api.database.pool.query(`select experiment, campaign_id as "campaignId", stage_id as "stageId"
    from stage where name = 'merge'`);
  place = rows[0];
});
afterAll(() => api.close());

const URL = '/experiments/demo/holds';
const inForce = async () => (await activeHold(api.database.db, place))?.scope ?? null;
const scopes = async () =>
  (await api.ask('ann', 'GET', URL)).body.items.map((hold: { scope: string }) => hold.scope).sort();

describe('holds', () => {
  it('hold a stage, a campaign, an experiment or everything until each is released', async () => {
    expect(await inForce()).toBeNull();
    const stage = await api.ask('shift', 'POST', URL, {
      scope: 'stage',
      campaign: 'quakes',
      stage: 'merge',
      reason: 'r',
    });
    expect(stage.status).toBe(201);
    expect(stage.body).toMatchObject({
      campaign: 'quakes',
      stage: 'merge',
      heldBy: 'shift',
      until: null,
      released: null,
    });
    expect(await inForce()).toBe('stage');
    const campaign = await api.ask('prod', 'POST', URL, {
      scope: 'campaign',
      campaign: 'quakes',
      reason: 'r',
    });
    expect(await inForce()).toBe('campaign');
    const experiment = await api.ask('super', 'POST', URL, { scope: 'experiment', reason: 'r' });
    expect(await inForce()).toBe('experiment');
    const everything = await api.ask('root', 'POST', '/holds', { reason: 'power cut' });
    expect(await inForce()).toBe('everything');
    expect(await scopes()).toEqual(['campaign', 'everything', 'experiment', 'stage']);
    const page = await api.ask('ann', 'GET', '/experiments/demo/campaigns/quakes');
    expect(page.body.hold).toMatchObject({ scope: 'everything', reason: 'power cut', heldBy: 'root' });

    expect((await api.ask('super', 'POST', `${URL}/${everything.body.holdId}/release`)).status).toBe(404);
    const released = await api.ask('root', 'POST', `/holds/${everything.body.holdId}/release`);
    expect(released.body).toMatchObject({ releasedBy: 'root' });
    for (const { body } of [stage, campaign, experiment]) {
      expect((await api.ask('shift', 'POST', `${URL}/${body.holdId}/release`)).status).toBe(200);
    }
    expect(await inForce()).toBeNull();
    expect((await api.ask('shift', 'POST', `${URL}/${stage.body.holdId}/release`)).body.code).toBe(
      'wrong-state',
    );
    const log = (await api.ask('prod', 'GET', '/experiments/demo/audit?limit=2')).body;
    expect(log.items).toMatchObject([
      { actor: 'shift', action: 'release', object: 'hold of experiment demo' },
      { actor: 'shift', action: 'release', object: 'hold of campaign quakes' },
    ]);
    expect(
      (await api.ask('prod', 'GET', `/experiments/demo/audit?limit=500&after=${log.next}`)).body.next,
    ).toBeNull();
  });

  it('are set once at a place, and again when their time is over', async () => {
    const campaign = { scope: 'campaign', campaign: 'quakes', reason: 'r' };
    const answers = await Promise.all([1, 2, 3].map(() => api.ask('shift', 'POST', URL, campaign)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
    await api.database.pool.query(`update hold set until = now() - interval '1 s' where released is null`);
    expect(await inForce()).toBeNull();
    expect(await scopes()).toEqual([]);
    const again = await api.ask('shift', 'POST', URL, { ...campaign, until: '2999-01-01T00:00:00Z' });
    expect(again.body.until).toBe('2999-01-01T00:00:00.000Z');
    await api.ask('shift', 'POST', `${URL}/${again.body.holdId}/release`);
  });

  it('are refused without a reason, at places that are none, and for those who may not', async () => {
    const before = await api.rowCounts();
    for (const [body, status] of [
      [{ scope: 'experiment', reason: ' ' }, 400],
      [{ scope: 'experiment' }, 400],
      [{ scope: 'everything', reason: 'r' }, 400],
      [{ scope: 'experiment', campaign: 'quakes', reason: 'r' }, 400],
      [{ scope: 'campaign', reason: 'r' }, 400],
      [{ scope: 'stage', campaign: 'quakes', reason: 'r' }, 400],
      [{ scope: 'experiment', reason: 'r', until: 'soon' }, 400],
      [{ scope: 'campaign', campaign: 'none', reason: 'r' }, 404],
      [{ scope: 'stage', campaign: 'quakes', stage: 'none', reason: 'r' }, 404],
    ] as const) {
      expect([body, (await api.ask('shift', 'POST', URL, body)).status]).toEqual([body, status]);
    }
    const experiment = { scope: 'experiment', reason: 'r' };
    expect((await api.ask('ann', 'POST', URL, experiment)).status).toBe(403);
    expect((await api.ask('stranger', 'POST', URL, experiment)).status).toBe(403);
    expect((await api.ask('super', 'POST', '/holds', { reason: 'r' })).status).toBe(403);
    expect((await api.ask('ann', 'GET', '/experiments/demo/audit')).status).toBe(403);
    expect(await api.rowCounts()).toEqual(before);
  });
});

describe('tags', () => {
  it('are listed with the number of their campaigns', async () => {
    expect((await api.ask('ann', 'GET', '/experiments/demo/tags')).body.items).toEqual([
      { name: 'geology', campaigns: 1 },
      { name: 'sample', campaigns: 1 },
    ]);
  });
});
