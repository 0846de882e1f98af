/** Lineage of files, and lists of definitions, in a real database. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { declareAll, EXPERIMENT, smallProduction } from './test-data.ts';

let database: TestDatabase;
let catalogue: Catalogue;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  await smallProduction(catalogue);
  await declareAll(catalogue, [
    { name: 'merged.root', parents: ['reco1.root', 'reco2.root', 'ana1.root'], locations: [] },
  ]);
});
afterAll(() => database.drop());

const everything = { depth: 10, limit: 100 };

it('goes down by generation, each file once at its nearest', async () => {
  const { files, more } = await catalogue.lineage(EXPERIMENT, 'raw1.root', 'down', everything);
  expect(files.map(({ name, depth, via }) => [depth, name, via])).toEqual([
    [1, 'reco1.root', 'raw1.root'],
    [2, 'ana1.root', 'reco1.root'],
    [2, 'merged.root', 'reco1.root'],
  ]);
  expect(files.map(({ located }) => located)).toEqual([true, true, false]);
  expect(more).toBe(false);
});

it('goes up, and stops at the depth and the number of files asked for', async () => {
  const names = async (bounds: { depth: number; limit: number }) => {
    const { files, more } = await catalogue.lineage(EXPERIMENT, 'merged.root', 'up', bounds);
    return { names: files.map(({ name }) => name), more };
  };
  const near = ['ana1.root', 'reco1.root', 'reco2.root'];
  expect(await names(everything)).toEqual({ names: [...near, 'raw1.root', 'raw2.root'], more: false });
  expect(await names({ depth: 1, limit: 100 }), 'two more generations up').toEqual({
    names: near,
    more: true,
  });
  expect((await names({ depth: 3, limit: 100 })).more, 'none beyond').toBe(false);
  const few = await names({ depth: 10, limit: 2 });
  expect([few.names.length, few.more]).toEqual([2, true]);
});

it('knows no file of another experiment', async () => {
  await expect(catalogue.lineage('nova', 'raw1.root', 'up', everything)).rejects.toMatchObject({
    code: 'not-found',
  });
});

it('lists definitions by name, in pages', async () => {
  for (const name of ['b_one', 'a_one', 'b_two', 'b_three']) {
    await catalogue.defineDataset(EXPERIMENT, name, 'data_tier raw', false);
  }
  const first = await catalogue.datasets(EXPERIMENT, { like: 'b\\_%', limit: 2 });
  expect(first.datasets.map(({ name, query, createdBy }) => [name, query, createdBy])).toEqual([
    ['b_one', 'data_tier raw', 'poms'],
    ['b_three', 'data_tier raw', 'poms'],
  ]);
  const second = await catalogue.datasets(EXPERIMENT, { like: 'b\\_%', after: first.next ?? '', limit: 2 });
  expect([second.datasets.map(({ name }) => name), second.next]).toEqual([['b_two'], null]);
});
