import type { RangeArgument } from './ast.ts';

const DATE = String.raw`\d{4}-\d{1,2}-\d{1,2}|\d{1,2}-[A-Za-z]{3}-(?:\d{4}|\d{2})`;
const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const ENDPOINT = new RegExp(`^(?:${DATE}|${NUMBER})$`);
const RANGE = new RegExp(`^(${DATE}|${NUMBER})-(${DATE}|${NUMBER})$`);

/** Words that mean something by themselves: as values they are written in quotes. */
const KEYWORDS = new Set(['and', 'or', 'not', 'minus', 'union', 'intersect', 'with', 'in', 'like']);

export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word.toLowerCase());
}

/** May this stand bare as one end of a range: a number or a date? */
export function isEndpoint(word: string): boolean {
  return ENDPOINT.test(word);
}

/**
 * `1-5` or `2026-01-02-2026-01-09` as a range; null where the word is one value. A date by itself is a value,
 * although it has hyphens; so is `a-b-c`.
 */
export function asRange(word: string): RangeArgument | null {
  const [, from, to] = RANGE.exec(word) ?? [];
  if (from === undefined || to === undefined || isEndpoint(word)) return null;
  return { kind: 'range', from, to };
}
