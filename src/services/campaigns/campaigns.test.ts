import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDefinitionsApi, type DefinitionsApi, QUAKES } from '../../../test/support/definitions.ts';

let api: DefinitionsApi;
beforeAll(async () => {
  api = await createDefinitionsApi();
});
afterAll(() => api.close());

const URL = '/experiments/demo/campaigns';
const named = (name: string) => QUAKES.replace('name: quakes\n', `name: ${name}\n`);
const apply = (who: string, text: string, more: object = {}) =>
  api.ask(who, 'POST', `${URL}/apply`, { text, ...more });

describe('applying a campaign file', () => {
  it('shows the changes without storing any, then stores them, then finds no difference', async () => {
    const before = await api.rowCounts();
    const shown = await apply('prod', QUAKES, { dryRun: true });
    expect(shown.status).toBe(200);
    expect(shown.body).toMatchObject({ campaign: 'quakes', applied: false, version: null, warnings: [] });
    expect(
      shown.body.changes.map((change: { kind: string; name: string }) => `${change.kind} ${change.name}`),
    ).toEqual([
      'login setup laptop',
      'job type quakes-select',
      'campaign quakes',
      'tag geology',
      'tag sample',
      'stage ingest',
      'stage select',
      'stage merge',
      'dependency ingest → select',
      'dependency select → merge',
    ]);
    expect(await api.rowCounts()).toEqual(before);

    const stored = await apply('prod', QUAKES);
    expect(stored.body).toMatchObject({ applied: true, version: 1, changes: shown.body.changes });
    const again = await apply('prod', QUAKES);
    expect(again.body).toMatchObject({ applied: true, version: 1, changes: [] });
  });

  it('exports a file that changes nothing when it is applied', async () => {
    const exported = await api.ask('prod', 'GET', `${URL}/quakes/file`);
    expect(exported.status).toBe(200);
    expect(exported.text).toContain('split: nfiles(10)');
    expect((await apply('prod', exported.text)).body.changes).toEqual([]);
  });

  it('gives the page of the campaign with what stages took from the defaults', async () => {
    const { body } = await api.ask('shift', 'GET', `${URL}/quakes`);
    expect(body).toMatchObject({
      name: 'quakes',
      creator: 'prod',
      tags: ['geology', 'sample'],
      keywords: { tune: 'G18' },
      positions: { select: { x: 10, y: 20 } },
      version: 1,
      hold: null,
      lastActivity: null,
      jobs: { idle: 0 },
    });
    expect(body.stages).toMatchObject([
      {
        name: 'ingest',
        leading: true,
        loginSetup: 'laptop',
        completionPct: 90,
        inherits: ['loginSetup', 'softwareVersion', 'completionPct'],
      },
      { name: 'select', leading: false, split: 'nfiles(10)', parameters: [], submissions: { running: 0 } },
      { name: 'merge', leading: false, completionType: 'complete', completionPct: 33.33 },
    ]);
    expect(body.dependencies).toEqual([
      { from: 'ingest', to: 'select', files: ['%.ndjson'], split: true, wait: 'each' },
      { from: 'select', to: 'merge', files: ['%'], split: false, wait: 'all' },
    ]);
  });

  it('names each field that changes, and leaves editor positions that the file does not state', async () => {
    const text = QUAKES.replace('split: nfiles(10), position: {x: 10, y: 20}', 'split: nfiles(20)');
    const { body } = await apply('prod', text, { version: 1 });
    expect(body.changes).toEqual([
      {
        what: 'change',
        kind: 'stage',
        name: 'select',
        field: 'split',
        before: 'nfiles(10)',
        after: 'nfiles(20)',
      },
    ]);
    const page = await api.ask('prod', 'GET', `${URL}/quakes`);
    expect(page.body).toMatchObject({ version: 2, updater: 'prod', positions: { select: { x: 10, y: 20 } } });
    expect(page.body.stages.map((stage: { version: number }) => stage.version)).toEqual([1, 2, 1]);
    await apply('prod', QUAKES);
  });

  it('refuses a save on a stale version, telling who saved', async () => {
    const page = await api.ask('prod', 'GET', `${URL}/quakes`);
    const { version } = page.body;
    const [one, other] = await Promise.all([
      apply('prod', QUAKES.replace('Earthquakes', 'by prod'), { version }),
      apply('pete', QUAKES.replace('Earthquakes', 'by pete'), { version }),
    ]);
    const statuses = [one.status, other.status].sort();
    expect(statuses).toEqual([200, 409]);
    const [winner, loser] = one.status === 200 ? ['prod', other] : ['pete', one];
    expect(loser.body.code).toBe('stale-version');
    expect(loser.body.detail).toContain(`was changed by ${winner} at `);
    const after = await api.ask('prod', 'GET', `${URL}/quakes`);
    expect(after.body).toMatchObject({ version: version + 1, description: `by ${winner}` });
    await apply('prod', QUAKES);
  });

  it('does one after the other what two people apply at once without a version', async () => {
    const texts = [1, 2, 3, 4].map((n) => named('busy').replace('Earthquakes', `text ${n}`));
    const answers = await Promise.all(texts.map((text, i) => apply(i % 2 ? 'prod' : 'pete', text)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(answers.map((answer) => answer.body.version).sort()).toEqual([1, 2, 3, 4]);
  });

  it('removes stages that were never launched, and refuses to lose those that were', async () => {
    const shorter = named('shrinking')
      .replace(/ {2}- \{name: merge.*\n/, '')
      .replace(/ {2}- \{from: select.*\n/, '');
    await apply('prod', named('shrinking'));
    const removed = await apply('prod', shorter);
    expect(removed.body.changes).toEqual([
      { what: 'remove', kind: 'stage', name: 'merge' },
      { what: 'remove', kind: 'dependency', name: 'select → merge' },
    ]);
    await apply('prod', named('shrinking'));
    await api.database.pool.query(`
      insert into launch (launch_id, run_id, stage_id, campaign_id, experiment, cause, cause_key, requested_by)
      overriding system value
      select 900001, 900001, stage_id, campaign_id, experiment, 'manual', 'x', creator_id from stage
      where name = 'merge' and campaign_id = (select campaign_id from campaign where name = 'shrinking')`);
    const before = await api.rowCounts();
    const refused = await apply('prod', shorter.replace('Earthquakes', 'changed'));
    expect(refused).toMatchObject({ status: 409, body: { code: 'in-use' } });
    expect(refused.body.detail).toContain('merge');
    expect(await api.rowCounts()).toEqual(before);
    expect((await api.ask('prod', 'DELETE', `${URL}/shrinking?version=3`)).body.code).toBe('in-use');
  });

  it('begins a split again when other slices make its place meaningless, and says so', async () => {
    await apply('prod', named('splitting'));
    const cursorOf = async () => {
      const { rows } =
        await api.database.pool.query(`select s.split_cursor as place, s.split_epoch as epoch from stage s
        join campaign c using (campaign_id) where c.name = 'splitting' and s.name = 'select'`);
      return rows[0];
    };
    await api.database.pool.query(`update stage set split_cursor = '3' where name = 'select'
      and campaign_id = (select campaign_id from campaign where name = 'splitting')`);
    const shown = await apply('prod', named('splitting').replace('nfiles(10)', 'nfiles(50)'), {
      dryRun: true,
    });
    expect(shown.body.warnings).toEqual([
      'Stage select begins at its first slice again: its split changes from nfiles(10) to nfiles(50).',
    ]);
    expect(await cursorOf()).toEqual({ place: 3, epoch: 0 });
    await apply('prod', named('splitting').replace('v1', 'v2'));
    expect(await cursorOf()).toEqual({ place: 3, epoch: 0 });
    await apply('prod', named('splitting').replace('nfiles(10)', 'nfiles(50)'));
    expect(await cursorOf()).toEqual({ place: null, epoch: 1 });
  });
});

describe('who may change campaigns', () => {
  it('lets production and superusers, keeps shifters and strangers out, and analysis to its own', async () => {
    const before = await api.rowCounts();
    for (const who of ['shift', 'stranger', 'nobody']) {
      const answer = await apply(who, named('mine'));
      expect([who, answer.status]).toEqual([who, who === 'nobody' ? 401 : 403]);
    }
    expect((await apply('ann', QUAKES.replace('Earthquakes', 'hers'))).body.detail).toContain(
      'belongs to production',
    );
    const asProduction = await apply('ann', named('mine'));
    expect(asProduction.body.code).toBe('bad-campaign');
    expect(asProduction.body.detail).toContain('stages.ingest.voRole');
    expect(await api.rowCounts()).toEqual(before);

    const own = named('mine').replace('softwareVersion: v1', 'softwareVersion: v1\n  voRole: analysis');
    expect((await apply('ann', own)).status).toBe(200);
    expect((await apply('abe', own.replace('Earthquakes', 'his'))).body.detail).toContain('somebody else');
    expect((await apply('prod', own.replace('Earthquakes', 'his'))).status).toBe(403);
    expect((await apply('super', own.replace('Earthquakes', 'theirs'))).status).toBe(200);
  });

  it('does not let analysis change a job type of production through a file', async () => {
    const own = named('trojan').replace('softwareVersion: v1', 'softwareVersion: v1\n  voRole: analysis');
    const before = await api.rowCounts();
    const answer = await apply('ann', own.replace('select.sh', 'evil.sh'));
    expect(answer).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect(await api.rowCounts()).toEqual(before);
  });

  it('shows nothing of an experiment to who is not in it', async () => {
    expect((await api.ask('stranger', 'GET', URL)).status).toBe(403);
    expect((await api.ask('prod', 'GET', '/experiments/other/campaigns')).status).toBe(403);
    expect((await api.ask('root', 'GET', '/experiments/other/campaigns')).body.items).toEqual([]);
  });
});

describe('changing a campaign without its file', () => {
  it('renames, describes, tags and retires it, each on the version it was made on', async () => {
    await apply('prod', named('old'));
    const patch = { name: 'new', description: 'd', active: false, tags: ['b', 'a', 'b'], version: 1 };
    const { body } = await api.ask('pete', 'PATCH', `${URL}/old`, patch);
    expect(body).toMatchObject({
      name: 'new',
      description: 'd',
      active: false,
      tags: ['a', 'b'],
      version: 2,
    });
    expect((await api.ask('pete', 'PATCH', `${URL}/new`, { active: true, version: 1 })).body.code).toBe(
      'stale-version',
    );
    expect((await api.ask('pete', 'PATCH', `${URL}/new`, { name: 'quakes', version: 2 })).body.code).toBe(
      'name-taken',
    );
    expect((await api.ask('pete', 'PATCH', `${URL}/new`, { nam: 'x', version: 2 })).status).toBe(400);
    expect((await api.ask('ann', 'PATCH', `${URL}/new`, { active: true, version: 2 })).status).toBe(403);
    expect((await api.ask('pete', 'GET', `${URL}/old`)).body.code).toBe('not-found');
    expect((await api.ask('pete', 'DELETE', `${URL}/new?version=2`)).status).toBe(204);
    expect((await api.ask('pete', 'GET', `${URL}/new`)).status).toBe(404);
    const log = await api.ask('prod', 'GET', '/experiments/demo/audit?object=campaign%20new');
    expect(log.body.items).toMatchObject([
      { actor: 'pete', action: 'remove', before: { name: 'new', tags: ['a', 'b'] } },
    ]);
  });
});

describe('the published schema', () => {
  it('is JSON Schema that knows the keys of a stage', async () => {
    const { body } = await api.ask('nobody', 'GET', '/schemas/campaign.json');
    expect(body.$schema).toContain('json-schema.org');
    expect(body.required).toEqual(['apiVersion', 'kind', 'name', 'stages']);
    expect(body.properties.stages.items.additionalProperties).toBe(false);
    expect(Object.keys(body.properties.stages.items.properties)).toContain('mergeOverrides');
  });
});

describe('the OpenAPI document', () => {
  it('describes every route of definitions, with the key names of what they answer', async () => {
    const { paths = {} } = api.app.swagger() as { paths?: Record<string, unknown> };
    const urls = Object.keys(paths);
    expect(urls).toContain('/api/v1/experiments/{experiment}/campaigns/apply');
    expect(urls).toContain('/api/v1/experiments/{experiment}/holds/{id}/release');
    expect(JSON.stringify(paths['/api/v1/experiments/{experiment}/campaigns/{name}'])).toContain(
      'outputAncestorDepth',
    );
  });
});
