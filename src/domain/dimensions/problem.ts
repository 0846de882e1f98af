import { PomsError } from '../../errors.ts';

/** Longest query in bytes. Real ones have a few hundred; lists of thousands of names belong in a definition. */
export const MAX_QUERY_BYTES = 100_000;
/** Deepest nesting of parentheses and `not`: about half of what the recursion of parser and printer has stack for. */
export const MAX_DEPTH = 500;

/** At most so much of a long line is shown around the place that is wrong. */
const SHOWN = 90;

/**
 * The error for a query that is wrong at one place: 'bad-query' whose message tells line and column (both from 1)
 * and shows the line with a caret under the place. The problem is a sentence without its full stop.
 */
export function queryProblem(text: string, at: number, problem: string): PomsError {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', at);
  const whole = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const offset = at - lineStart;
  const cut = Math.max(0, offset - SHOWN / 2);
  const shown = whole.slice(cut, cut + SHOWN).replaceAll(/[\t\r]/g, ' ');
  const caret = `${' '.repeat(offset - cut)}^`;
  const column = offset + 1;
  const sentence = `Line ${line}, column ${column}: ${problem}.`;
  return new PomsError('bad-query', { problem: `${sentence}\n  ${shown}\n  ${caret}`, line, column });
}
