import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { parseSplit, type SliceCursor } from '../../../domain/splits/index.ts';
import type { Slice } from '../types.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { declareAll, EXPERIMENT } from './test-data.ts';

let database: TestDatabase;
let catalogue: Catalogue;
const NOW = new Date('2026-02-01T00:00:00Z');

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  const runs = [5, 5, 700, 700, 90_000, 90_000, 90_000];
  await declareAll(
    catalogue,
    runs.map((run, n) => ({ name: `f${n}`, tier: 'raw', runs: [[run, n % 2, 'physics']] })),
  );
  await catalogue.defineDataset(EXPERIMENT, 'ds', 'data_tier raw', false);
});
afterAll(() => database.drop());

let drains = 0;
function slicer(text: string, dataset = 'ds') {
  const split = parseSplit(text);
  drains += 1;
  const source = { dataset, drain: `s${drains}` };
  return (cursor: SliceCursor, define = true) =>
    catalogue.nextSlice(EXPERIMENT, source, split, cursor, NOW, define);
}
async function filesOf(slice: Slice | null): Promise<string> {
  const lines = await catalogue.lines(EXPERIMENT, `defname: '${slice?.dataset}'`, { after: 0, limit: null });
  return lines.map(({ name }) => name).join(' ');
}
async function all(text: string): Promise<string[]> {
  const next = slicer(text);
  const slices: string[] = [];
  for (let slice = await next(null); slice !== null; slice = await next(slice.cursor)) {
    slices.push(await filesOf(slice));
    expect(slices.at(-1)?.split(' ')).toHaveLength(slice.files ?? 0);
  }
  return slices;
}

describe('slices', () => {
  it.each([
    ['nfiles(3)', ['f0 f1 f2', 'f3 f4 f5', 'f6']],
    ['mod(3)', ['f0 f3 f6', 'f1 f4', 'f2 f5']],
    ['drainingn(3)', ['f0 f1 f2', 'f3 f4 f5', 'f6']],
    ['byrun(low=1,high=99999)', ['f0 f1', 'f2 f3', 'f4 f5 f6']],
    ['byexistingruns()', ['f0', 'f1', 'f2', 'f3', 'f4 f6', 'f5']],
  ])('%s takes every file once and ends', async (split, expected) => {
    expect(await all(split)).toEqual(expected);
  });

  it('hands on the name where nothing is cut', async () => {
    expect(await slicer('none')(null)).toMatchObject({ dataset: 'ds', files: null });
  });

  it('draining takes files that come later, and none twice', async () => {
    await declareAll(catalogue, [{ name: 'g1', tier: 'grow' }]);
    await catalogue.defineDataset(EXPERIMENT, 'grow', 'data_tier grow', false);
    const next = slicer('drainingn(5)', 'grow');
    const first = await next(null);
    expect(await filesOf(first)).toBe('g1');
    expect(await next(first?.cursor ?? null)).toBeNull();
    await declareAll(catalogue, [
      { name: 'g2', tier: 'grow' },
      { name: 'g3', tier: 'grow' },
    ]);
    expect(await filesOf(await next(first?.cursor ?? null))).toBe('g2 g3');
    expect(await filesOf(first)).toBe('g1');
  });

  it('draining takes a file that became available after younger ones were taken', async () => {
    await declareAll(catalogue, [
      { name: 'late1', tier: 'late', locations: [] },
      { name: 'late2', tier: 'late' },
      { name: 'late3', tier: 'late' },
    ]);
    await catalogue.defineDataset(EXPERIMENT, 'late', 'data_tier late', false);
    const next = slicer('drainingn(2)', 'late');
    const first = await next(null);
    expect(await filesOf(first)).toBe('late2 late3');
    await catalogue.changeLocations(EXPERIMENT, 'late1', { add: ['/data/pool'] });
    await declareAll(catalogue, [{ name: 'late4', tier: 'late' }]);
    const second = await next(first?.cursor ?? null);
    expect(await filesOf(second)).toBe('late1 late4');
    expect(await next(second?.cursor ?? null)).toBeNull();
  });

  it('a preview moves nothing, and the same cursor again is the same slice', async () => {
    const next = slicer('drainingn(2)');
    const preview = await next(null, false);
    expect(await catalogue.describe(EXPERIMENT, preview?.dataset ?? '')).toBeNull();
    const first = await next(null);
    const again = await next(null);
    expect([preview, again]).toEqual([first, first]);
    expect(await filesOf(again)).toBe('f0 f1');
    expect(await filesOf(await next(first?.cursor ?? null))).toBe('f2 f3');
  });

  it('takes nothing when the transaction around it is undone', async () => {
    const split = parseSplit('drainingn(2)');
    const source = { dataset: 'ds', drain: 'undone' };
    const undone = database.db.transaction().execute(async (transaction) => {
      await catalogue.within(transaction).nextSlice(EXPERIMENT, source, split, null, NOW, true);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await filesOf(await catalogue.nextSlice(EXPERIMENT, source, split, null, NOW, true))).toBe(
      'f0 f1',
    );
  });
});
