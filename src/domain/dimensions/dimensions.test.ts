import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PomsError } from '../../errors.ts';
import type { Argument, Expression, Test, WithItems } from './ast.ts';
import { parseDimensions } from './parser.ts';
import { printDimensions } from './print.ts';

/** The tree without positions, to compare. */
function shape(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === 'at' ? undefined : value)));
}
const parsed = (text: string) => shape(parseDimensions(text));
const printed = (text: string) => printDimensions(parseDimensions(text));

function problemOf(text: string): PomsError {
  try {
    parseDimensions(text);
  } catch (error) {
    if (error instanceof PomsError && error.code === 'bad-query') return error;
    throw error;
  }
  throw new Error(`no problem was found in: ${text}`);
}

describe('arguments', () => {
  it.each([
    ['run_number 1-5', { kind: 'range', from: '1', to: '5' }],
    ['run_number -5--3', { kind: 'range', from: '-5', to: '-3' }],
    ['run_number 1 - 5', { kind: 'range', from: '1', to: '5' }],
    ['run_number 1- 5', { kind: 'range', from: '1', to: '5' }],
    ['run_number 1 -5', { kind: 'range', from: '1', to: '5' }],
    ['run_number = (1-5)', { kind: 'range', from: '1', to: '5' }],
    ["create_date 'a'-2010-01-02", { kind: 'range', from: 'a', to: '2010-01-02' }],
    ['run_number 5,6,7-9', { kind: 'list', values: ['5', '6', '7-9'] }],
    ['create_date 2010-01-02', { kind: 'value', value: '2010-01-02' }],
    ['create_date 2010-01-02-2010-01-05', { kind: 'range', from: '2010-01-02', to: '2010-01-05' }],
    ['create_date 01-Jan-10-05-Jan-2010', { kind: 'range', from: '01-Jan-10', to: '05-Jan-2010' }],
    [
      "end_time '2010-01-02 10:00'-'2010-01-02 11:00'",
      { kind: 'range', from: '2010-01-02 10:00', to: '2010-01-02 11:00' },
    ],
    ["run_number 1-'7'", { kind: 'range', from: '1', to: '7' }],
    ['file_name a-b-c', { kind: 'value', value: 'a-b-c' }],
    ['run_number 1234.0005', { kind: 'value', value: '1234.0005' }],
    ['run_number in (1,2)', { kind: 'list', values: ['1', '2'] }],
    ['file_name "and"', { kind: 'value', value: 'and' }],
  ])('reads %s', (text, argument) => {
    expect(parsed(text)).toMatchObject({ kind: 'dimension', test: { operator: '=', argument } });
  });

  it.each([
    ['run_number not in 1,2', '!='],
    ['run_number != 1', '!='],
    ['run_number>=1', '>='],
    ['file_name LIKE x%', 'like'],
    ['file_name not like x%', 'not like'],
  ])('reads the operator of %s', (text, operator) => {
    expect(parsed(text)).toMatchObject({ kind: 'dimension', test: { operator } });
  });
});

describe('structure', () => {
  it('evaluates set operations from the left, looser than or, and, not', () => {
    expect(printed('a 1 minus b 2 union c 3 or d 4 and not e 5')).toBe(
      'a 1 minus b 2 union c 3 or d 4 and not e 5',
    );
    expect(parsed('a 1 minus b 2 union c 3')).toEqual(parsed('(a 1 minus b 2) union c 3'));
    expect(printed('a 1 minus (b 2 union c 3)')).toBe('a 1 minus (b 2 union c 3)');
  });

  it('flattens nested and, or and keeps what is different', () => {
    expect(printed('(a 1 and (b 2 and c 3)) or (d 4 or e 5)')).toBe('a 1 and b 2 and c 3 or d 4 or e 5');
    expect(printed('a 1 and (b 2 or c 3)')).toBe('a 1 and (b 2 or c 3)');
  });

  it('binds with to the whole enclosing expression', () => {
    expect(parsed('a 1 minus b 2 with limit 5 offset 10')).toMatchObject({
      kind: 'with',
      of: { kind: 'set' },
      items: { limit: 5, offset: 10 },
    });
    expect(parsed('a 1 and isparentof:(b 2 with availability physical)')).toMatchObject({ kind: 'and' });
  });

  it('turns availability among and terms into with availability', () => {
    const same = parsed('a 1 and b 2 with availability physical, virtual');
    expect(parsed('a 1 and availability: physical,virtual and b 2')).toEqual(same);
    expect(parsed('a 1 and b 2 and (availability: physical,virtual)')).toEqual(same);
  });

  it('joins adjacent with and keeps a limit of a limit apart', () => {
    expect(printed('(a 1 with availability any) with limit 5')).toBe('a 1 with availability any limit 5');
    expect(printed('(a 1 with limit 10) with limit 5')).toBe('(a 1 with limit 10) with limit 5');
  });

  it('prints a definition that was replaced by its query in parentheses', () => {
    const [of, other] = [parseDimensions('a 1 or b 2'), parseDimensions('c 3')];
    const replaced = { kind: 'with', at: 0, of, items: {} } as const;
    expect(printDimensions({ kind: 'and', at: 0, terms: [replaced, other] })).toBe('(a 1 or b 2) and c 3');
    expect(printDimensions({ ...replaced, items: { limit: 5 } })).toBe('a 1 or b 2 with limit 5');
  });

  it.each([
    'snapshot_for_project_name P minus (project_name P and consumed_status co%)',
    'defname:D minus snapshot_for_project_name P',
    'project_name P and consumed_status skipped,unknown,delivered,transferred,unconsumed,cancelled',
    "snapshot_for_project_name P minus ( isparentof:( version V and file_name like %.root and create_date > '2026-01-01T00:00:00+0000' ) and isparentof:( version V ) )",
    "ischildof:( ischildof:( snapshot_for_project_name P ) ) and version V and create_date > '2026-01-01T00:00:00+0000' and file_name like '%.root'",
    'snapshot_for_project_name P and isparentof:( version V with availability anylocation )',
    'defname: D with stride 5 offset 3',
    "defname: D and end_time > '2026-01-01 00:00:00' and end_time <= '2026-01-02 00:00:00'",
    'snapshot_id 5 or snapshot_id 7',
    'defname: D minus snapshot_id 5 with limit 10',
  ])('reads what POMS asks: %s', (text) => {
    expect(parsed(printed(text))).toEqual(parsed(text));
  });
});

describe('what is wrong is shown at its place', () => {
  it.each([
    ['', 1, 1, 'the query is empty'],
    ['   ', 1, 1, 'the query is empty'],
    ['data_tier', 1, 10, 'a value is expected'],
    ['data_tier raw and', 1, 18, 'the name of a dimension'],
    ['data_tier raw\nand (run_number 5', 2, 18, 'closes the ( of column 5'],
    ["file_name 'abc", 1, 11, 'not closed'],
    ['full_path enstore:%', 1, 18, ': '],
    ['full_path /pnfs/x', 1, 11, '/ is not allowed here'],
    ['dataset:foo', 1, 1, 'dataset is not followed by a colon'],
    ['run_number > 1,2', 1, 15, 'one value'],
    ['run_number > 1 -2', 1, 16, 'one value'],
    ['a 1 with limit x', 1, 16, 'a whole number'],
    ['a 1 with stride 0', 1, 17, 'at least 1'],
    ['a 1 with limit 1 limit 2', 1, 18, 'limit is given twice'],
    ['a 1 b 2', 1, 5, 'or the end of the query'],
    ['file_name \u00e4', 1, 11, 'ASCII'],
    ['isancestorof:(a 1) and isparentof:(b 2)', 1, 24, 'Query forbidden'],
    ['isancestorof:(isdescendantof:(b 2))', 1, 15, 'Query forbidden'],
  ])('%j', (text, line, column, problem) => {
    const error = problemOf(text);
    expect(error.details).toMatchObject({ line, column });
    expect(error.message).toContain(problem);
    const [, shown, caret] = error.message.split('\n').map((row) => row.slice(2));
    expect(caret).toBe(`${' '.repeat(column - 1)}^`);
    expect(shown).toBe(text.split('\n')[line - 1]);
  });

  it('refuses what nests too deeply or is too long, and takes what just fits', () => {
    const nest = (levels: number) => `${'('.repeat(levels)}a 1${')'.repeat(levels)}`;
    expect(parsed(nest(500))).toEqual(parsed('a 1'));
    expect(problemOf(nest(1000)).message).toContain('deeper than 500');
    expect(problemOf(`${'not '.repeat(501)}a 1`).message).toContain('deeper than 500');
    const mixed = (levels: number) =>
      `${'isparentof:(a 1 or b 2 and '.repeat(levels)}a 1${')'.repeat(levels)}`;
    expect(parsed(printed(mixed(500)))).toEqual(parsed(mixed(500)));
    expect(problemOf(`a ${'1'.repeat(100_000)}`).message).toContain('longer than 100000');
    expect(parsed(`a ${'1,'.repeat(40_000)}1`)).toMatchObject({ kind: 'dimension' });
  });
});

describe('time follows the length', () => {
  /** Queries of about so many characters that would be slow with a careless parser. */
  const nasty: Record<string, (size: number) => string> = {
    'a list': (size) => `a ${'1,'.repeat(size / 2 - 2)}1`,
    'a long and': (size) => `${'a 1 and '.repeat(size / 8 - 1)}a 1`,
    'unknown names after with': (size) => `a 1 with${' b 1'.repeat(size / 4 - 3)}`,
    'relatives side by side': (size) => `${'isparentof:(a 1) minus '.repeat(size / 23 - 1)}a 1`,
    'an and that nests to the left': (size) =>
      `${'('.repeat(500)}a 1${' and a 1'.repeat((size - 5_000) / 8)}${' and a 1)'.repeat(500)}`,
    'a minus that nests to the left': (size) =>
      `${'('.repeat(500)}a 1${' minus a 1'.repeat((size - 7_000) / 10)}${' minus a 1)'.repeat(500)}`,
    'digits and hyphens': (size) => `a ${'1-'.repeat(size / 2 - 2)}1`,
    'an open quote': (size) => `a '${'x'.repeat(size - 4)}`,
    'open parentheses': (size) => '('.repeat(size),
    'line after line': (size) => `a${'\n'.repeat(size - 2)}`,
  };

  it.each(Object.keys(nasty))('%s', (kind) => {
    const time = (size: number) => {
      const text = nasty[kind]?.(size) ?? '';
      expect(text.length).toBeGreaterThan(size * 0.9);
      // The least of several: what the machine does besides only ever adds.
      const times = Array.from({ length: 7 }, () => {
        const begun = performance.now();
        try {
          parseDimensions(text);
        } catch (error) {
          if (!(error instanceof PomsError && error.code === 'bad-query')) throw error;
        }
        return performance.now() - begun;
      });
      return Math.min(...times);
    };
    const [quarter, whole] = [time(25_000), time(100_000)];
    // Four times the text takes four times as long, sixteen times would be quadratic; below 200 ms, where what was
    // quadratic took seconds, a collection of garbage or a busy machine decides.
    expect(whole).toBeLessThan(Math.max(200, 10 * quarter));
    expect(whole).toBeLessThan(500);
  });
});

describe('properties', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9_.%?+-]{1,8}$/);
  const value = fc.oneof(
    word,
    fc.constantFrom('1-5', '2026-01-02', 'and', 'with', 'a b', '', "it's", 'x:y/z', '-', '-3'),
  );
  const endpoint = fc.oneof(
    fc.integer().map(String),
    fc.constantFrom('2026-01-02', '1.5', 'a b', '01-Jan-26', '7-'),
  );
  const name = fc.constantFrom('file_name', 'run_number', 'cat.param', 'limit', 'x+y-1');
  const single = value.map((v) => ({ kind: 'value', value: v }) as const);
  const argument: fc.Arbitrary<Argument> = fc.oneof(
    single,
    fc.array(value, { minLength: 2, maxLength: 4 }).map((values) => ({ kind: 'list', values }) as const),
    fc.tuple(endpoint, endpoint).map(([from, to]) => ({ kind: 'range', from, to }) as const),
  );
  const test: fc.Arbitrary<Test> = fc.oneof(
    fc.record({ operator: fc.constantFrom('=' as const, '!=' as const), argument }),
    fc.record({
      operator: fc.constantFrom('<' as const, '>=' as const, 'like' as const, 'not like' as const),
      argument: single,
    }),
  );
  const items: fc.Arbitrary<WithItems> = fc
    .record(
      {
        limit: fc.nat(),
        offset: fc.nat(),
        stride: fc.integer({ min: 1, max: 99 }),
        availability: fc.array(fc.constantFrom('physical', 'virtual', 'any'), { minLength: 1, maxLength: 2 }),
        others: fc.array(fc.record({ at: fc.constant(0), name: fc.constantFrom('order', 'cat.x'), value }), {
          minLength: 1,
          maxLength: 1,
        }),
      },
      { requiredKeys: [] },
    )
    .filter((all) => Object.keys(all).length > 0);

  const { expression } = fc.letrec<{ expression: Expression; leaf: Expression }>((tie) => ({
    leaf: fc.oneof(
      fc.record({ kind: fc.constant('dimension' as const), at: fc.constant(0), name, test }),
      fc.record({ kind: fc.constant('definition' as const), at: fc.constant(0), name: value }),
    ),
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      tie('leaf'),
      fc.record({ kind: fc.constant('not' as const), at: fc.constant(0), of: tie('expression') }),
      fc.record({ kind: fc.constant('with' as const), at: fc.constant(0), of: tie('expression'), items }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        at: fc.constant(0),
        terms: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({
        kind: fc.constant('relative' as const),
        at: fc.constant(0),
        relation: fc.constantFrom('isparentof' as const, 'ischildof' as const),
        of: tie('expression'),
      }),
      fc.record({
        kind: fc.constant('set' as const),
        at: fc.constant(0),
        first: tie('expression'),
        rest: fc.array(
          fc.record({
            operator: fc.constantFrom('minus' as const, 'union' as const, 'intersect' as const),
            of: tie('expression'),
          }),
          { minLength: 1, maxLength: 2 },
        ),
      }),
    ),
  }));

  it('a parsed query prints to a text that parses to the same tree', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        // The parser's own form of the tree (flattened, with joined): what printing has to keep.
        const first = parseDimensions(printDimensions(tree));
        expect(shape(parseDimensions(printDimensions(first)))).toEqual(shape(first));
      }),
      { numRuns: 2000 },
    );
  });

  it('any text either parses or is refused as a bad query', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      'and',
      'not',
      'with',
      'limit',
      '5',
      '-',
      ',',
      'file_name',
      'isparentof:',
      'defname:',
      "'",
      '"',
      ':',
      'in',
      'like',
      'availability:',
      'minus',
      '1-5',
      '<=',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
        const text = pieces.join(' ');
        try {
          expect(shape(parseDimensions(printed(text)))).toEqual(parsed(text));
        } catch (error) {
          if (!(error instanceof PomsError && error.code === 'bad-query')) throw error;
          expect(() => parseDimensions(text)).toThrow(PomsError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
