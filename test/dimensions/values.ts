/** What a test of a dimension means for one value: docs/dimensions.md, in plain TypeScript. */
import type { Argument, Test } from '../../src/domain/dimensions/index.ts';

export type Value = string | number | boolean | Date;
/** A run with its subrun. */
export type RunPlace = readonly [run: number, subrun: number];

type Order = '<' | '<=' | '>' | '>=';

/** How values of one kind compare with the words of a query. */
export interface Kind<T> {
  equals(value: T, word: string): boolean;
  between(value: T, from: string, to: string): boolean;
  compares(value: T, order: Order, word: string): boolean;
  like?(value: T, pattern: string): boolean;
}

/** Is the test true of the value? `!=` and `not like` are asked as their opposites. */
export function holds<T>(kind: Kind<T>, value: T, test: Test): boolean {
  switch (test.operator) {
    case '=':
      return equals(kind, value, test.argument);
    case '!=':
      return !equals(kind, value, test.argument);
    case 'like':
      return kind.like?.(value, test.argument.value) ?? false;
    case 'not like':
      return !(kind.like?.(value, test.argument.value) ?? false);
    default:
      return kind.compares(value, test.operator, test.argument.value);
  }
}

function equals<T>(kind: Kind<T>, value: T, argument: Argument): boolean {
  if (argument.kind === 'range') return kind.between(value, argument.from, argument.to);
  const words = argument.kind === 'list' ? argument.values : [argument.value];
  return words.some((word) => kind.equals(value, word));
}

function inOrder(order: Order, difference: number): boolean {
  if (order === '<') return difference < 0;
  if (order === '<=') return difference <= 0;
  return order === '>' ? difference > 0 : difference >= 0;
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function isLike(value: string, pattern: string): boolean {
  const escaped = pattern.replaceAll(/[.*+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('?', '.').replaceAll('%', '.*')}$`, 's').test(value);
}

export const text: Kind<string> = {
  equals: (value, word) => (/[%?]/.test(word) ? isLike(value, word) : value === word),
  between: (value, from, to) => value >= from && value <= to,
  compares: (value, order, word) => inOrder(order, compareText(value, word)),
  like: isLike,
};

/** `7-9` in a list is a range. */
function rangeIn(word: string): [string, string] | null {
  const [, from, to] = /^(-?[\d.]+)-(-?[\d.]+)$/.exec(word) ?? [];
  return from === undefined || to === undefined ? null : [from, to];
}

export const whole: Kind<number> = {
  equals(value, word) {
    const range = rangeIn(word);
    return range ? whole.between(value, ...range) : value === Number(word);
  },
  between: (value, from, to) => value >= Number(from) && value <= Number(to),
  compares: (value, order, word) => inOrder(order, value - Number(word)),
};

/** `10` is the whole run, `10.2` one subrun of it. */
export const runs: Kind<RunPlace> = {
  equals(value, word) {
    const range = rangeIn(word);
    return range ? runs.between(value, ...range) : compareRun(value, word) === 0;
  },
  between: (value, from, to) => compareRun(value, from) >= 0 && compareRun(value, to) <= 0,
  compares: (value, order, word) => inOrder(order, compareRun(value, word)),
};

function compareRun([run, subrun]: RunPlace, word: string): number {
  const [wantedRun, wantedSubrun] = word.split('.');
  const difference = run - Number(wantedRun);
  return difference !== 0 || wantedSubrun === undefined ? difference : subrun - Number(wantedSubrun);
}

/** A day, or a second, as [from, until). */
function stretch(word: string): [number, number] {
  const day = /^\d{4}-\d\d-\d\d$/.test(word);
  const named = /^(\d\d)-([A-Z][a-z]{2})-(\d{4})$/.exec(word);
  if (named) {
    const from = Date.parse(`${named[1]} ${named[2]} ${named[3]} 00:00:00 GMT`);
    return [from, from + 86_400_000];
  }
  const zone = /(Z|[+-]\d{4})$/.test(word) ? '' : 'Z';
  const from = Date.parse(day ? `${word}T00:00:00Z` : `${word}${zone}`.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return [from, from + (day ? 86_400_000 : 1000)];
}

export const time: Kind<Date> = {
  equals(value, word) {
    const [, from, to] = /^(\d{4}-\d\d-\d\d)-(\d{4}-\d\d-\d\d)$/.exec(word) ?? [];
    return time.between(value, from ?? word, to ?? word);
  },
  between: (value, from, to) => value.getTime() >= stretch(from)[0] && value.getTime() < stretch(to)[1],
  compares: (value, order, word) => inOrder(order, value.getTime() - stretch(word)[0]),
};

const isNumber = (word: string) => /^-?\d+(\.\d+)?$/.test(word);

/** Metadata is a number, a text, or true or false; a query does not tell which. */
export const parameter: Kind<string | number | boolean> = {
  equals(value, word) {
    if (/[%?]/.test(word)) return isLike(String(value), word);
    const range = rangeIn(word);
    if (range && typeof value === 'number' && parameter.between(value, ...range)) return true;
    if (typeof value === 'number') return isNumber(word) && value === Number(word);
    return String(value) === word;
  },
  between(value, from, to) {
    if (isNumber(from) && isNumber(to))
      return typeof value === 'number' && value >= Number(from) && value <= Number(to);
    return text.between(String(value), from, to);
  },
  compares(value, order, word) {
    if (isNumber(word)) return typeof value === 'number' && inOrder(order, value - Number(word));
    return text.compares(String(value), order, word);
  },
  like: (value, pattern) => isLike(String(value), pattern),
};
