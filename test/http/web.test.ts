/** The web server as a whole: who gets in, what every route declares, and what it tells of itself. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { App } from '../../src/http/server.ts';
import { buildWeb } from '../../src/http/web.ts';
import { ensureDeveloper, ensurePerson } from '../../src/services/people/service.ts';
import { workScript } from '../engine/scripts.ts';
import { createWorld, NO_FAULTS, type World } from '../engine/world.ts';
import { EXPERIMENT, makeCampaign } from '../support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const SECRET = 'a secret of more than thirty-two characters';

let database: TestDatabase;
let world: World;
let folder: string;
let front: App;
let developer: App;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, workScript({ bad: new Set(), generated: 1 }));
  folder = mkdtempSync(join(tmpdir(), 'poms-web-'));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, SECRET);
  chmodSync(secretFile, 0o600);
  front = await buildWeb(
    readConfig({ POMS_IDENTITY: 'front', POMS_FRONT_SECRET_FILE: secretFile }),
    world.parts,
    { version: '1' },
  );
  developer = await buildWeb(readConfig({}), world.parts, { version: '1' });
  await ensureDeveloper(database.db, 'alice');
});

afterAll(async () => {
  await front.close();
  await developer.close();
  await world.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

const asAlice = { 'x-shib-userid': 'alice', 'x-poms-front-secret': SECRET };

describe('nobody gets in who should not', () => {
  it('every call of the API refuses a request without identity', async () => {
    const document = (await front.inject({ url: '/api/v1/openapi.json', headers: asAlice })).json();
    const calls = Object.entries(document.paths as Record<string, Record<string, unknown>>).flatMap(
      ([path, methods]) =>
        Object.keys(methods).map((method) => ({
          method: method.toUpperCase(),
          url: path.replace(/\{[^}]+\}/g, '1'),
        })),
    );
    expect(calls.length).toBeGreaterThan(40);
    const open = ['/healthz', '/readyz', '/api/v1/schemas/campaign.json'];
    for (const call of calls.filter(({ url }) => !open.includes(url))) {
      const answer = await front.inject({ method: call.method as 'GET', url: call.url });
      const expected = call.url.startsWith('/sam/') ? 403 : 401;
      expect(answer.statusCode, `${call.method} ${call.url}`).toBe(expected);
    }
  });

  it.each([
    ['no secret', { 'x-shib-userid': 'alice' }],
    ['a wrong secret', { 'x-shib-userid': 'alice', 'x-poms-front-secret': 'x'.repeat(43) }],
    ['no user', { 'x-poms-front-secret': SECRET }],
    ['an empty variable of Apache', { 'x-shib-userid': '(null)', 'x-poms-front-secret': SECRET }],
    ['an unknown user', { 'x-shib-userid': 'mallory', 'x-poms-front-secret': SECRET }],
  ])('the front: %s is nobody', async (_what, headers) => {
    const answer = await front.inject({ url: '/api/v1/me', headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'not-signed-in' });
  });

  it('the front: a known user with the secret is that user', async () => {
    const answer = await front.inject({ url: '/api/v1/me', headers: asAlice });
    expect(answer.json()).toMatchObject({ username: 'alice', identity: 'front' });
  });

  it('developer mode refuses a page whose name was pointed at this machine', async () => {
    expect(
      (await developer.inject({ url: '/api/v1/me', headers: { host: 'evil.example:8080' } })).statusCode,
    ).toBe(401);
  });

  it.each([
    ['POMS_IDENTITY=front on a port without a secret', { POMS_IDENTITY: 'front' }],
    ['developer mode for other machines', { POMS_LISTEN: '0.0.0.0:8080' }],
    ['developer mode on a socket', { POMS_LISTEN: 'unix:/tmp/poms.sock' }],
  ])('refuses to start: %s', async (_what, settings) => {
    await expect(buildWeb(readConfig(settings), world.parts, { version: '1' })).rejects.toMatchObject({
      code: 'bad-setting',
    });
  });

  it.each([
    ['a form of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another origin, told by an old browser', { origin: 'https://evil.example' }],
  ])('a change is refused from %s', async (_what, headers) => {
    const answer = await developer.inject({
      method: 'POST',
      url: '/api/v1/experiments/demo/launches',
      headers: { host: '127.0.0.1:8080', ...headers },
      payload: { campaign: 'x' },
    });
    expect(answer.json()).toMatchObject({ status: 403, code: 'cross-origin' });
  });
});

describe('errors are for people', () => {
  const get = (url: string) => front.inject({ url, headers: asAlice });

  it('an unknown call says so as a problem document', async () => {
    const answer = await get('/api/v1/nonsense');
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('a wrong value is named', async () => {
    const answer = await get('/api/v1/experiments/demo/submissions?limit=many');
    expect(answer.json()).toMatchObject({ status: 400, code: 'bad-request' });
    expect(answer.json().detail).toContain('limit');
  });

  it.each([
    ['submissions/999', 'submission 999'],
    ['jobs/999', 'job 999'],
    ['launches/999', 'launch 999'],
    ['campaigns/none', 'campaign none'],
  ])('what is not there is named: %s', async (path, words) => {
    const answer = await get(`/api/v1/experiments/demo/${path}`);
    expect(answer.json()).toMatchObject({ status: 404, code: 'not-found' });
    expect(answer.json().detail).toContain(words);
  });
});

describe('health', () => {
  it('is alive and ready without an identity', async () => {
    expect((await front.inject('/healthz')).json()).toEqual({ alive: true });
    expect((await front.inject('/readyz')).json()).toEqual({ ready: true, problems: [] });
  });
});

describe('launch rules', () => {
  it('are looked at again when a launch is made: by the role and owner of its stage', async () => {
    const campaign = await makeCampaign(database.db, 'placed', [{ name: 'one', launchScript: 'run' }]);
    const ask = (path: string) =>
      front.inject({
        method: 'POST',
        url: `/api/v1/experiments/${EXPERIMENT}/${path}`,
        headers: asAlice,
        payload: { campaign: 'placed' },
      });
    const launches = async () => {
      const { rows } = await database.pool.query(
        'select count(*)::integer as n from launch where campaign_id = $1',
        [campaign.campaignId],
      );
      return rows[0].n;
    };
    world.parts.settings.openLocalHost = false;
    try {
      for (const path of ['launches/preview', 'launches']) {
        expect((await ask(path)).json()).toMatchObject({ status: 403, code: 'place-not-allowed' });
      }
      expect(await launches()).toBe(0);
      await front.inject({
        method: 'PUT',
        url: `/api/v1/experiments/${EXPERIMENT}/launch-rules`,
        headers: asAlice,
        payload: { rules: [{ role: 'production', hosts: ['local'], accounts: ['me'] }], version: 0 },
      });
      expect((await ask('launches')).statusCode).toBe(201);
      // A stage of an analysis user does not run as the production account, whoever launches it.
      await database.pool.query(`update stage set creator_role = 'analysis' where campaign_id = $1`, [
        campaign.campaignId,
      ]);
      expect((await ask('launches')).json()).toMatchObject({ code: 'place-not-allowed' });
      expect(await launches()).toBe(1);
    } finally {
      world.parts.settings.openLocalHost = true;
    }
  });
});

describe('a shifter', () => {
  it('may launch, but not add shell text to the command of the stage', async () => {
    await makeCampaign(database.db, 'shifted', [{ name: 'one', launchScript: 'run' }]);
    const experimenterId = await ensurePerson(database.db, 'shifty');
    await database.db
      .insertInto('membership')
      .values({ experimenterId, experiment: EXPERIMENT, role: 'production-shifter' })
      .execute();
    const launch = (parameters: [string, string][]) =>
      front.inject({
        method: 'POST',
        url: `/api/v1/experiments/${EXPERIMENT}/launches`,
        headers: { 'x-shib-userid': 'shifty', 'x-poms-front-secret': SECRET },
        payload: { campaign: 'shifted', parameters },
      });
    expect((await launch([['; id', '']])).json()).toMatchObject({ code: 'not-allowed' });
    expect((await launch([])).statusCode).toBe(201);
  });
});
