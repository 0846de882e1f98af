import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parsePatterns,
  patternCondition,
  quoteValue,
  relatives,
  writeDate,
  writeLocalDate,
  writeValue,
} from './dimension-text.ts';
import { parseDimensions } from './dimensions/index.ts';

describe('values in dimension text', () => {
  it('leaves plain words bare and quotes all others', () => {
    expect(writeValue('prod_v1.2')).toBe('prod_v1.2');
    expect(writeValue('1-5')).toBe("'1-5'");
    expect(writeValue('with')).toBe("'with'");
    expect(writeValue("o'brien")).toBe('"o\'brien"');
    expect(writeValue('')).toBe("''");
  });

  it('refuses what the language cannot write', () => {
    expect(() => quoteValue(`a'b"c`)).toThrow('both kinds of quotes');
    expect(() => quoteValue('a\nb')).toThrow('control characters');
  });

  it('never lets a value become part of the language', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
    fc.assert(
      fc.property(printable, (value) => {
        fc.pre(!(value.includes("'") && value.includes('"')));
        const tree = parseDimensions(`file_name ${writeValue(value)}`);
        const test = { operator: '=', argument: { kind: 'value', value } };
        expect(tree).toMatchObject({ kind: 'dimension', name: 'file_name', test });
      }),
    );
  });
});

describe('dates', () => {
  const date = new Date('2024-02-29T23:59:59.999Z');

  it('are written in UTC with the offset, without parts of a second', () => {
    expect(writeDate(date)).toBe('2024-02-29T23:59:59+0000');
  });

  it('mean the same instant in local time', () => {
    const anyDate = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(anyDate, (at) => {
        const local = writeLocalDate(at);
        expect(local).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}$/);
        const parsed = Date.parse(`${local.slice(0, -2)}:${local.slice(-2)}`);
        expect(parsed).toBe(Math.floor(at.getTime() / 1000) * 1000);
      }),
    );
  });
});

describe('file patterns', () => {
  it('are separated by commas outside quotes and parentheses, each once', () => {
    expect(parsePatterns(' %.root, %.hist ,%.root')).toEqual(['%.root', '%.hist']);
    expect(parsePatterns("data_tier (raw,reco) and data_stream 'a,b',%.x")).toEqual([
      "data_tier (raw,reco) and data_stream 'a,b'",
      '%.x',
    ]);
  });

  it('are everything where nothing is given', () => {
    for (const text of ['', ' , ', 'None']) expect(parsePatterns(text)).toEqual(['%']);
  });

  it('stay the same when read again', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = parsePatterns(text);
        expect(once.flatMap(parsePatterns)).toEqual(once);
      }),
    );
  });

  it('are file names, or fragments when they have a blank', () => {
    expect(patternCondition('%.root')).toBe("file_name like '%.root'");
    expect(patternCondition('data_tier raw')).toBe('data_tier raw');
    expect(patternCondition('data_tier raw or data_tier reco')).toBe('(data_tier raw or data_tier reco)');
  });
});

it('nests relatives as deep as asked', () => {
  expect(relatives('ischildof', 2, 'x 1')).toBe('ischildof:( ischildof:( x 1 ) )');
  expect(relatives('ischildof', 0, 'x 1')).toBe('x 1');
});
