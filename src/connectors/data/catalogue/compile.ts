/**
 * From an expanded syntax tree to one SQL statement, every value a parameter.
 *
 * A query's cost should follow the files it begins with, times the fan-out of each step, never the size of the
 * catalogue (figures: spec of the catalogue, 4.3). So a query begins at an *anchor* where it has one (a snapshot,
 * a project, named files, relatives of such), and everything else is a condition on the anchor's files:
 *  - an anchor is a materialised CTE: the planner cannot turn the query round and begin with a whole table;
 *  - a step to parents or children of an anchor is a lateral sub-query with `offset 0`, one CTE for each
 *    generation: without it the planner hashes the whole parentage (15 ms against 93 to 857 ms, 20 M rows);
 *  - other lineage is `exists (... offset 0)` for each file: index look-ups along its relatives only;
 *  - set operations are conditions: minus is `and not`.
 */
import { type RawBuilder, sql } from 'kysely';
import type {
  And,
  Dimension,
  Expression,
  Relative,
  SetOperation,
  With,
} from '../../../domain/dimensions/index.ts';
import { anchorable, isAnchored, isLineageStep, NOTHING_LEFT, type Rest } from './anchor.ts';
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

  /** A sub-query with one column `id`: the files of the expression, each once. */
  files(node: Expression, availability: Availability = DEFAULT_AVAILABILITY): Sql {
    if (node.kind === 'with') {
      const inner = this.files(node.of, node.items.availability ?? availability);
      return isCut(node) ? cut(inner, node) : inner;
    }
    const anchor = this.#anchor(node);
    const f = this.#name('f');
    if (!anchor) {
      return sql`select ${f}.file_id as id from dh.file ${f}
        where ${f}.experiment = ${this.#experiment} and ${this.filesThat(node, f, availability)}`;
    }
    if (anchor.rest.kind === 'everything' && availability.includes('any')) return anchor.ids;
    return sql`select ${f}.file_id as id from (${anchor.ids}) begin_with join dh.file ${f} on ${f}.file_id = begin_with.id
      where ${f}.experiment = ${this.#experiment} and ${this.filesThat(anchor.rest, f, availability)}`;
  }

  /**
   * The condition that file `f` is among the expression's files, availability included. What stands in a scope of
   * its own keeps its own availability; all else has that of the scope around it.
   */
  filesThat(node: Expression, f: Sql, availability: Availability): Sql {
    const parts = partsOf(node);
    if (node.kind === 'with') return this.#scope(node, f, availability);
    if (!parts.some(hasScope)) return all([available(f, availability), this.#matches(node, f, availability)]);
    if (node.kind === 'and') {
      const own = node.terms.every((term) => term.kind === 'with') ? [] : [available(f, availability)];
      return all([...own, this.#matches(node, f, availability)]);
    }
    if (node.kind === 'or') return either(node.terms.map((term) => this.filesThat(term, f, availability)));
    if (node.kind === 'set') return this.#set(node, (part) => this.filesThat(part, f, availability));
    return all([available(f, availability), this.#matches(node, f, availability)]);
  }

  /** The condition without the availability of the scope around; scopes inside bring their own. */
  #matches(node: Expression, f: Sql, availability: Availability): Sql {
    switch (node.kind) {
      case 'with':
        return this.#scope(node, f, availability);
      case 'set':
        return this.#set(node, (part) => this.#matches(part, f, availability));
      case 'and':
        return this.#and(node.terms, f, availability);
      case 'or':
        return either(node.terms.map((term) => this.#matches(term, f, availability)));
      case 'not':
        return negation(this.#matches(node.of, f, availability));
      case 'dimension':
        return this.#dimension(node, f);
      case 'relative':
        return this.#relative(node, f);
      case 'everything':
        return sql`true`;
      case 'definition':
        throw new Error(`unexpanded definition ${node.name}`);
    }
  }

  #scope(node: With, f: Sql, availability: Availability): Sql {
    const own = node.items.availability ?? availability;
    if (!isCut(node)) return this.filesThat(node.of, f, own);
    return sql`${f}.file_id in (select id from ${this.#cte(this.files(node, availability))})`;
  }

  #set(node: SetOperation, part: (of: Expression) => Sql): Sql {
    return node.rest.reduce((left, { operator, of }) => {
      const right = part(of);
      if (operator === 'union') return either([left, right]);
      return all([left, operator === 'minus' ? negation(right) : right]);
    }, part(node.first));
  }

  #and(terms: Expression[], f: Sql, availability: Availability): Sql {
    const { groups, rest } = rowTerms(terms, this.#experiment);
    return all([
      ...groups.map((group) => hasRow(group, f, this.#experiment)),
      ...rest.map((term) => this.#matches(term, f, availability)),
    ]);
  }

  #dimension(node: Dimension, f: Sql): Sql {
    const rule = ruleOf(node, unexpected);
    if (rule.on === 'rows') return this.#and([node], f, ANY_AVAILABILITY);
    const { test, negated } = positive(node.test);
    const condition = rule.condition(f, test, this.#experiment, unexpected);
    return negated ? negation(condition) : condition;
  }

  #relative(node: Relative, f: Sql): Sql {
    const anchor = this.#anchor(node);
    if (anchor) return sql`${f}.file_id in (${anchor.ids})`;
    const c = this.#name('c');
    const e = this.#name('e');
    const availability = isLineageStep(node.of) ? ANY_AVAILABILITY : DEFAULT_AVAILABILITY;
    const [to, from] = edge(node);
    return sql`exists (select 1 from dh.file_parent ${e} join dh.file ${c} on ${c}.file_id = ${e}.${from}
      where ${e}.${to} = ${f}.file_id and ${this.filesThat(node.of, c, availability)} offset 0)`;
  }

  /** Where a query may begin; null where nothing in it names few files. */
  #anchor(node: Expression): Anchor | null {
    switch (node.kind) {
      case 'dimension':
        return this.#named(node);
      case 'and':
        return this.#anchorOfAnd(node);
      case 'or': {
        const anchors = node.terms.map((term) => this.#anchor(term));
        if (!anchors.every((anchor) => anchor !== null)) return null;
        const ids = sql.join(
          anchors.map(({ ids }) => sql`(${ids})`),
          sql` union `,
        );
        const whole = anchors.every(({ rest }) => rest.kind === 'everything');
        return { ids, rest: whole ? NOTHING_LEFT : node };
      }
      case 'set': {
        if (node.rest.some(({ operator }) => operator === 'union')) return null;
        const first = this.#anchor(node.first);
        return first && { ids: first.ids, rest: { ...node, first: first.rest } };
      }
      case 'relative':
        return this.#step(node);
      case 'with': {
        if (isCut(node)) return null;
        const inner = this.#anchor(node.of);
        return inner && { ids: inner.ids, rest: { ...node, of: inner.rest } };
      }
      default:
        return null;
    }
  }

  /** Files by name or id, or rows of a project or snapshot. */
  #named(node: Dimension): Anchor | null {
    const rule = ruleOf(node, unexpected);
    if (rule.on === 'rows') return this.#anchorOfAnd({ kind: 'and', at: node.at, terms: [node] });
    if (!rule.names || !anchorable(node)) return null;
    const f = this.#name('n');
    const ids = sql`select ${f}.file_id as id from dh.file ${f}
      where ${f}.experiment = ${this.#experiment} and ${this.#dimension(node, f)}`;
    return { ids, rest: NOTHING_LEFT };
  }

  #anchorOfAnd(node: And): Anchor | null {
    const { groups } = rowTerms(node.terms, this.#experiment);
    const begin = groups.find(({ group, terms }) => group.anchor && terms.some(anchorable));
    if (begin) return { ids: filesWithRow(begin, this.#experiment), rest: without(node, begin.terms) };
    for (const term of node.terms) {
      const grouped = groups.some(({ terms }) => terms.includes(term));
      const anchor = grouped ? null : this.#anchor(term);
      if (anchor) return { ids: anchor.ids, rest: without(node, [term], anchor.rest) };
    }
    return null;
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

function partsOf(node: Expression): Expression[] {
  if (node.kind === 'and' || node.kind === 'or') return node.terms;
  return node.kind === 'set' ? [node.first, ...node.rest.map(({ of }) => of)] : [];
}

/** Is there a scope inside that has a say on availability? */
function hasScope(node: Expression): boolean {
  return node.kind === 'with' || partsOf(node).some(hasScope);
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
