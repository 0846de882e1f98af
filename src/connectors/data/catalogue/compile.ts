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
  type And,
  childrenOf,
  type Dimension,
  type Expression,
  type Relative,
  type SetOperation,
  type With,
} from '../../../domain/dimensions/index.ts';
import {
  ALL_DONE,
  anchorable,
  isAnchored,
  isLineageStep,
  NOTHING_LEFT,
  type Rest,
  splitSet,
} from './anchor.ts';
import { ANY_AVAILABILITY, available, DEFAULT_AVAILABILITY } from './availability.ts';
import { all, either, negation, positive, type Sql } from './conditions.ts';
import { ruleOf } from './dimension-table.ts';
import { filesWithRow, hasRow, rowTerms, unexpected } from './terms.ts';

/** Ids that a query begins with, and the condition that is left for them. */
interface Anchor {
  ids: Sql;
  rest: Rest;
}

type Availability = readonly string[];
/** More columns of file `f` for a select list, each with a comma before it. */
export type Columns = (f: Sql) => Sql;

/** A statement in the making: the CTEs so far, and names that are still free. */
export class Compiler {
  readonly #experiment: string;
  readonly #ctes: Sql[] = [];
  #names = 0;

  constructor(experiment: string) {
    this.#experiment = experiment;
  }

  /** Puts a query that uses compiled parts behind the CTEs they need. */
  statement<T>(body: RawBuilder<T>): RawBuilder<T> {
    return this.#ctes.length === 0 ? body : sql<T>`with recursive ${sql.join(this.#ctes)} ${body}`;
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
    const anchor = this.#anchor(node, availability);
    if (!anchor) {
      const f = this.#name('f');
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
    const f = this.#name('f');
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
    return sql`${f}.file_id in (select id from ${this.#cte(this.files(node, availability))})`;
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
    const anchor = this.#step(node);
    if (anchor) return sql`${f}.file_id in (${anchor.ids})`;
    const c = this.#name('c');
    const e = this.#name('e');
    const availability = isLineageStep(node.of) ? ANY_AVAILABILITY : DEFAULT_AVAILABILITY;
    const [to, from] = edge(node);
    return sql`exists (select 1 from dh.file_parent ${e} join dh.file ${c} on ${c}.file_id = ${e}.${from}
      where ${e}.${to} = ${f}.file_id and ${this.filesThat(node.of, c, availability)} offset 0)`;
  }

  /** Where a query may begin; null where nothing in it names few files. */
  #anchor(node: Expression, availability: Availability): Anchor | null {
    switch (node.kind) {
      case 'dimension':
        return this.#named(node);
      case 'and':
        return this.#anchorOfAnd(node, availability);
      case 'or':
        return this.#union(node.terms, availability);
      case 'set':
        return this.#anchorOfSet(node, availability);
      case 'relative':
        return this.#step(node);
      case 'with':
        return this.#anchorOfScope(node, availability);
      default:
        return null;
    }
  }

  /** Files by name or id, or rows of a project or snapshot. */
  #named(node: Dimension): Anchor | null {
    if (!anchorable(node)) return null;
    const [group] = rowTerms([node], this.#experiment).groups;
    if (group) return { ids: filesWithRow(group, this.#experiment), rest: NOTHING_LEFT };
    const f = this.#name('n');
    const ids = sql`select ${f}.file_id as id from dh.file ${f}
      where ${f}.experiment = ${this.#experiment} and ${this.#dimension(node, f)}`;
    return { ids, rest: NOTHING_LEFT };
  }

  #anchorOfAnd(node: And, availability: Availability): Anchor | null {
    const { groups } = rowTerms(node.terms, this.#experiment);
    const begin = groups.find(({ terms }) => terms.some(anchorable));
    if (begin) {
      // What tells more of several rows is still to be asked of the others.
      const others = groups.filter((group) => group !== begin).flatMap(({ terms }) => terms);
      const done = begin.terms.filter((term) => !others.includes(term));
      return { ids: filesWithRow(begin, this.#experiment), rest: without(node, done) };
    }
    for (const term of node.terms) {
      const anchor = this.#anchor(term, availability);
      if (anchor) return { ids: anchor.ids, rest: without(node, [term], anchor.rest) };
    }
    return null;
  }

  /** Of sets that are all anchored. Those with conditions of their own have them checked, and nothing is left. */
  #union(parts: Expression[], availability: Availability): Anchor | null {
    if (!parts.every(isAnchored)) return null;
    const bare = parts.every(({ kind }) => kind === 'dimension' || kind === 'relative');
    const ids = parts.map((part) => {
      const anchor = bare ? this.#anchor(part, availability) : null;
      return sql`(${anchor ? anchor.ids : this.files(part, availability)})`;
    });
    return { ids: sql.join(ids, sql` union `), rest: bare ? NOTHING_LEFT : ALL_DONE };
  }

  #anchorOfSet(node: SetOperation, availability: Availability): Anchor | null {
    const { head, tail } = splitSet(node);
    const [first = node.first, ...others] = head;
    const anchor = others.length === 0 ? this.#anchor(first, availability) : this.#union(head, availability);
    if (anchor) {
      const rest: Rest = tail.length === 0 ? anchor.rest : { ...node, first: anchor.rest, rest: tail };
      return { ids: anchor.ids, rest };
    }
    const smaller = tail.find(({ operator, of }) => operator === 'intersect' && isAnchored(of));
    const begin = smaller ? this.#anchor(smaller.of, availability) : null;
    if (!begin) return null;
    const rest = node.rest.map((part) => (part === smaller ? { ...part, of: begin.rest } : part));
    return { ids: begin.ids, rest: { ...node, rest } };
  }

  #anchorOfScope(node: With, availability: Availability): Anchor | null {
    if (isCut(node)) {
      return isAnchored(node) ? { ids: this.files(node, availability), rest: ALL_DONE } : null;
    }
    const inner = this.#anchor(node.of, node.items.availability ?? availability);
    if (!inner || inner.rest === ALL_DONE) return inner;
    return { ids: inner.ids, rest: { ...node, of: inner.rest } };
  }

  /** One generation from an anchored set; the whole way for ancestors and descendants. */
  #step(node: Relative): Anchor | null {
    const far = node.relation === 'isancestorof' || node.relation === 'isdescendantof';
    if (!far && !isAnchored(node.of)) return null;
    const availability = isLineageStep(node.of) ? ANY_AVAILABILITY : DEFAULT_AVAILABILITY;
    const begin = this.#cte(this.files(node.of, availability));
    const [to, from] = edge(node);
    const x = sql`(select e.${to} as id from dh.file_parent e where e.${from} = b.id offset 0)`;
    const one = sql`select distinct x.id from ${begin} b cross join lateral ${x} x`;
    if (!far) return { ids: sql`select id from ${this.#cte(one)}`, rest: NOTHING_LEFT };
    const name = this.#name('s');
    const more = sql`select x.id from ${name} b cross join lateral ${x} x`;
    this.#ctes.push(sql`${name} as materialized ((${one}) union (${more}))`);
    return { ids: sql`select id from ${name}`, rest: NOTHING_LEFT };
  }

  #cte(body: Sql): Sql {
    const name = this.#name('s');
    this.#ctes.push(sql`${name} as materialized (${body})`);
    return name;
  }

  /** A name of our own making, so it may stand in the text. */
  #name(letter: 'f' | 'c' | 'e' | 'n' | 's'): Sql {
    this.#names += 1;
    return sql.raw(`${letter}${this.#names}`);
  }
}

/** Columns of dh.file_parent for a relation: of the files wanted, and of those it starts from. */
function edge({ relation }: Relative): [to: Sql, from: Sql] {
  const up = relation === 'isparentof' || relation === 'isancestorof';
  return up ? [sql`parent_id`, sql`child_id`] : [sql`child_id`, sql`parent_id`];
}

/** An `and` whose place of the terms is taken by what is left of them. */
function without(node: And, terms: Expression[], rest: Rest = NOTHING_LEFT): Rest {
  const others = node.terms.filter((term) => !terms.includes(term));
  // What is left keeps its place: an `and` of scopes only would lose the availability of the scope around it.
  return others.length === 0 ? rest : { ...node, terms: [rest, ...others] };
}

/** Is there a scope inside that has a say on availability? What is inside a relative is a query of its own. */
function hasScope(node: Expression): boolean {
  return node.kind === 'with' || (node.kind !== 'relative' && childrenOf(node).some(hasScope));
}

function isCut({ items }: With): boolean {
  return items.limit !== undefined || items.offset !== undefined || items.stride !== undefined;
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
