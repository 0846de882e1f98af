/** The terms of one `and`, sorted into what is about the file itself and what is about rows that belong to it. */
import { sql } from 'kysely';
import type { Dimension, Expression } from '../../../domain/dimensions/index.ts';
import { all, negation, positive, type Sql } from './conditions.ts';
import { ruleOf } from './dimension-table.ts';
import type { RowGroup } from './row-groups.ts';

/** Terms that speak of one and the same row of a group. */
export interface RowTerms {
  group: RowGroup;
  terms: Expression[];
  condition: Sql;
}

interface RowTest {
  dimension: Dimension;
  negated: boolean;
}

/** Values were checked when the query was expanded; an error here would be a defect. */
export const unexpected = (problem: string) => new Error(`unchecked query: ${problem}`);

/** A dimension, or `not` a dimension, on rows of a group. */
function rowTest(term: Expression): RowTest | null {
  if (term.kind === 'dimension') return { dimension: term, negated: false };
  return term.kind === 'not' && term.of.kind === 'dimension' ? { dimension: term.of, negated: true } : null;
}

/**
 * Row terms of an `and`. A negated term speaks of the row that a positive one of its group names (`project_name P
 * and not consumed_status failed`); without one it is a condition of its own, and stays among the rest.
 */
export function rowTerms(
  terms: Expression[],
  experiment: string,
): { groups: RowTerms[]; rest: Expression[] } {
  const found = new Map<RowGroup, { term: Expression; test: RowTest; condition: Sql }[]>();
  const groups: RowTerms[] = [];
  for (const term of terms) {
    const test = rowTest(term);
    const rule = test ? ruleOf(test.dimension, unexpected) : null;
    if (!test || rule?.on !== 'rows') continue;
    const tested = positive(test.dimension.test);
    const condition = rule.condition(tested.test, experiment, unexpected);
    const part = tested.negated ? negation(condition) : condition;
    if (rule.group.alone) {
      if (!test.negated) groups.push({ group: rule.group, terms: [term], condition: part });
    } else {
      const entry = { term, test, condition: test.negated ? negation(part) : part };
      found.set(rule.group, [...(found.get(rule.group) ?? []), entry]);
    }
  }
  for (const [group, entries] of found) {
    if (entries.every(({ test }) => test.negated)) continue;
    const asked = entries
      .filter(({ test }) => !test.negated && !positive(test.dimension.test).negated)
      .map(({ test }) => test.dimension.name);
    const unless =
      group.unless && !group.unless.dimensions.some((name) => asked.includes(name))
        ? [group.unless.condition]
        : [];
    const condition = all([...entries.map((entry) => entry.condition), ...unless]);
    groups.push({ group, terms: entries.map(({ term }) => term), condition });
  }
  const taken = new Set(groups.flatMap((group) => group.terms));
  return { groups, rest: terms.filter((term) => !taken.has(term)) };
}

/** The ids of the files that have such a row. */
export function filesWithRow({ group, condition }: RowTerms, experiment: string): Sql {
  return sql`select distinct ${group.file} as id from ${group.rows} where ${group.base(experiment)} and ${condition}`;
}

/** Has file `f` such a row? */
export function hasRow({ group, condition }: RowTerms, f: Sql, experiment: string): Sql {
  return sql`exists (select 1 from ${group.rows} where ${group.file} = ${f}.file_id and ${group.base(experiment)} and ${condition})`;
}
