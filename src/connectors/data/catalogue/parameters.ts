import { sql } from 'kysely';
import { asRange } from '../../../domain/dimensions/index.ts';
import { type Comparison, either, likeAny, likePattern, type Sql, splitWildcards } from './conditions.ts';

/** With an exponent that PostgreSQL's numbers can hold. */
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/**
 * A parameter `category.name` of a file's metadata. Metadata may hold it as a number or as text, and a query
 * does not tell which: equality tries both (by containment, which the index serves); comparisons are by number
 * where the query's value is one, by text otherwise.
 */
export function parameter(meta: Sql, name: string): Comparison {
  const value = sql`(${meta} ->> ${name}::text)`;
  // The guard is in a case: conditions of an `and` may be evaluated in any order, and a cast of text would fail.
  const number = sql`(case when jsonb_typeof(${meta} -> ${name}::text) = 'number' then ${value}::numeric end)`;
  const between = (from: string, to: string) =>
    NUMBER.test(from) && NUMBER.test(to)
      ? sql`${number} between ${from}::numeric and ${to}::numeric`
      : sql`(${value} collate "C") between ${from} and ${to}`;
  return {
    equal(values) {
      const { plain, patterns } = splitWildcards(values);
      const contents = plain.flatMap(contentsOf).map((content) => JSON.stringify({ [name]: content }));
      const ranges = plain.map(asRange).filter((range) => range !== null);
      return either([
        ...(contents.length > 0 ? [sql`${meta} @> any(${contents}::jsonb[])`] : []),
        ...(patterns.length > 0 ? [likeAny(value, patterns)] : []),
        ...ranges.map(({ from, to }) => between(from, to)),
      ]);
    },
    between,
    ordered: (operator, text) =>
      NUMBER.test(text)
        ? sql`${number} ${sql.raw(operator)} ${text}::numeric`
        : sql`(${value} collate "C") ${sql.raw(operator)} ${text}`,
    like: (pattern) => sql`${value} like ${likePattern(pattern)}`,
  };
}

/** What metadata may hold that a query writes so. */
function contentsOf(text: string): (string | number | boolean)[] {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(number)) return [text, number];
  return text === 'true' || text === 'false' ? [text, text === 'true'] : [text];
}
