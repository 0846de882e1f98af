/**
 * Pieces of MQL, the query language of MetaCat (spec/data-handling.md 3.3), put together so that a value can never
 * become a part of the language: names are checked, values are quoted, operands stand in parentheses.
 */
import { PomsError } from '../../../errors.ts';

/** A file or dataset: `namespace:name`. */
export interface Did {
  namespace: string;
  name: string;
}

/** What MQL takes for a bare name. */
const NAME = /^[A-Za-z][A-Za-z0-9_./-]*$/;

/** Names at once in one list of files: keeps the text of a query within what the parser of the server takes well. */
export const MAX_LISTED = 100_000;

function refuse(problem: string): never {
  throw new PomsError('bad-query', { problem });
}

/** A name as it is; error `bad-query` where MQL could not read it back as one. */
export function writeName(name: string): string {
  return NAME.test(name) ? name : refuse(`MetaCat cannot have the name ${JSON.stringify(name)} in a query.`);
}

export function writeDid({ namespace, name }: Did): string {
  return `${writeName(namespace)}:${writeName(name)}`;
}

/**
 * A value in quotes. How MetaCat reads back quotes and backslashes within quotes is not settled, so a value that has
 * some, or control characters, cannot be written: error `bad-query`.
 */
export function quote(value: string): string {
  return /["'\\\p{Cc}]/u.test(value)
    ? refuse(`The value ${JSON.stringify(value)} has quotes, backslashes or control characters.`)
    : `"${value}"`;
}

export function filesFrom(datasets: readonly Did[]): string {
  return `files from ${datasets.map(writeDid).join(', ')}`;
}

/** Just these files; error `bad-query` for none or too many. Names that cannot stand bare are compared as values. */
export function filesNamed(files: readonly Did[]): string {
  if (files.length === 0) refuse('A list of no files cannot be written.');
  if (files.length > MAX_LISTED) refuse(`A list of more than ${MAX_LISTED} files cannot be written.`);
  const isBare = ({ namespace, name }: Did) => NAME.test(namespace) && NAME.test(name);
  const bare = files.filter(isBare);
  const others = new Map<string, string[]>();
  for (const { namespace, name } of files.filter((file) => !isBare(file))) {
    const names = others.get(namespace) ?? [];
    names.push(quote(name));
    others.set(namespace, names);
  }
  return union([
    ...(bare.length === 0 ? [] : [`files ${bare.map(writeDid).join(',')}`]),
    ...[...others].map(([space, names]) =>
      where('files', [`namespace = ${quote(space)}`, `name in (${names.join(',')})`]),
    ),
  ]);
}

export function where(query: string, conditions: readonly string[]): string {
  return conditions.length === 0 ? query : `${operand(query)} where ${conditions.join(' and ')}`;
}

export function minus(left: string, right: string): string {
  return `${operand(left)} - ${operand(right)}`;
}

export function union(queries: readonly string[]): string {
  return queries.length === 1 ? queries.join() : `union(${queries.map(listed).join(', ')})`;
}

/** What all of them have. */
export function join(queries: readonly string[]): string {
  return queries.length === 1 ? queries.join() : `join(${queries.map(listed).join(', ')})`;
}

/** `depth` generations up or down. */
export function relatives(relation: 'parents' | 'children', depth: number, query: string): string {
  return depth === 0 ? query : relatives(relation, depth - 1, `${relation}(${query})`);
}

/** So many files in MetaCat's own fixed order, beginning with the one at `skip`. */
export function page(query: string, { skip, limit }: { skip: number; limit: number }): string {
  return `${operand(query)} ordered skip ${whole(skip)} limit ${whole(limit)}`;
}

/** `created_timestamp > datetime("...")`, to the second. */
export function since(attribute: 'created_timestamp', operator: '>' | '<=', time: Date): string {
  return `${attribute} ${operator} datetime("${time.toISOString().slice(0, 19)}+00:00")`;
}

export function whole(number: number): string {
  return Number.isSafeInteger(number) ? String(number) : refuse(`${number} is no whole number.`);
}

/**
 * The condition for a file pattern as job types have them; null for `%`, which all files fulfil. `%` is any text, `?`
 * any character; nothing else has a meaning (`_` is itself). A pattern with a blank is a condition in MQL, used as it is.
 */
export function nameLike(pattern: string): string | null {
  if (pattern === '%') return null;
  if (/\s/.test(pattern)) return fragment(pattern);
  if (!/[%?]/.test(pattern)) return `name = ${quote(pattern)}`;
  if (pattern.includes('^')) refuse(`The file pattern ${pattern} has a ^.`);
  const expression = [...pattern].map((c) => {
    if (c === '%') return '.*';
    if (c === '?') return '.';
    // A closing bracket by itself means itself, and within brackets it would not.
    return /[.*+$()[{|]/.test(c) ? `[${c}]` : c;
  });
  return `name ~ ${quote(`^${expression.join('')}$`)}`;
}

/** A condition that a person wrote, in parentheses that are its own: it must not end before they do. */
function fragment(text: string): string {
  const bare = text.replace(/"[^"]*"|'[^']*'/g, '');
  let depth = 0;
  for (const c of bare) {
    if (c === '(' || c === '[' || c === '{') depth += 1;
    if (c === ')' || c === ']' || c === '}') depth -= 1;
    if (depth < 0 || c === '"' || c === "'" || c === '#') break;
  }
  return depth === 0 && !/["'#]/.test(bare)
    ? `(${text})`
    : refuse(`In the condition ${text} quotes or parentheses do not match.`);
}

/** One of several: the comma after `files from a:b` must not go on with its datasets. */
function listed(query: string): string {
  return query.startsWith('files ') ? `(${query})` : query;
}

/** In parentheses unless it is one term. */
function operand(query: string): string {
  return /^(files|files from [\w.:/-]+|files [\w.:/-]+)$/.test(query) ? query : `(${query})`;
}
