import type { WithItems } from './ast.ts';
import type { Token } from './lexer.ts';
import type { TokenReader } from './reader.ts';

const COUNTS = ['limit', 'offset', 'stride'] as const;
const NAME = /^[A-Za-z][A-Za-z0-9_.+-]*$/;

/**
 * Reads the items after one `with`, at least one, into `items`. Several `with` of one expression say the same as
 * one; each of limit, offset, stride and availability may be given once.
 */
export function parseWithItems(reader: TokenReader, items: WithItems): void {
  do parseItem(reader, items);
  while (startsItem(reader.peek()));
}

function startsItem(token: Token): boolean {
  const word = token.text.toLowerCase();
  return (
    token.kind === 'word' &&
    NAME.test(word) &&
    !['with', 'and', 'or', 'not', 'minus', 'union', 'intersect'].includes(word)
  );
}

function parseItem(reader: TokenReader, items: WithItems): void {
  const token = reader.peek();
  if (!startsItem(token)) throw reader.unexpected('limit, offset, stride or availability');
  const name = token.text.toLowerCase();
  const count = COUNTS.find((word) => word === name);
  const known = count ?? (name === 'availability' ? name : null);
  if (known && items[known] !== undefined) throw reader.problem(token.at, `${name} is given twice`);
  reader.advance();
  if (count) items[count] = parseCount(reader, count);
  else if (known) items.availability = reader.values().map((value) => value.toLowerCase());
  else {
    items.others ??= [];
    items.others.push({ at: token.at, name, value: reader.value(`the value of ${name}`) });
  }
}

function parseCount(reader: TokenReader, name: string): number {
  const token = reader.peek();
  const count = Number(token.text);
  const least = name === 'stride' ? 1 : 0;
  if (token.kind !== 'word' || !/^\d+$/.test(token.text) || !Number.isSafeInteger(count) || count < least) {
    throw reader.unexpected(`a whole number of at least ${least} for ${name}`);
  }
  reader.advance();
  return count;
}
