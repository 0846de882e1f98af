import { sql } from 'kysely';
import { type Comparison, either, hasWildcard, likePattern, type Sql } from './conditions.ts';

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A parameter `category.name` of a file's metadata. Metadata may hold it as a number or as text, and a query
 * does not tell which: equality tries both (by containment, which the index serves); comparisons are by number
 * where the query's value is one, by text otherwise.
 */
export function parameter(meta: Sql, name: string): Comparison {
  const value = sql`(${meta} ->> ${name}::text)`;
  // The guard is in a case: conditions of an `and` may be evaluated in any order, and a cast of text would fail.
  const number = sql`(case when jsonb_typeof(${meta} -> ${name}::text) = 'number' then ${value}::numeric end)`;
  const same = (content: unknown) => sql`${meta} @> ${JSON.stringify({ [name]: content })}::jsonb`;
  const like = (pattern: string) => sql`${value} like ${likePattern(pattern)}`;
  const equals = (text: string) => {
    if (hasWildcard(text)) return like(text);
    const others = NUMBER.test(text) ? [Number(text)] : /^(true|false)$/.test(text) ? [text === 'true'] : [];
    return either([same(text), ...others.map(same)]);
  };
  return {
    equal: (values) => either(values.map(equals)),
    between: (from, to) =>
      NUMBER.test(from) && NUMBER.test(to)
        ? sql`${number} between ${from}::numeric and ${to}::numeric`
        : sql`(${value} collate "C") between ${from} and ${to}`,
    ordered: (operator, text) =>
      NUMBER.test(text)
        ? sql`${number} ${sql.raw(operator)} ${text}::numeric`
        : sql`(${value} collate "C") ${sql.raw(operator)} ${text}`,
    like,
  };
}
