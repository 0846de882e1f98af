import type { Argument, Test, ValueArgument } from './ast.ts';
import type { Token } from './lexer.ts';
import type { TokenReader } from './reader.ts';
import { asRange, isEndpoint } from './values.ts';

const ORDERINGS = ['<=', '>=', '<', '>'] as const;

/** What follows the name of a dimension: an operator, which may be left out, and its argument. */
export function parseTest(reader: TokenReader): Test {
  if (reader.keyword('in'))
    return { operator: '=', argument: inParentheses(reader, () => parseArgument(reader)) };
  if (reader.keyword('like')) return { operator: 'like', argument: single(reader) };
  if (reader.isWord('not', 0) && reader.isWord('in', 1)) {
    reader.advance(2);
    return { operator: '!=', argument: inParentheses(reader, () => parseArgument(reader)) };
  }
  if (reader.isWord('not', 0) && reader.isWord('like', 1)) {
    reader.advance(2);
    return { operator: 'not like', argument: single(reader) };
  }
  const ordering = ORDERINGS.find((operator) => reader.symbol(operator));
  if (ordering) return { operator: ordering, argument: single(reader) };
  const operator = reader.symbol('!=') ? '!=' : '=';
  if (operator === '=') reader.symbol('=');
  return { operator, argument: inParentheses(reader, () => parseArgument(reader)) };
}

/** One value, where a list or a range makes no sense. */
function single(reader: TokenReader): ValueArgument {
  const value = inParentheses(reader, () => reader.value('a value'));
  const after = reader.peek();
  if (after.text === ',' || (after.kind === 'word' && after.text.startsWith('-'))) {
    throw reader.problem(after.at, 'this operator takes one value, not a list or a range');
  }
  return { kind: 'value', value };
}

function inParentheses<T>(reader: TokenReader, rule: () => T): T {
  if (!reader.symbol('(')) return rule();
  const result = rule();
  if (!reader.symbol(')')) throw reader.unexpected(')');
  return result;
}

/** Ordered choice: a list before a range before a value. */
function parseArgument(reader: TokenReader): Argument {
  const first = reader.peek();
  const after = reader.peek(1);
  if (after.kind === 'symbol' && after.text === ',') return { kind: 'list', values: reader.values() };
  if (first.kind === 'word') {
    const range = asRange(first.text);
    if (range) {
      reader.advance();
      return range;
    }
  }
  return spacedRange(reader) ?? { kind: 'value', value: reader.value('a value') };
}

/** A range of several tokens: 'a'-'b', 1 - 5, 1- 5, 1 -5, 1-'b'. */
function spacedRange(reader: TokenReader): Argument | null {
  const [first, second, third] = [reader.peek(), reader.peek(1), reader.peek(2)];
  const isEnd = (token: Token, text = token.text) =>
    token.kind === 'quoted' || (token.kind === 'word' && isEndpoint(text));
  if (first.kind === 'word' && first.text.endsWith('-') && isEnd(second)) {
    const from = first.text.slice(0, -1);
    if (!isEndpoint(from)) return null;
    reader.advance(2);
    return { kind: 'range', from, to: second.text };
  }
  if (!isEnd(first) || second.kind !== 'word' || !second.text.startsWith('-')) return null;
  if (second.text !== '-') {
    const to = second.text.slice(1);
    if (!isEndpoint(to)) return null;
    reader.advance(2);
    return { kind: 'range', from: first.text, to };
  }
  if (!isEnd(third)) return null;
  reader.advance(3);
  return { kind: 'range', from: first.text, to: third.text };
}
