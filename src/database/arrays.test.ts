import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { arrayText } from './arrays.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function through(type: string, values: readonly (string | number | null)[]): Promise<unknown> {
  const { rows } = await database.pool.query<{ values: unknown }>(`select $1::${type}[] as values`, [
    arrayText(values),
  ]);
  return rows[0]?.values;
}

it('texts come through whatever is in them', async () => {
  const odd = [
    '',
    'NULL',
    'null',
    ' a ',
    'a"b',
    'a\\b',
    '{a,b}',
    "o'clock",
    'line\nbreak',
    '\u00fc\u{1f600}',
    null,
  ];
  expect(await through('text', odd)).toEqual(odd);
  expect(await through('text', [])).toEqual([]);
  const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0'));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text)), async (values) => {
      expect(await through('text', values)).toEqual(values);
    }),
    { numRuns: 50 },
  );
});

it('numbers and times in milliseconds come through', async () => {
  const numbers = [0, -1, 2 ** 53 - 1, null, 1.5, 1e-7, 1e21];
  expect(await through('float8', numbers)).toEqual(numbers);
  expect(await through('bigint', [7, null, 2 ** 53 - 1])).toEqual(['7', null, String(2 ** 53 - 1)]);
});
