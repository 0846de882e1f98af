import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facts, paint, standardScreen, table } from './output.ts';

const plain = { colours: false };

describe('table', () => {
  it('keeps every column at its place in all lines, whatever the texts', () => {
    const text = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((one) => one.trim() === one);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.nat()), { minLength: 1 }), (rows) => {
        const columns = [
          { title: 'name', cell: (row: [string, number]) => row[0] },
          { title: 'n', cell: (row: [string, number]) => row[1] },
        ];
        const lines = table(plain, columns, rows, 'none').trimEnd().split('\n');
        const ends = new Set(lines.map((line) => line.length));
        expect(lines).toHaveLength(rows.length + 1);
        expect(ends.size).toBe(1);
      }),
    );
  });

  it('says in a sentence that there is nothing', () => {
    expect(table(plain, [], [], 'There are no jobs.')).toBe('There are no jobs.\n');
  });

  it('colours without moving anything', () => {
    const columns = [{ title: 'state', cell: (row: string) => row, colour: () => 'red' as const }];
    const coloured = table({ colours: true }, columns, ['failed'], '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(table(plain, columns, ['failed'], ''));
    expect(coloured).toContain('\u001b[31m');
  });
});

it('leaves out facts that are not known', () => {
  expect(
    facts([
      ['name', 'quakes'],
      ['next', null],
      ['tags', ''],
    ]),
  ).toBe('name  quakes\n');
});

describe('colours', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
  ])('terminal %s with %j: %s', (isTTY, env, expected) => {
    const screen = standardScreen({ isTTY } as NodeJS.WriteStream, env);
    expect(screen.colours).toBe(expected);
    expect(paint(screen, 'red', 'x') !== 'x').toBe(expected);
  });
});
