/** The terms of one `and`, sorted into what is about the file itself and what is about rows that belong to it. */
import { sql } from 'kysely';
import type { Dimension, Expression } from '../../../domain/dimensions/index.ts';
import { all, either, negation, positive, type Sql } from './conditions.ts';
import { type DimensionRule, ruleOf } from './dimension-table.ts';
import type { RowGroup } from './row-groups.ts';

/** Terms that speak of one and the same row of a group. */
export interface RowTerms {
  group: RowGroup;
  terms: Expression[];
  condition: Sql;
}

/** A term that speaks of a row of its group. */
interface RowTerm {
  term: Expression;
  group: RowGroup;
  /** Does it say which row, or tell more of a row that another says? */
  naming: boolean;
  /** Is it fulfilled by a row that is there, and not by there being none? */
  asks: boolean;
}

/** Values were checked when the query was expanded; an error here would be a defect. */
export const unexpected = (problem: string) => new Error(`unchecked query: ${problem}`);

/**
 * Row terms of an `and`. A negated term speaks of the row that another one of its group asks for (`project_name P
 * and not consumed_status failed`); without one it is a condition of its own, and stays among the rest.
 */
export function rowTerms(
  terms: Expression[],
  experiment: string,
): { groups: RowTerms[]; rest: Expression[] } {
  const found = new Map<RowGroup, RowTerm[]>();
  for (const term of terms) {
    const row = rowTerm(term);
    if (row) found.set(row.group, [...(found.get(row.group) ?? []), row]);
  }
  const groups: RowTerms[] = [];
  for (const [group, rows] of found) {
    for (const together of group.alone ? eachOwn(rows) : [rows]) {
      if (!together.some(({ asks }) => asks)) continue;
      const same = together.map(({ term }) => term);
      groups.push({ group, terms: same, condition: rowCondition(group, same, experiment) });
    }
  }
  const taken = new Set(groups.flatMap((group) => group.terms));
  return { groups, rest: terms.filter((term) => !taken.has(term)) };
}

/** Each term that names a row, with all that tell more of it. */
function eachOwn(rows: RowTerm[]): RowTerm[][] {
  const more = rows.filter(({ naming }) => !naming);
  const named = rows.filter(({ naming, asks }) => naming && asks);
  return named.length === 0 ? [more] : named.map((one) => [one, ...more]);
}

/** A dimension on rows, or `not` one; or more of them in parentheses, none of which names a row. */
function rowTerm(term: Expression): RowTerm | null {
  const dimensions = dimensionsOf(term);
  const [first] = dimensions ?? [];
  const group = first && groupOf(first);
  if (!dimensions || !group || dimensions.some((dimension) => groupOf(dimension) !== group)) return null;
  const naming = dimensions.some(({ name }) => group.naming.includes(name));
  const single = term.kind === 'dimension' || (term.kind === 'not' && term.of.kind === 'dimension');
  return single || !naming ? { term, group, naming, asks: asks(term) } : null;
}

function groupOf(dimension: Dimension): RowGroup | null {
  const rule = ruleOf(dimension, unexpected);
  return rule.on === 'rows' ? rule.group : null;
}

/** The dimensions of a term that has nothing but such, `and`, `or` and `not`; else null. */
function dimensionsOf(term: Expression): Dimension[] | null {
  if (term.kind === 'dimension') return [term];
  if (term.kind === 'not') return dimensionsOf(term.of);
  if (term.kind !== 'and' && term.kind !== 'or') return null;
  const inside: Dimension[] = [];
  for (const part of term.terms) {
    const dimensions = dimensionsOf(part);
    if (!dimensions) return null;
    for (const dimension of dimensions) inside.push(dimension);
  }
  return inside;
}

function asks(term: Expression): boolean {
  if (term.kind === 'and') return term.terms.some(asks);
  if (term.kind === 'or') return term.terms.every(asks);
  if (term.kind === 'not') return !asks(term.of);
  return term.kind === 'dimension' && !positive(term.test).negated;
}

function rowCondition(group: RowGroup, terms: Expression[], experiment: string): Sql {
  const conditions = terms.map((term) => onRow(term, experiment));
  const { unless } = group;
  if (!unless) return all(conditions);
  const wanted = terms.flatMap((term) => wantedBy(term, unless.dimension, true));
  return all([...conditions, either([unless.condition, ...wanted.map((one) => onRow(one, experiment))])]);
}

/** The tests of a dimension that a row may fulfil by what it is, not by what it is not. */
function wantedBy(term: Expression, dimension: string, upright: boolean): Dimension[] {
  if (term.kind === 'not') return wantedBy(term.of, dimension, !upright);
  if (term.kind === 'and' || term.kind === 'or')
    return term.terms.flatMap((part) => wantedBy(part, dimension, upright));
  if (term.kind !== 'dimension' || term.name !== dimension) return [];
  const { test, negated } = positive(term.test);
  return negated === upright ? [] : [{ ...term, test }];
}

/** The condition of a term on a row at hand. */
function onRow(term: Expression, experiment: string): Sql {
  if (term.kind === 'not') return negation(onRow(term.of, experiment));
  if (term.kind === 'and') return all(term.terms.map((part) => onRow(part, experiment)));
  if (term.kind === 'or') return either(term.terms.map((part) => onRow(part, experiment)));
  if (term.kind !== 'dimension') throw unexpected(`${term.kind} on a row`);
  const rule = rowRule(term);
  const { test, negated } = positive(term.test);
  const condition = rule.condition(test, experiment, unexpected);
  return negated ? negation(condition) : condition;
}

function rowRule(dimension: Dimension): Extract<DimensionRule, { on: 'rows' }> {
  const rule = ruleOf(dimension, unexpected);
  if (rule.on !== 'rows') throw unexpected(`${dimension.name} on a row`);
  return rule;
}

/** The ids of the files that have such a row. */
export function filesWithRow({ group, condition }: RowTerms, experiment: string): Sql {
  return sql`select distinct ${group.file} as id from ${group.rows} where ${group.base(experiment)} and ${condition}`;
}

/** Has file `f` such a row? */
export function hasRow({ group, condition }: RowTerms, f: Sql, experiment: string): Sql {
  return sql`exists (select 1 from ${group.rows} where ${group.file} = ${f}.file_id and ${group.base(experiment)} and ${condition})`;
}
