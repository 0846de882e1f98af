/** Where a query begins: files of a project or snapshot, files by name, relatives of such, unions of these. */
import { sql } from 'kysely';
import type {
  And,
  Dimension,
  Expression,
  Relative,
  SetOperation,
  With,
} from '../../../domain/dimensions/index.ts';
import {
  ALL_DONE,
  anchorable,
  isAnchored,
  isCut,
  isLineageStep,
  NOTHING_LEFT,
  type Rest,
  splitSet,
} from './anchor.ts';
import { ANY_AVAILABILITY, type Availability, DEFAULT_AVAILABILITY } from './availability.ts';
import type { Sql } from './conditions.ts';
import { ruleOf } from './dimension-table.ts';
import type { Statement } from './statement.ts';
import { filesWithRow, rowTerms, unexpected } from './terms.ts';

/** Ids that a query begins with, and the condition that is left for them. */
interface Anchor {
  ids: Sql;
  rest: Rest;
}

export class Anchors {
  readonly #experiment: string;
  readonly #statement: Statement;
  readonly #files: (node: Expression, availability: Availability) => Sql;

  /** `files` compiles what an anchor consists of. */
  constructor(
    experiment: string,
    statement: Statement,
    files: (node: Expression, availability: Availability) => Sql,
  ) {
    this.#experiment = experiment;
    this.#statement = statement;
    this.#files = files;
  }

  /** Where a query may begin; null where nothing in it names few files. */
  find(node: Expression, availability: Availability): Anchor | null {
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
        return this.step(node);
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
    const rule = ruleOf(node, unexpected);
    if (rule.on === 'rows') throw unexpected(node.name);
    const n = this.#statement.name('n');
    const ids = sql`select ${n}.file_id as id from dh.file ${n} where ${n}.experiment = ${this.#experiment}
      and ${rule.condition(n, node.test, this.#experiment, unexpected)}`;
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
      const anchor = this.find(term, availability);
      if (anchor) return { ids: anchor.ids, rest: without(node, [term], anchor.rest) };
    }
    return null;
  }

  /** Of sets that are all anchored. Those with conditions of their own have them checked, and nothing is left. */
  #union(parts: Expression[], availability: Availability): Anchor | null {
    if (!parts.every(isAnchored)) return null;
    const bare = parts.every(({ kind }) => kind === 'dimension' || kind === 'relative');
    const ids = parts.map((part) => {
      const anchor = bare ? this.find(part, availability) : null;
      return sql`(${anchor ? anchor.ids : this.#files(part, availability)})`;
    });
    return { ids: sql.join(ids, sql` union `), rest: bare ? NOTHING_LEFT : ALL_DONE };
  }

  #anchorOfSet(node: SetOperation, availability: Availability): Anchor | null {
    const { head, tail } = splitSet(node);
    const [first = node.first, ...others] = head;
    const anchor = others.length === 0 ? this.find(first, availability) : this.#union(head, availability);
    if (anchor) {
      const rest: Rest = tail.length === 0 ? anchor.rest : { ...node, first: anchor.rest, rest: tail };
      return { ids: anchor.ids, rest };
    }
    const smaller = tail.find(({ operator, of }) => operator === 'intersect' && isAnchored(of));
    const begin = smaller ? this.find(smaller.of, availability) : null;
    if (!begin) return null;
    const rest = node.rest.map((part) => (part === smaller ? { ...part, of: begin.rest } : part));
    return { ids: begin.ids, rest: { ...node, rest } };
  }

  #anchorOfScope(node: With, availability: Availability): Anchor | null {
    if (isCut(node)) {
      return isAnchored(node) ? { ids: this.#files(node, availability), rest: ALL_DONE } : null;
    }
    const inner = this.find(node.of, node.items.availability ?? availability);
    if (!inner || inner.rest === ALL_DONE) return inner;
    return { ids: inner.ids, rest: { ...node, of: inner.rest } };
  }

  /** One generation from an anchored set; the whole way for ancestors and descendants. */
  step(node: Relative): Anchor | null {
    const far = node.relation === 'isancestorof' || node.relation === 'isdescendantof';
    if (!far && !isAnchored(node.of)) return null;
    const availability = isLineageStep(node.of) ? ANY_AVAILABILITY : DEFAULT_AVAILABILITY;
    const begin = this.#statement.cte(this.#files(node.of, availability));
    const [to, from] = edge(node);
    const x = sql`(select e.${to} as id from dh.file_parent e where e.${from} = b.id offset 0)`;
    const one = sql`select distinct x.id from ${begin} b cross join lateral ${x} x`;
    if (!far) return { ids: sql`select id from ${this.#statement.cte(one)}`, rest: NOTHING_LEFT };
    const all = this.#statement.recursiveCte(
      (self) => sql`(${one}) union (select x.id from ${self} b cross join lateral ${x} x)`,
    );
    return { ids: sql`select id from ${all}`, rest: NOTHING_LEFT };
  }
}

/** Columns of dh.file_parent for a relation: of the files wanted, and of those it starts from. */
export function edge({ relation }: Relative): [to: Sql, from: Sql] {
  const up = relation === 'isparentof' || relation === 'isancestorof';
  return up ? [sql`parent_id`, sql`child_id`] : [sql`child_id`, sql`parent_id`];
}

/** An `and` whose place of the terms is taken by what is left of them. */
function without(node: And, terms: Expression[], rest: Rest = NOTHING_LEFT): Rest {
  const others = node.terms.filter((term) => !terms.includes(term));
  // What is left keeps its place: an `and` of scopes only would lose the availability of the scope around it.
  return others.length === 0 ? rest : { ...node, terms: [rest, ...others] };
}
