/** From the test of a dimension to a condition on a column. Values only ever become parameters. */
import { type RawBuilder, sql } from 'kysely';
import { type Argument, asRange, type Test } from '../../../domain/dimensions/index.ts';
import { parseInstant } from './times.ts';

export type Sql = RawBuilder<unknown>;
/** Makes the error that names what is wrong with a value, shown at its place in the query. */
export type Refuse = (problem: string) => Error;

/** What a column holds: decides which values and operators make sense. */
export type ColumnKind = 'text' | 'integer' | 'time';
type Ordering = '<' | '<=' | '>' | '>=';

const ORDER: Record<Ordering, Sql> = { '<': sql`<`, '<=': sql`<=`, '>': sql`>`, '>=': sql`>=` };

/** How one kind of column is compared. */
export interface Comparison {
  equal(values: string[]): Sql;
  between(from: string, to: string): Sql;
  ordered(operator: Ordering, value: string): Sql;
  like(pattern: string): Sql;
}

/** `!=` and `not like` are true also where there is no value; `negated` says to turn the condition round. */
export function positive(test: Test): { test: Test; negated: boolean } {
  if (test.operator === '!=') return { test: { ...test, operator: '=' }, negated: true };
  if (test.operator === 'not like') return { test: { ...test, operator: 'like' }, negated: true };
  return { test, negated: false };
}

/** Turns a condition round; nothing known counts as not fulfilled. */
export function negation(condition: Sql): Sql {
  return sql`((${condition}) is not true)`;
}

/** The condition of a positive test by a kind's comparison. */
export function condition(test: Test, comparison: Comparison): Sql {
  switch (test.operator) {
    case '=':
      return equality(test.argument, comparison);
    case '!=':
      return negation(equality(test.argument, comparison));
    case 'like':
      return comparison.like(test.argument.value);
    case 'not like':
      return negation(comparison.like(test.argument.value));
    default:
      return comparison.ordered(test.operator, test.argument.value);
  }
}

function equality(argument: Argument, comparison: Comparison): Sql {
  if (argument.kind === 'range') return comparison.between(argument.from, argument.to);
  return comparison.equal(argument.kind === 'list' ? argument.values : [argument.value]);
}

export function comparisonFor(kind: ColumnKind, column: Sql, refuse: Refuse): Comparison {
  if (kind === 'text') return text(column);
  return kind === 'integer' ? integer(column, refuse) : time(column, refuse);
}

/** Text; `=` takes the wildcards `%` and `?`. */
export function text(column: Sql): Comparison {
  const like = (pattern: string) => sql`${column} like ${likePattern(pattern)}`;
  return {
    equal(values) {
      const { plain, patterns } = splitWildcards(values);
      return either([
        ...(plain.length > 0 ? [sql`${column} = any(${plain}::text[])`] : []),
        ...(patterns.length > 0 ? [likeAny(column, patterns)] : []),
      ]);
    },
    between: (from, to) => sql`(${column} collate "C") between ${from} and ${to}`,
    ordered: (operator, value) => sql`(${column} collate "C") ${ORDER[operator]} ${value}`,
    like,
  };
}

/** Whole numbers; a range may stand in a list: 1,2,7-9. */
export function integer(column: Sql, refuse: Refuse): Comparison {
  const between = (from: string, to: string) =>
    sql`${column} between ${wholeNumber(from, refuse)}::bigint and ${wholeNumber(to, refuse)}::bigint`;
  return {
    equal(values) {
      const ranges = values.map(asRange).filter((range) => range !== null);
      const single = values
        .filter((value) => asRange(value) === null)
        .map((value) => wholeNumber(value, refuse));
      const exact = single.length > 0 ? [sql`${column} = any(${single}::bigint[])`] : [];
      return either([...exact, ...ranges.map(({ from, to }) => between(from, to))]);
    },
    between,
    ordered: (operator, value) => sql`${column} ${ORDER[operator]} ${wholeNumber(value, refuse)}::bigint`,
    like: () => {
      throw refuse('like works on text, not on numbers');
    },
  };
}

/** Times; a date by itself is the whole day with `=` and at the end of a range, its beginning with `<` and `>`. */
function time(column: Sql, refuse: Refuse): Comparison {
  const read = (value: string) => {
    const instant = parseInstant(value);
    if (!instant)
      throw refuse(`${value} is not a date or time such as 2026-01-31 or '2026-01-31T12:00:00+0000'`);
    return instant;
  };
  const between = (from: string, to: string) =>
    sql`(${column} >= ${read(from).from} and ${column} < ${read(to).until})`;
  return {
    equal: (values) =>
      either(
        values
          .map((value) => asRange(value) ?? { from: value, to: value })
          .map(({ from, to }) => between(from, to)),
      ),
    between,
    ordered: (operator, value) => sql`${column} ${ORDER[operator]} ${read(value).from}`,
    like: () => {
      throw refuse('like works on text, not on times');
    },
  };
}

/** A number that fits PostgreSQL's bigint, as text. */
export function wholeNumber(value: string, refuse: Refuse): string {
  if (!/^-?\d{1,18}$/.test(value)) throw refuse(`${value} is not a whole number`);
  return value;
}

export function hasWildcard(value: string): boolean {
  return /[%?]/.test(value);
}

export function splitWildcards(values: string[]): { plain: string[]; patterns: string[] } {
  return {
    plain: values.filter((value) => !hasWildcard(value)),
    patterns: values.filter(hasWildcard),
  };
}

/** Like one of the patterns. One by itself is no array: the planner sees its prefix, and uses the index of names. */
export function likeAny(column: Sql, patterns: string[]): Sql {
  const [first, ...others] = patterns.map(likePattern);
  return others.length === 0
    ? sql`${column} like ${first}`
    : sql`${column} like any(${[first, ...others]}::text[])`;
}

/** A pattern of the language as one of PostgreSQL: `?` is one character; `_` and `\` are themselves. */
export function likePattern(pattern: string): string {
  return pattern.replaceAll(/[\\_]/g, '\\$&').replaceAll('?', '_');
}

export function either(conditions: Sql[]): Sql {
  return conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` or `)})`;
}

export function all(conditions: Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;
}
