/** Actions on jobs through the API: who may, what is refused, what is answered. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { jobActionStep } from '../../src/engine/job-actions.ts';
import { look } from '../../src/engine/monitor.ts';
import type { App } from '../../src/http/server.ts';
import { buildWeb } from '../../src/http/web.ts';
import { createWorld, NO_FAULTS, type World } from '../engine/world.ts';
import { EXPERIMENT, makeCampaign } from '../support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeSubmissions } from '../support/submissions.ts';

const SECRET = 'a secret of more than thirty-two characters';

let database: TestDatabase;
let world: World;
let app: App;
let folder: string;
let submissionId: number;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
  folder = mkdtempSync(join(tmpdir(), 'poms-web-'));
  const file = join(folder, 'secret');
  writeFileSync(file, SECRET);
  chmodSync(file, 0o600);
  const config = readConfig({ POMS_IDENTITY: 'front', POMS_FRONT_SECRET_FILE: file });
  app = await buildWeb(config, world.parts, { version: '1' });
  const campaign = await makeCampaign(database.db, 'acted', [{ name: 'one' }]);
  for (const [username, role] of [
    ['ann', 'analysis'],
    ['shift', 'production-shifter'],
  ]) {
    await database.pool.query(
      `with p as (insert into experimenter (username) values ($1) returning experimenter_id)
       insert into membership (experimenter_id, experiment, role) select experimenter_id, $2, $3 from p`,
      [username, EXPERIMENT, role],
    );
  }
  [submissionId = 0] = await makeSubmissions(database.db, campaign, 'one', 1);
  world.batch.submit(submissionId, [async () => 0, async () => 0]);
  await look(world.parts, world.batch);
});
afterAll(async () => {
  await app.close();
  await world.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

const ask = (who: string, method: 'GET' | 'POST', path: string, payload?: object) =>
  app.inject({
    method,
    url: `/api/v1/experiments/${EXPERIMENT}/job-actions${path}`,
    headers: { 'x-shib-userid': who, 'x-poms-front-secret': SECRET },
    ...(payload === undefined ? {} : { payload }),
  });

it('a shifter holds jobs and follows what became of it; a lost answer may be asked for again', async () => {
  const body = {
    action: 'hold',
    scope: { submissions: [submissionId], states: ['idle'] },
    reason: 'disk full',
    requestKey: 'k',
  };
  const preview = await ask('shift', 'POST', '/preview', { action: body.action, scope: body.scope });
  expect(preview.json()).toMatchObject({ jobs: 2, submissions: 1, firstJobs: [{}, {}] });
  const made = await ask('shift', 'POST', '', body);
  expect(made.statusCode).toBe(201);
  expect(made.json()).toMatchObject({ state: 'queued', requestedBy: 'shift', parts: 1 });
  expect((await ask('shift', 'POST', '', body)).json().jobActionId).toBe(made.json().jobActionId);
  await jobActionStep(world.parts, 'test', world.batch);
  const view = await ask('ann', 'GET', `/${made.json().jobActionId}`);
  expect(view.json()).toMatchObject({ state: 'done', accepted: 2, partList: [{ submissionId }] });
  const list = await ask('ann', 'GET', `?submission=${submissionId}&state=done`);
  expect(list.json().items).toHaveLength(1);
  expect((await ask('ann', 'GET', '/999')).statusCode).toBe(404);
});

it('an analysis user does not touch what belongs to production', async () => {
  const body = { action: 'remove', scope: { submissions: [submissionId] }, reason: 'mine' };
  for (const path of ['/preview', ''])
    expect(
      (await ask('ann', 'POST', path, path === '' ? body : { ...body, reason: undefined })).json(),
    ).toMatchObject({
      status: 403,
      code: 'not-allowed',
    });
});

it.each([
  ['no scope', { action: 'hold', scope: {}, reason: 'r' }],
  ['a stage without its campaign', { action: 'hold', scope: { stage: 'one' }, reason: 'r' }],
  ['no reason to hold', { action: 'hold', scope: { campaign: 'acted' } }],
  ['no reason to remove', { action: 'remove', scope: { campaign: 'acted' }, reason: ' ' }],
  ['a status for single jobs', { action: 'remove', as: 'Cancelled', scope: { jobs: [1] }, reason: 'r' }],
  ['a status for held jobs', { action: 'hold', as: 'Cancelled', scope: { campaign: 'acted' }, reason: 'r' }],
  ['a batch id without its system', { action: 'release', scope: { batchIds: ['123.0'] } }],
  ['a condition that does not exist', { action: 'release', scope: { campaign: 'acted', user: 'x' } }],
  ['a state that does not exist', { action: 'release', scope: { states: ['paused'] } }],
  ['a reason that no database can keep', { action: 'release', scope: { reason: 'a\0b' } }],
])('is refused: %s', async (_what, body) => {
  const before = await database.pool.query('select count(*)::integer as n from job_action');
  expect((await ask('shift', 'POST', '', body)).json()).toMatchObject({ status: 400, code: 'bad-request' });
  expect((await database.pool.query('select count(*)::integer as n from job_action')).rows).toEqual(
    before.rows,
  );
});
