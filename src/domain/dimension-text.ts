/**
 * Pieces of SAM dimension text: how values, dates, datasets and file patterns are written so that a value can
 * never become a part of the language (spec/data-handling.md 2.1).
 */
import { PomsError } from '../errors.ts';

/** Words of the language that may not stand as a bare value. */
const WORDS = new Set(
  'and or not minus union intersect with in like limit offset stride availability defname'.split(' '),
);

/**
 * Puts a value in quotes. The language has no escape inside quotes, so a value with both kinds of quotes, or
 * with control characters, cannot be written: error `bad-query`.
 */
export function quoteValue(value: string): string {
  if (/\p{Cc}/u.test(value)) {
    throw new PomsError('bad-query', {
      problem: `The value ${JSON.stringify(value)} has control characters.`,
    });
  }
  if (!value.includes("'")) return `'${value}'`;
  if (!value.includes('"')) return `"${value}"`;
  throw new PomsError('bad-query', { problem: `The value ${value} has both kinds of quotes.` });
}

/** A value as it is where that is safe and means the same (`prod_v1`), in quotes otherwise (`1-5`, `a b`). */
export function writeValue(value: string): string {
  const bare = /^[A-Za-z][A-Za-z0-9_.]*$/.test(value) && !WORDS.has(value.toLowerCase());
  return bare ? value : quoteValue(value);
}

/** `defname: <dataset>`: all files of a definition. */
export function definitionFiles(dataset: string): string {
  return `defname: ${writeValue(dataset)}`;
}

/** All files of a project's snapshot, whatever became of them. */
export function snapshotFiles(project: string): string {
  return `snapshot_for_project_name ${writeValue(project)}`;
}

/** A date as the original writes it, `%Y-%m-%dT%H:%M:%S%z`, in UTC. Parts of a second are cut off. */
export function writeDate(date: Date): string {
  return `${date.toISOString().slice(0, 19)}+0000`;
}

/** The same instant, told in the local time of this machine with its offset from UTC. */
export function writeLocalDate(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}${two(minutes % 60)}`;
}

/**
 * The file patterns in a text as people write it: separated by commas (those within quotes or parentheses
 * separate nothing). Nothing at all, or the word `None` that older clients store, is the pattern `%`.
 */
export function parsePatterns(text: string): string[] {
  const parts = text.match(/(?:'[^']*'|"[^"]*"|\([^)]*\)|[^,])+/g) ?? [];
  const patterns = parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (part === 'None' ? '%' : part));
  return patterns.length === 0 ? ['%'] : [...new Set(patterns)];
}

/**
 * The condition for one pattern. A pattern with a blank is a fragment of the language and is used as it is
 * (spec 5.2), in parentheses where its own `or` or `minus` would otherwise reach over its borders.
 */
export function patternCondition(pattern: string): string {
  if (!/\s/.test(pattern)) return `file_name like ${quoteValue(pattern)}`;
  return /\b(or|minus|union|intersect)\b/i.test(pattern) ? `(${pattern})` : pattern;
}

/** `ischildof:( ischildof:( base ) )`: files `depth` generations away from those of the base. */
export function relatives(relation: 'ischildof' | 'isparentof', depth: number, base: string): string {
  let text = base;
  for (let step = 0; step < depth; step++) text = `${relation}:( ${text} )`;
  return text;
}
