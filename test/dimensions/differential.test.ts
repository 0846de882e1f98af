/** The compiler against the reference evaluator: random queries over random small catalogues give the same files. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Catalogue, createCatalogue } from '../../src/connectors/data/catalogue/index.ts';
import { printDimensions, type Relation } from '../../src/domain/dimensions/index.ts';
import { PomsError } from '../../src/errors.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { model, query } from './generate.ts';
import { load } from './load.ts';
import type { Model } from './model.ts';
import { evaluate } from './reference.ts';

const CATALOGUES = 20;
const RUNS = Number(process.env.POMS_DIMENSION_RUNS ?? 1500);
const SEED = Number(process.env.POMS_DIMENSION_SEED ?? 2026);

let database: TestDatabase;
let catalogue: Catalogue;
let models: Model[];

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  models = Array.from({ length: CATALOGUES }, (_, place) => {
    const [one] = fc.sample(model(1000 * (place + 1)), { seed: SEED + place, numRuns: 1 });
    if (!one) throw new Error('no catalogue');
    return one;
  });
  for (const one of models) await load(database.db, one);
});
afterAll(() => database.drop());

/** How many queries had files: a property about empty sets would show nothing. */
async function compare(relations: Relation[], numRuns: number): Promise<number> {
  let full = 0;
  const place = fc.nat({ max: CATALOGUES - 1 });
  const asked = place.chain((one) => fc.tuple(fc.constant(one), query(1000 * (one + 1), relations)));
  await fc.assert(
    fc.asyncProperty(asked, async ([one, tree]) => {
      const of = models[one];
      if (!of) throw new Error('no catalogue');
      const text = printDimensions(tree);
      const lines = await catalogue
        .lines(of.experiment, text, { after: 0, limit: null })
        .catch((error: unknown) => {
          if (error instanceof PomsError && error.message.includes('Query forbidden')) return null;
          throw new Error(`${text}\n${error instanceof Error ? error.message : ''}`, { cause: error });
        });
      if (lines === null) return;
      const found = lines.map(({ id }) => id - 1000 * (one + 1));
      const expected = evaluate(of, text).map((id) => id - 1000 * (one + 1));
      expect({ text, found }).toEqual({ text, found: expected });
      if (found.length > 0) full += 1;
    }),
    { numRuns, seed: SEED },
  );
  return full;
}

describe('the compiler finds what the reference evaluator finds', () => {
  it('with parents and children', async () => {
    expect(await compare(['isparentof', 'ischildof'], RUNS)).toBeGreaterThan(RUNS / 4);
  }, 300_000);

  it('with ancestors and descendants', async () => {
    expect(await compare(['isancestorof', 'isdescendantof'], RUNS / 3)).toBeGreaterThan(0);
  }, 300_000);
});
