import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDefinitionsApi, type DefinitionsApi } from '../../test/support/definitions.ts';

let api: DefinitionsApi;
beforeAll(async () => {
  api = await createDefinitionsApi();
});
afterAll(() => api.close());

describe('a value that the database cannot keep', () => {
  it.each([
    ['GET', 'job-types/%00'],
    ['GET', 'campaigns/a%00b'],
    ['GET', 'campaigns?tag=%00'],
    ['GET', 'audit?object=%00'],
    ['POST', 'holds/99999999999/release'],
  ] as const)('is the fault of the request, not of POMS: %s %s', async (method, url) => {
    const answer = await api.ask('prod', method, `/experiments/demo/${url}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'bad-request']);
  });
});
