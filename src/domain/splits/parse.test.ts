import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PomsError } from '../../errors.ts';
import { anySplit } from './arbitrary.ts';
import { formatSplit, parseSplit, SPLIT_TYPES } from './index.ts';
import { writeDuration } from './parameters.ts';

function problemOf(text: string): string {
  try {
    parseSplit(text);
  } catch (error) {
    if (error instanceof PomsError && error.code === 'bad-split') return String(error.details.problem);
  }
  throw new Error(`${text} was accepted`);
}

describe('reading splits', () => {
  it.each([
    [null, { type: 'none' }],
    ['', { type: 'none' }],
    ['None', { type: 'none' }],
    ['nfiles(10)', { type: 'nfiles', files: 10 }],
    ['nfiles_10', { type: 'nfiles', files: 10 }],
    [' nfiles ( 10 )\n', { type: 'nfiles', files: 10 }],
    ['nfiles(files=10)', { type: 'nfiles', files: 10 }],
    ['mod_2', { type: 'mod', parts: 2 }],
    ['drainingn(5)', { type: 'drainingn', files: 5 }],
    ['draining()', { type: 'draining' }],
    ['stagedfiles(3)', { type: 'stagedfiles', files: 3 }],
    ['limitn(1)', { type: 'limitn', files: 1 }],
    ['byrun', { type: 'byrun', low: 1, high: 999_999 }],
    ['byrun(low=5,high=9)', { type: 'byrun', low: 5, high: 9 }],
    ['byrun(5,9)', { type: 'byrun', low: 5, high: 9 }],
    ['byrun(low=,high=9)', { type: 'byrun', low: 1, high: 9 }],
    ['byexistingruns()', { type: 'byexistingruns' }],
    ['list', { type: 'list' }],
    ['multiparam', { type: 'multiparam' }],
  ])('%j', (text, split) => {
    expect(parseSplit(text)).toEqual(split);
  });

  it('gives `new` its defaults, also when it stands alone', () => {
    const defaults = {
      type: 'new',
      window: 604_800,
      round: 1,
      fts: 1800,
      localtime: false,
      firsttime: null,
      lasttime: null,
    };
    expect(parseSplit('new')).toEqual(defaults);
    expect(parseSplit('new()')).toEqual(defaults);
    expect(parseSplit('new_local')).toEqual({ ...defaults, localtime: true });
    expect(parseSplit('new_local(window=6h)')).toEqual({ ...defaults, localtime: true, window: 21_600 });
  });

  it('reads times with suffixes, and cuts the window to a multiple of round', () => {
    const split = parseSplit(
      'new(window=25h, round=1d, fts=1.5h, firsttime=1497934800, lasttime=2017-07-01)',
    );
    expect(split).toMatchObject({ window: 86_400, round: 86_400, fts: 5400, firsttime: 1_497_934_800 });
    expect(split).toMatchObject({ lasttime: Date.UTC(2017, 6, 1) / 1000 });
  });

  it.each([
    ['nfiles', 'files is missing'],
    ['nfiles()', 'files is missing'],
    ['nfiles(0)', 'at least 1'],
    ['nfiles(-3)', 'at least 1'],
    ['nfiles(ten)', 'whole number'],
    ['nfiles(99999999999999999999)', 'whole number'],
    ['nfiles(1,2)', 'no more than 1 parameters'],
    ['nfiles_1(2)', 'no more than 1 parameters'],
    ['nfiles(n=1)', 'no parameter n (files)'],
    ['list(3)', 'no more than 0'],
    ['byrun(low=3,low=4)', 'given twice'],
    ['byrun(low=9,high=9)', 'greater than low'],
    ['new(window=soon)', 'length of time'],
    ['new(window=1h,round=1d)', 'as long as round'],
    ['new(round=0s)', 'at least 1s'],
    ['new(localtime=maybe)', '0 or 1'],
    ['new(lasttime=2017-99-99)', 'no date'],
    ['new(firsttime=9999999999999)', 'too far'],
    ['nfiles(10', 'type(parameter'],
    ['../evil', 'type(parameter'],
    ['constructor(1)', 'no type constructor'],
    ['everything(1)', 'no type everything (none, '],
  ])('refuses %s', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it('reads or refuses any text, and nothing else happens', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom('new', 'mod', '(', ')', '_', ',', '=', '5', 'w')).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          const split = parseSplit(written);
          expect(parseSplit(formatSplit(split))).toEqual(split);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-split' });
        }
      }),
    );
  });
});

describe('writing splits', () => {
  it('reads back as the same split, and writes it the same again', () => {
    fc.assert(
      fc.property(anySplit, (split) => {
        const text = formatSplit(split);
        expect(parseSplit(text)).toEqual(split);
        expect(formatSplit(parseSplit(text))).toBe(text);
      }),
    );
  });

  it('leaves defaults out and takes the largest unit', () => {
    expect(formatSplit(parseSplit('byrun(low=1,high=7)'))).toBe('byrun(high=7)');
    expect(formatSplit(parseSplit('new(window=604800,fts=7200s)'))).toBe('new(fts=2h)');
    expect([0, 59, 60, 3600, 86_400, 1_209_600, 90_000].map(writeDuration)).toEqual([
      '0s',
      '59s',
      '1m',
      '1h',
      '1d',
      '2w',
      '25h',
    ]);
  });
});

describe('the table of split types', () => {
  it('holds all twelve, each with an example that reads as that type', () => {
    expect(SPLIT_TYPES).toHaveLength(12);
    for (const type of SPLIT_TYPES) {
      expect(parseSplit(type.example).type).toBe(type.name);
      expect(type.description).toMatch(/\.$/);
    }
  });

  it('gives defaults that the parameters accept', () => {
    for (const { name, parameters } of SPLIT_TYPES) {
      const given = parameters.filter((p) => p.default === null).map((p) => `${p.name}=1`);
      const spelled = parameters.map((p) => `${p.name}=${p.default ?? '1'}`);
      expect(parseSplit(`${name}(${spelled.join(',')})`)).toEqual(parseSplit(`${name}(${given.join(',')})`));
    }
  });
});
