/** Whatever is asked, the answer is files or an error that says what is wrong with the query; and it comes soon. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Catalogue, createCatalogue } from '../../src/connectors/data/catalogue/index.ts';
import { printDimensions } from '../../src/domain/dimensions/index.ts';
import { PomsError } from '../../src/errors.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { DIMENSION_NAMES } from './generate.ts';
import { load } from './load.ts';
import { SMALL } from './small.ts';

let database: TestDatabase;
let catalogue: Catalogue;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  await load(database.db, SMALL);
  await sql`select setval(pg_get_serial_sequence('dh.definition', 'definition_id'), 1000)`.execute(
    database.db,
  );
});
afterAll(() => database.drop());

const count = (query: string) => catalogue.count(SMALL.experiment, query);

/** The error of a query, or its number of files. */
async function ask(query: string): Promise<PomsError | number> {
  try {
    return await count(query);
  } catch (error) {
    if (error instanceof PomsError && error.code === 'bad-query') return error;
    throw new Error(`${query.slice(0, 500)}: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

describe('values', () => {
  const value = fc
    .oneof(
      fc.constantFrom(
        ...[
          '',
          '%',
          '?',
          '\\',
          "it's",
          '"',
          '_',
          '-',
          '0',
          '-1',
          '1.5',
          '1.',
          '.5',
          '1e5',
          '1e999',
          '1e999999',
          '-0',
        ],
        ...[
          '9'.repeat(18),
          '9'.repeat(19),
          '9'.repeat(400),
          '1-2',
          '5-1',
          '1.1-2',
          '1-2-3',
          'true',
          'null',
          'NaN',
        ],
        ...['2026-01-01', '0000-01-01', '0001-01-01', '9999-12-31', '2026-02-30', '2026-13-01', '01-Jan-00'],
        ...[
          '2026-01-01T24:00:00',
          '2026-01-01T23:59:60',
          '2026-01-01T00:00:00+9999',
          '99-Xyz-99',
          '{}',
          '[1]',
          '$1',
        ],
      ),
      fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
    )
    .map((text) => (text.includes("'") ? text.replaceAll('"', '') : text));
  const name = fc.constantFrom(...DIMENSION_NAMES, 'a.b', 'update_date', 'last_event', 'colour');
  const argument = fc.oneof(
    value.map((one) => ({ kind: 'value' as const, value: one })),
    fc.array(value, { minLength: 2, maxLength: 4 }).map((values) => ({ kind: 'list' as const, values })),
    fc.tuple(value, value).map(([from, to]) => ({ kind: 'range' as const, from, to })),
  );
  const equal = fc.record({ operator: fc.constantFrom('=' as const, '!=' as const), argument });
  const other = fc.record({
    operator: fc.constantFrom(
      '<' as const,
      '<=' as const,
      '>' as const,
      '>=' as const,
      'like' as const,
      'not like' as const,
    ),
    argument: value.map((one) => ({ kind: 'value' as const, value: one })),
  });

  it('of any kind with any dimension', async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(name, fc.oneof(equal, other), async (dimension, test) => {
        const query = printDimensions({ kind: 'dimension', at: 0, name: dimension, test });
        if (typeof (await ask(query)) === 'number') answered += 1;
        await ask(`project_name P and ${query}`);
      }),
      { numRuns: 2000 },
    );
    expect(answered).toBeGreaterThan(500);
  }, 60_000);
});

it.each([
  'create_date 0001-01-01',
  "create_date '2026-01-01T24:00:00'",
  "create_date '2026-01-01T00:00:00+9999'",
  'create_date 2026-02-30',
  'create_date 31-Jam-2026',
])('%s is no date', async (query) => {
  expect(await ask(query)).toMatchObject({ message: expect.stringContaining('is not a date or time') });
});

it.each(['defname raw', 'data_tier raw and availability any', 'isparentof raw'])(
  '%s lacks a colon',
  async (query) => {
    expect(await ask(query)).toMatchObject({
      message: expect.stringContaining('is written with a colon after it'),
    });
  },
);

describe('size', () => {
  it.each<[string, string, string | null]>([
    ['levels of not', `${'not ('.repeat(99)}file_size 1${')'.repeat(99)}`, null],
    ['too many levels of not', `${'not ('.repeat(100)}file_size 1${')'.repeat(100)}`, 'nest deeper than 100'],
    ['generations', `${'isparentof:('.repeat(99)}file_size 1${')'.repeat(99)}`, null],
    ['generations of a snapshot', `${'ischildof:('.repeat(99)}snapshot_id 1${')'.repeat(99)}`, null],
    ['limits of limits', `${'('.repeat(99)}file_size 1${' with limit 5)'.repeat(99)}`, null],
    ['adding and taking away by turns', `user x${' minus user y union user z'.repeat(45)}`, null],
    ['the same too often', `user x${' minus user y union user z'.repeat(50)}`, 'nest deeper than 100'],
    ['many conditions', Array(4999).fill('user x').join(' or '), null],
    ['many anchors', Array(1500).fill('(snapshot_id 1 and user x)').join(' union '), null],
    ['too many conditions', Array(5000).fill('user x').join(' or '), 'more than 5000 conditions'],
    ['many values', `file_name ${Array(14_000).fill('a%').join(',')}`, null],
    ['many values of metadata', `a.b ${Array(30_000).fill('1').join(',')}`, null],
  ])('%s', async (_, query, problem) => {
    const begun = performance.now();
    const answer = await ask(query);
    if (problem === null) expect(answer).toEqual(expect.any(Number));
    else expect(answer).toMatchObject({ message: expect.stringContaining(problem) });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

describe('definitions', () => {
  const define = (name: string, dims: string) =>
    sql`insert into dh.definition (experiment, name, dims, created_by)
      values (${SMALL.experiment}, ${name}, ${dims}, 'tester')`.execute(database.db);

  it('that contain each other are found out, however they came to be', async () => {
    await define('hen', 'data_tier raw or defname: egg');
    await define('egg', 'defname: hen with limit 5');
    expect(await ask('file_size 1 or defname: hen')).toMatchObject({
      message: expect.stringContaining('the definition contains itself: hen > egg > hen'),
    });
  });

  it('that double at each level end with a clear limit, soon', async () => {
    await define('double0', 'data_tier raw');
    for (let level = 1; level < 20; level += 1) {
      await define(`double${level}`, `defname: double${level - 1} or defname: double${level - 1}`);
    }
    const begun = performance.now();
    expect(await ask('defname: double6')).toBe(7);
    expect(await ask('defname: double15')).toMatchObject({
      message: expect.stringContaining('nest too deeply'),
    });
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('that are long end with a clear limit', async () => {
    await define('long', `file_name ${Array(9000).fill('raw1.root').join(',')}`);
    expect(await ask('defname: long')).toBe(1);
    expect(await ask(Array(12).fill('defname: long').join(' or '))).toMatchObject({
      message: expect.stringContaining('with its definitions the query is too long'),
    });
  });

  it('are named where something in them is wrong', async () => {
    await define('wrong', 'data_tier raw and\ncolour red');
    expect(await ask('defname: wrong')).toMatchObject({
      message:
        'In definition wrong: Line 2, column 1: there is no dimension colour; parameters of the metadata are written category.name.\n  colour red\n  ^',
    });
  });
});
