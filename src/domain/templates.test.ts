import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PomsError } from '../errors.ts';
import {
  escapeTemplate,
  expandValues,
  launchValues,
  render,
  templateNames,
  templateProblems,
} from './templates.ts';

function errorOf(action: () => unknown): PomsError {
  try {
    action();
  } catch (error) {
    if (error instanceof PomsError) return error;
  }
  throw new Error('no PomsError was thrown');
}

describe('rendering', () => {
  it('replaces names and doubled percent signs', () => {
    expect(render('run %(a)s %(b)s 100%% %(a)s', { a: '1', b: '2' })).toBe('run 1 2 100% 1');
    expect(templateNames('%(a)s %(b c)s %(a)s %%(no)s')).toEqual(['a', 'b c']);
  });

  it('puts values in as they are', () => {
    expect(render('%(a)s', { a: '%(b)s %% %' })).toBe('%(b)s %% %');
  });

  it('reports all unknown names at once, with where and what is known', () => {
    const error = errorOf(() => render('%(x)s %(a)s %(toString)s', { b: '', a: '' }, 'The launch script'));
    expect(error.code).toBe('unknown-template-name');
    expect(error.details).toEqual({ where: 'The launch script', names: 'x, toString', known: 'a, b' });
  });

  it.each([
    ['50% done', 3],
    ['%', 1],
    ['%%%', 3],
    ['ab %(name', 4],
    ['%(name)d', 1],
    ['%()s', 1],
    ['%(a %(b)s', 1],
  ])('tells the place of what it cannot read: %s', (template, position) => {
    const error = errorOf(() => render(template, { b: '', name: '' }));
    expect(error.code).toBe('bad-template');
    expect(error.details.position).toBe(position);
  });

  it('gives back every text that was escaped', () => {
    fc.assert(fc.property(fc.string(), (text) => render(escapeTemplate(text), {}) === text));
  });

  it('renders as a plain replacement would, or throws a PomsError, whatever the text', () => {
    const text = fc
      .array(fc.constantFrom('%', '(', ')', 's', 'a', '%(a)s', ' '))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (template) => {
        const expected = template.replace(/%%|%\(a\)s/g, (piece) => (piece === '%%' ? '%' : 'X'));
        let rendered: unknown;
        try {
          rendered = render(template, { a: 'X' });
        } catch (error) {
          rendered = error;
        }
        if (!(rendered instanceof PomsError)) expect(rendered).toBe(expected);
      }),
    );
  });
});

describe('values that are templates', () => {
  it('are expanded once, and others left alone', () => {
    expect(expandValues({ tune: 'G18', dataset: '%(tune)s_gen', pattern: '50% %%' })).toEqual({
      tune: 'G18',
      dataset: 'G18_gen',
      pattern: '50% %%',
    });
  });

  it('may not refer to themselves or to other templates', () => {
    expect(errorOf(() => expandValues({ a: '%(a)s' })).code).toBe('bad-template');
    expect(errorOf(() => expandValues({ a: '%(b)s', b: '%(c)s', c: '1' })).details.problem).toContain(
      'value b',
    );
  });

  it('report names that nothing defines', () => {
    expect(errorOf(() => expandValues({ dataset: '%(nope)s' })).details).toMatchObject({
      where: 'The value of dataset',
      names: 'nope',
    });
  });

  it('of a launch win over keywords of the same name', () => {
    const own = { dataset: '%(tune)s_ds', version: 'v1', group: 'g', experimenter: 'me', experiment: 'nova' };
    const values = launchValues({ tune: 'G18', version: 'other' }, own);
    expect(values).toMatchObject({ dataset: 'G18_ds', parameter: 'G18_ds', version: 'v1', tune: 'G18' });
  });
});

it('finds everything wrong with templates before they are saved', () => {
  const problems = templateProblems(
    [
      { path: 'script', template: 'run %(dataset)s' },
      { path: 'parameters[0]', template: '%(x)s %(y)s' },
      { path: 'parameters[1]', template: '50%' },
    ],
    ['dataset'],
  );
  expect(problems.map(({ path }) => path)).toEqual(['parameters[0]', 'parameters[1]']);
  expect(problems[0]?.problem).toContain('x, y');
  expect(problems[1]?.problem).toContain('position 3');
});
