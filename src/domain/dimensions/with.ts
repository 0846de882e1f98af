import type { WithItems } from './ast.ts';
import type { Token } from './lexer.ts';

/** What the rule needs of the parser. */
interface Source {
  peek(ahead?: number): Token;
  advance(count?: number): void;
  keyword(word: string): boolean;
  value(wanted: string): string;
  values(): string[];
  unexpected(wanted: string): Error;
  problem(at: number, problem: string): Error;
}

const COUNTS = ['limit', 'offset', 'stride'] as const;
const NAME = /^[A-Za-z][A-Za-z0-9_.+-]*$/;

/**
 * Reads the items after one `with`, at least one, into `items`. Several `with` of one expression say the same as
 * one; each of limit, offset, stride and availability may be given once.
 */
export function parseWithItems(source: Source, items: WithItems): void {
  do parseItem(source, items);
  while (startsItem(source.peek()));
}

function startsItem(token: Token): boolean {
  const word = token.text.toLowerCase();
  return (
    token.kind === 'word' &&
    NAME.test(word) &&
    !['with', 'and', 'or', 'not', 'minus', 'union', 'intersect'].includes(word)
  );
}

function parseItem(source: Source, items: WithItems): void {
  const token = source.peek();
  if (!startsItem(token)) throw source.unexpected('limit, offset, stride or availability');
  const name = token.text.toLowerCase();
  const count = COUNTS.find((word) => word === name);
  const known = count ?? (name === 'availability' ? name : null);
  if (known && items[known] !== undefined) throw source.problem(token.at, `${name} is given twice`);
  source.advance();
  if (count) items[count] = parseCount(source, count);
  else if (known) items.availability = source.values().map((value) => value.toLowerCase());
  else items.others = [...(items.others ?? []), { name, value: source.value(`the value of ${name}`) }];
}

function parseCount(source: Source, name: string): number {
  const token = source.peek();
  const count = Number(token.text);
  const least = name === 'stride' ? 1 : 0;
  if (token.kind !== 'word' || !/^\d+$/.test(token.text) || !Number.isSafeInteger(count) || count < least) {
    throw source.unexpected(`a whole number of at least ${least} for ${name}`);
  }
  source.advance();
  return count;
}
