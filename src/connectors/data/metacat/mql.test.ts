import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../test/support/metacat/mql-evaluator.ts';
import { parseMql } from '../../../../test/support/metacat/mql-parser.ts';
import { StandInState } from '../../../../test/support/metacat/state.ts';
import { PomsError } from '../../../errors.ts';
import { filesNamed, join, minus, nameLike, page, quote, relatives, where, writeDid } from './mql.ts';
import { filesOf, parseDataset, sliceBase } from './names.ts';
import { madeOf, withAllOutput } from './output.ts';

const output = {
  patterns: ['%_reco.root'],
  softwareVersion: 'v1',
  createdAfter: new Date('2026-12-01T10:20:30.900Z'),
  depth: 1,
};

describe('MQL', () => {
  it('says what became of files', () => {
    expect(madeOf('files from poms:poms_project_7', output)).toBe(
      '(children(files from poms:poms_project_7)) where core.application.version = "v1" ' +
        'and created_timestamp > datetime("2026-12-01T10:20:30+00:00") and name ~ "^.*_reco[.]root$"',
    );
  });

  it('takes several patterns as alternatives, and all of them for what is complete', () => {
    const two = { ...output, softwareVersion: '', patterns: ['a%,b%'], depth: 2 };
    expect(madeOf('files', two)).toContain('(children(children(files))) where');
    expect(madeOf('files', two)).toContain('(name ~ "^a.*$" or name ~ "^b.*$")');
    expect(withAllOutput('files', two)).toMatch(
      /^join\(files, parents\(parents\(.*a.*\)\), parents\(parents\(.*b.*\)\)\)$/,
    );
  });

  it('asks for no name where any will do', () => {
    expect(madeOf('files', { ...output, patterns: [] })).not.toContain('name');
  });

  it.each([
    ['%', null],
    ['a_b.root', 'name = "a_b.root"'],
    ['a_%.root', 'name ~ "^a_.*[.]root$"'],
    ['a?(1)+{2}|[x]$%', 'name ~ "^a.[(]1[)][+][{]2}[|][[]x][$].*$"'],
    ['core.tier = "reco" and name ~ "a"', '(core.tier = "reco" and name ~ "a")'],
  ])('file pattern %s', (pattern, condition) => {
    expect(nameLike(pattern)).toBe(condition);
  });

  it.each(['name = "a" ) or (name = "b"', 'name = "a', "x = 'a", 'name = "a" # and', 'a ] [ b', '(( a'])(
    'refuses the condition %s, which would reach over its parentheses',
    (fragment) => {
      expect(() => nameLike(fragment)).toThrow(PomsError);
    },
  );

  it('lists files, those whose names cannot stand bare by their values', () => {
    const files = [
      { namespace: 'raw', name: 'a.root' },
      { namespace: 'raw', name: '2026 b.root' },
    ];
    expect(filesNamed(files)).toBe(
      'union((files raw:a.root), (files where namespace = "raw" and name in ("2026 b.root")))',
    );
    expect(() => filesNamed([])).toThrow('no files');
  });

  it('never lets a value become a part of the language', () => {
    const awkward = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '"',
        "'",
        '\\',
        '") or ("',
        'a:b',
        'a - files',
        'x" where name ~ ".*',
        '\n',
        '(',
        'a,b',
      ),
    );
    const read = (text: () => string) => {
      try {
        return parseMql(text());
      } catch (error) {
        if (error instanceof PomsError && error.code === 'bad-query') return null;
        throw error;
      }
    };
    fc.assert(
      fc.property(awkward, (value) => {
        const compared = read(() => where('files', [`core.x = ${quote(value)}`]));
        if (compared !== null) {
          expect(compared).toEqual({
            kind: 'where',
            of: { kind: 'all' },
            condition: { kind: 'compare', key: 'core.x', index: null, operator: '=', value },
          });
        }
        const named = read(() => filesNamed([{ namespace: 'n', name: value }]));
        if (named?.kind === 'named') expect(named.dids).toEqual([`n:${value}`]);
        else if (named !== null)
          expect(named).toMatchObject({ condition: { of: [{ value: 'n' }, { values: [value] }] } });
        const dataset = read(() => `files from ${writeDid({ namespace: 'n', name: value })}`);
        if (dataset !== null) expect(dataset).toEqual({ kind: 'from', datasets: [`n:${value}`] });
        const like = /\s/.test(value) ? null : read(() => where('files', [nameLike(value) ?? 'name = ""']));
        if (like !== null) expect(like).toMatchObject({ kind: 'where', condition: { kind: 'compare' } });
      }),
      { numRuns: 2000 },
    );
  });

  it('finds by a pattern what the pattern means', () => {
    const state = new StandInState();
    state.createDataset('n', 'all');
    const names = ['a.root', 'aXroot', 'a_b.root', 'b[1].root', 'a+b.root'];
    for (const name of names) state.declare('n:all', { namespace: 'n', name });
    const like = (pattern: string) =>
      [...evaluate(parseMql(where('files', [nameLike(pattern) ?? ''])), state)]
        .map((fid) => state.files.get(fid)?.name)
        .sort();
    expect(like('a.%')).toEqual(['a.root']);
    expect(like('a?root')).toEqual(['a.root', 'aXroot']);
    expect(like('b[1].%')).toEqual(['b[1].root']);
    expect(like('a+%')).toEqual(['a+b.root']);
    expect(like('a_%')).toEqual(['a_b.root']);
  });

  it('keeps operands together', () => {
    // A list of files has commas of its own.
    const list = filesNamed(['x', 'y'].map((name) => ({ namespace: 'n', name })));
    expect(parseMql(join([list, 'files']))).toMatchObject({
      of: [{ dids: ['n:x', 'n:y'] }, { kind: 'all' }],
    });
    expect(page(minus('files from a:b', relatives('parents', 1, 'files')), { skip: 0, limit: 5 })).toBe(
      '(files from a:b - (parents(files))) ordered skip 0 limit 5',
    );
    expect(() => page('files', { skip: 0.5, limit: 1 })).toThrow('whole number');
  });
});

describe('names of datasets', () => {
  it('are in the namespace of POMS where they say none', () => {
    expect(parseDataset('poms_recover_1_0', 'poms')).toEqual({ namespace: 'poms', name: 'poms_recover_1_0' });
    expect(parseDataset(' raw:run-1/a.b ', 'poms')).toEqual({ namespace: 'raw', name: 'run-1/a.b' });
    expect(parseDataset('files from raw:run1', 'poms')).toBeNull();
  });

  it('a text that is no name is a query', () => {
    expect(filesOf('raw:run1', 'poms')).toBe('files from raw:run1');
    expect(filesOf(' files from raw:run1 where core.runs[any] = 5 ', 'poms')).toBe(
      'files from raw:run1 where core.runs[any] = 5',
    );
  });

  it('slices have the namespace of others in their names', () => {
    expect(sliceBase('raw:run1', 'poms')).toBe('raw.run1');
    expect(sliceBase('poms:x', 'poms')).toBe('x');
    expect(sliceBase('files from raw:run1', 'poms')).toMatch(/^query_[0-9a-f]{12}$/);
  });
});
