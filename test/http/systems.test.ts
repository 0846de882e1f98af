/** Outside systems through the API: data handlings with what was seen of them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createSam } from '../../src/connectors/data/sam/sam.ts';
import { localUsername } from '../../src/connectors/identity/developer.ts';
import { buildWeb } from '../../src/http/web.ts';
import { ensureDeveloper } from '../../src/services/people/service.ts';
import { createWorld, NO_FAULTS, type World } from '../engine/world.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
  await ensureDeveloper(database.db, localUsername());
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

it('tells which data handlings there are, and which are away since when', async () => {
  const link = { ca: null, certificate: null, key: null, tokenFile: null, timeoutSeconds: 1 };
  // Nobody listens there.
  const sam = createSam({ name: 'far', url: 'http://127.0.0.1:9/sam/dune/api', group: null, ...link });
  const dataHandlings = new Map([...world.parts.dataHandlings, [sam.name, sam]]);
  const app = await buildWeb(readConfig({}), { ...world.parts, dataHandlings }, { version: '1' });
  const view = async () => {
    const answer = await app.inject({ url: '/api/v1/systems', headers: { host: 'localhost' } });
    expect(answer.statusCode, answer.body).toBe(200);
    return (answer.json() as { dataHandlings: unknown[] }).dataHandlings;
  };
  expect(await view()).toEqual([
    { name: 'catalogue', language: 'sam', link: null },
    { name: 'far', language: 'sam', link: null },
  ]);
  await expect(sam.count('dune', 'data_tier raw')).rejects.toMatchObject({ code: 'outside-system' });
  expect((await view())[1]).toMatchObject({
    name: 'far',
    link: { reachable: false, problem: expect.stringMatching(/./), nextTry: expect.stringMatching(/Z$/) },
  });
  await app.close();
});
