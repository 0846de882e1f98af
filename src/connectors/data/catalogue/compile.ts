/**
 * From an expanded syntax tree to one SQL statement, every value a parameter.
 *
 * A query's cost should follow the files it begins with, times the fan-out of each step, never the size of the
 * catalogue (figures: spec of the catalogue, 4.3). So a query begins at an *anchor* where it has one (a snapshot,
 * a project, named files, relatives of such, unions of these), and everything else is a condition on the anchor's files:
 *  - the anchor's files are looked up one by one (`lateral ... offset 0`): left to choose, the planner reads the whole
 *    table of files where it expects many (two snapshots of 2,000 files among 1 M: 300 against 14 ms);
 *  - a step to parents or children of an anchor is the same, one materialised CTE for each generation: without it the
 *    planner hashes the whole parentage (15 ms against 93 to 857 ms, 20 M rows);
 *  - other lineage is `exists (... offset 0)` for each file: index look-ups along its relatives only;
 *  - set operations are conditions: minus is `and not`.
 */
import { type RawBuilder, sql } from 'kysely';
import {
  childrenOf,
  type Dimension,
  type Expression,
  type Relative,
  type SetOperation,
  type With,
} from '../../../domain/dimensions/index.ts';
import { ALL_DONE, isCut, isLineageStep } from './anchor.ts';
import { Anchors, edge } from './anchors.ts';
import { ANY_AVAILABILITY, type Availability, available, DEFAULT_AVAILABILITY } from './availability.ts';
import { all, either, negation, positive, type Sql } from './conditions.ts';
import { ruleOf } from './dimension-table.ts';
import { Statement } from './statement.ts';
import { hasRow, rowTerms, unexpected } from './terms.ts';

/** More columns of file `f` for a select list, each with a comma before it. */
export type Columns = (f: Sql) => Sql;

/** Compiles the parts of one statement, in one experiment. */
export class Compiler {
  readonly #experiment: string;
  readonly #statement = new Statement();
  readonly #anchors: Anchors;

  constructor(experiment: string) {
    this.#experiment = experiment;
    this.#anchors = new Anchors(experiment, this.#statement, (node, availability) =>
      this.files(node, availability),
    );
  }

  /** Puts a query that uses compiled parts behind the CTEs they need. */
  statement<T>(body: RawBuilder<T>): RawBuilder<T> {
    return this.#statement.around(body);
  }

  /**
   * A sub-query with a column `id`, and with those that `columns` gives of a file: the files of the expression, each
   * once.
   */
  files(node: Expression, availability: Availability = DEFAULT_AVAILABILITY, columns?: Columns): Sql {
    if (node.kind === 'with') {
      const own = node.items.availability ?? availability;
      if (!isCut(node)) return this.files(node.of, own, columns);
      const ids = cut(this.files(node.of, own), node);
      return columns ? this.#lookUp(ids, columns) : ids;
    }
    const anchor = this.#anchors.find(node, availability);
    if (!anchor) {
      const f = this.#statement.name('f');
      return sql`select ${f}.file_id as id${columns?.(f) ?? sql``} from dh.file ${f}
        where ${f}.experiment = ${this.#experiment} and ${this.filesThat(node, f, availability)}`;
    }
    const { ids, rest } = anchor;
    const done = rest === ALL_DONE || (rest.kind === 'everything' && availability.includes('any'));
    if (!done) return this.#lookUp(ids, columns, (f) => this.filesThat(rest, f, availability));
    return columns ? this.#lookUp(ids, columns) : ids;
  }

  /** The files of `ids` one by one, by the index. The id is that of `ids`, so that "after id N" reaches into them. */
  #lookUp(ids: Sql, columns?: Columns, condition?: (f: Sql) => Sql): Sql {
    const f = this.#statement.name('f');
    const wanted = columns ? sql`b.id, x.*` : sql`b.id`;
    return sql`select ${wanted} from (${ids}) b cross join lateral (
      select ${f}.file_id${columns?.(f) ?? sql``} from dh.file ${f}
      where ${f}.file_id = b.id and ${f}.experiment = ${this.#experiment} and ${condition?.(f) ?? sql`true`} offset 0) x`;
  }

  /**
   * The condition that file `f` is among the expression's files, availability included. What stands in a scope of
   * its own has the availability of that scope; all else that of the scope around it.
   */
  filesThat(node: Expression, f: Sql, availability: Availability): Sql {
    if (!hasScope(node)) return all([available(f, availability), this.#matches(node, f)]);
    switch (node.kind) {
      case 'with':
        return this.#scope(node, f, availability);
      case 'and': {
        const plain = node.terms.filter((term) => !hasScope(term));
        const scoped = node.terms.filter(hasScope).map((term) => this.filesThat(term, f, availability));
        return all(
          plain.length === 0 ? scoped : [available(f, availability), this.#and(plain, f), ...scoped],
        );
      }
      case 'or':
        return either(node.terms.map((term) => this.filesThat(term, f, availability)));
      case 'set':
        return this.#set(node, (part) => this.filesThat(part, f, availability));
      case 'not':
        return all([available(f, availability), negation(this.filesThat(node.of, f, availability))]);
      default:
        throw unexpected(`a scope in ${node.kind}`);
    }
  }

  /** The condition of what has no scope inside, without its availability. */
  #matches(node: Expression, f: Sql): Sql {
    switch (node.kind) {
      case 'set':
        return this.#set(node, (part) => this.#matches(part, f));
      case 'and':
        return this.#and(node.terms, f);
      case 'or':
        return either(node.terms.map((term) => this.#matches(term, f)));
      case 'not':
        return negation(this.#matches(node.of, f));
      case 'dimension':
        return this.#dimension(node, f);
      case 'relative':
        return this.#relative(node, f);
      case 'everything':
        return sql`true`;
      default:
        throw unexpected(node.kind);
    }
  }

  #scope(node: With, f: Sql, availability: Availability): Sql {
    const own = node.items.availability ?? availability;
    if (!isCut(node)) return this.filesThat(node.of, f, own);
    return sql`${f}.file_id in (select id from ${this.#statement.cte(this.files(node, availability))})`;
  }

  /** From the left; operators of one kind in a row make one flat condition. */
  #set(node: SetOperation, part: (of: Expression) => Sql): Sql {
    let run = [part(node.first)];
    let joined = all;
    for (const { operator, of } of node.rest) {
      const join = operator === 'union' ? either : all;
      if (join !== joined) run = [joined(run)];
      joined = join;
      run.push(operator === 'minus' ? negation(part(of)) : part(of));
    }
    return joined(run);
  }

  #and(terms: Expression[], f: Sql): Sql {
    const { groups, rest } = rowTerms(terms, this.#experiment);
    return all([
      ...groups.map((group) => hasRow(group, f, this.#experiment)),
      ...rest.map((term) => this.#matches(term, f)),
    ]);
  }

  #dimension(node: Dimension, f: Sql): Sql {
    const { test, negated } = positive(node.test);
    if (negated) return negation(this.#dimension({ ...node, test }, f));
    const rule = ruleOf(node, unexpected);
    return rule.on === 'rows' ? this.#and([node], f) : rule.condition(f, test, this.#experiment, unexpected);
  }

  #relative(node: Relative, f: Sql): Sql {
    const anchor = this.#anchors.step(node);
    if (anchor) return sql`${f}.file_id in (${anchor.ids})`;
    const c = this.#statement.name('c');
    const e = this.#statement.name('e');
    const availability = isLineageStep(node.of) ? ANY_AVAILABILITY : DEFAULT_AVAILABILITY;
    const [to, from] = edge(node);
    return sql`exists (select 1 from dh.file_parent ${e} join dh.file ${c} on ${c}.file_id = ${e}.${from}
      where ${e}.${to} = ${f}.file_id and ${this.filesThat(node.of, c, availability)} offset 0)`;
  }
}

/** Is there a scope inside that has a say on availability? What is inside a relative is a query of its own. */
function hasScope(node: Expression): boolean {
  return node.kind === 'with' || (node.kind !== 'relative' && childrenOf(node).some(hasScope));
}

/** Ordered by id; offset first, then stride, then limit. */
function cut(ids: Sql, { items }: With): Sql {
  const { limit, offset = 0, stride } = items;
  const atMost = limit === undefined ? sql`` : sql`limit ${limit}`;
  if (stride === undefined) return sql`select id from (${ids}) whole order by id ${atMost} offset ${offset}`;
  const numbered = sql`select id, row_number() over (order by id) - 1 as place from (${ids}) whole`;
  return sql`select id from (${numbered}) numbered
    where place >= ${offset}::bigint and (place - ${offset}::bigint) % ${stride}::bigint = 0 order by id ${atMost}`;
}
