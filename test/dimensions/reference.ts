/**
 * The meaning of the dimensions language, as sets of files in memory: written from the documents (docs/dimensions.md),
 * not from the compiler, to be compared with it. Slow and plain.
 */
import {
  type Dimension,
  type Expression,
  parseDimensions,
  type Relative,
  type Test,
  type WithItems,
} from '../../src/domain/dimensions/index.ts';
import type { Model, ModelFile } from './model.ts';
import { GROUPS, type Group, groupOf, ofFile, ofRow, type Row } from './readings.ts';

type Ids = Set<number>;

/** The ids of a query's files, in their order. */
export function evaluate(model: Model, query: string): number[] {
  return ordered(new Reference(model).files(parseDimensions(query), ['physical']));
}

const union = (a: Ids, b: Ids): Ids => new Set([...a, ...b]);
const without = (a: Ids, b: Ids): Ids => new Set([...a].filter((id) => !b.has(id)));
const common = (a: Ids, b: Ids): Ids => new Set([...a].filter((id) => b.has(id)));

function ordered(ids: Ids): number[] {
  return [...ids].sort((a, b) => a - b);
}

class Reference {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  files(node: Expression, availability: readonly string[]): Ids {
    switch (node.kind) {
      case 'with':
        return cut(this.files(node.of, node.items.availability ?? availability), node.items);
      case 'definition': {
        return this.files(this.#definition(node.name), availability);
      }
      case 'set':
        return node.rest.reduce(
          (left, { operator, of }) => {
            const right = this.files(of, availability);
            if (operator === 'union') return union(left, right);
            return operator === 'minus' ? without(left, right) : common(left, right);
          },
          this.files(node.first, availability),
        );
      case 'or':
        return node.terms.reduce(
          (all, term) => union(all, this.files(term, availability)),
          new Set<number>(),
        );
      case 'and':
        return this.#and(node.terms, availability);
      case 'not':
        return without(this.#all(availability), this.files(node.of, availability));
      case 'everything':
        return this.#all(availability);
      case 'dimension':
        return this.#dimension(node, availability);
      case 'relative':
        return this.#relatives(node, availability);
    }
  }

  #definition(wanted: string): Expression {
    const found = this.#model.definitions.findLast(({ name }) => name === wanted);
    return parseDimensions(found?.dims ?? '');
  }

  #all(availability: readonly string[]): Ids {
    return this.#those(availability, () => true);
  }

  #those(availability: readonly string[], that: (file: ModelFile) => boolean): Ids {
    const wanted = this.#model.files.filter(
      (file) => availability.some((value) => isAvailable(file, value)) && that(file),
    );
    return new Set(wanted.map(({ id }) => id));
  }

  #dimension(node: Dimension, availability: readonly string[]): Ids {
    const upright = uprightTest(node.test);
    if (upright !== node.test) {
      return without(this.#all(availability), this.#dimension({ ...node, test: upright }, availability));
    }
    const group = groupOf(node.name);
    if (group) return this.#those(availability, (file) => this.#hasRow(file, group, [node]));
    return this.#those(availability, (file) => ofFile(node.name, file, node.test, this.#model));
  }

  /** Terms on rows of one group are about the same row; everything else is a set of its own. */
  #and(terms: Expression[], availability: readonly string[]): Ids {
    const bound: { group: Group; terms: Expression[] }[] = [];
    for (const group of Object.keys(GROUPS) as Group[]) {
      const { naming, each } = GROUPS[group];
      const about = terms.filter((term) => isAbout(term, group));
      const asking = about.filter((term) => !this.#onRow(term, {}));
      if (asking.length === 0) continue;
      const more = about.filter((term) => !names(term, naming));
      const named = asking.filter((term) => names(term, naming));
      if (!each) bound.push({ group, terms: about });
      else if (named.length > 0) bound.push(...named.map((term) => ({ group, terms: [term, ...more] })));
      else if (more.some((term) => asking.includes(term))) bound.push({ group, terms: more });
    }
    const taken = new Set(bound.flatMap((one) => one.terms));
    const rest = terms.filter((term) => !taken.has(term));
    const rows = this.#those(availability, (file) =>
      bound.every((one) => this.#hasRow(file, one.group, one.terms)),
    );
    const sets = rest.map((term) => this.files(term, availability));
    const [first, ...others] = bound.length > 0 ? [rows, ...sets] : sets;
    return others.reduce(common, first ?? new Set<number>());
  }

  #hasRow(file: ModelFile, group: Group, terms: Expression[]): boolean {
    return GROUPS[group].rows(file, this.#model).some((row) => {
      // A file that was never handed out is one of the project's only where its status is asked for.
      if (row.use?.state === 'unassigned' && !terms.some((term) => this.#asksStatus(term, row, true)))
        return false;
      return terms.every((term) => this.#onRow(term, row));
    });
  }

  /** Is the term true of the row? Of the empty row no test is true, so this also tells what absence fulfils. */
  #onRow(term: Expression, row: Row): boolean {
    if (term.kind === 'not') return !this.#onRow(term.of, row);
    if (term.kind === 'and') return term.terms.every((part) => this.#onRow(part, row));
    if (term.kind === 'or') return term.terms.some((part) => this.#onRow(part, row));
    if (term.kind !== 'dimension') throw new Error(`${term.kind} on a row`);
    const upright = uprightTest(term.test);
    return ofRow(term.name, row, upright, this.#model) === (upright === term.test);
  }

  #asksStatus(term: Expression, row: Row, plain: boolean): boolean {
    if (term.kind === 'not') return this.#asksStatus(term.of, row, !plain);
    if (term.kind === 'and' || term.kind === 'or')
      return term.terms.some((part) => this.#asksStatus(part, row, plain));
    if (term.kind !== 'dimension' || term.name !== 'consumed_status') return false;
    const upright = uprightTest(term.test);
    return (upright === term.test) === plain && ofRow(term.name, row, upright, this.#model);
  }

  #relatives(node: Relative, availability: readonly string[]): Ids {
    const from = this.files(node.of, this.#isAboutHistory(node.of) ? ['any'] : ['physical']);
    const far = node.relation === 'isancestorof' || node.relation === 'isdescendantof';
    const up = node.relation === 'isparentof' || node.relation === 'isancestorof';
    const step = (ids: Ids): Ids =>
      new Set(
        this.#model.files.flatMap(({ id, parents }) =>
          up ? (ids.has(id) ? parents : []) : parents.some((parent) => ids.has(parent)) ? [id] : [],
        ),
      );
    let found = step(from);
    for (let size = -1; far && found.size > size; ) {
      size = found.size;
      found = union(found, step(found));
    }
    return this.#those(availability, ({ id }) => found.has(id));
  }

  /** Only snapshots, projects and relatives: what happened to files stays true when they are gone. */
  #isAboutHistory(node: Expression): boolean {
    const all = (nodes: Expression[]) => nodes.every((one) => this.#isAboutHistory(one));
    switch (node.kind) {
      case 'relative':
        return true;
      case 'definition':
        return this.#isAboutHistory(this.#definition(node.name));
      case 'dimension':
        return ['project', 'snapshot'].includes(groupOf(node.name) ?? '');
      case 'or':
        return all(node.terms);
      case 'set':
        return all([node.first, ...node.rest.map(({ of }) => of)]);
      case 'and':
        return (
          node.terms.some(({ kind }) => kind !== 'not') &&
          all(node.terms.map((term) => (term.kind === 'not' ? term.of : term)))
        );
      default:
        return false;
    }
  }
}

function isAvailable({ good, retired, locations }: ModelFile, value: string): boolean {
  const present = good && !retired;
  switch (value) {
    case 'physical':
      return present && locations.length > 0;
    case 'virtual':
      return present && locations.length === 0;
    case 'anylocation':
    case 'good':
      return present;
    case 'bad':
      return !good && !retired;
    case 'retired':
      return retired;
    default:
      return value === 'any';
  }
}

/** In order; offset first, then stride, then limit. */
function cut(ids: Ids, { offset = 0, stride = 1, limit = Number.POSITIVE_INFINITY }: WithItems): Ids {
  const strided = ordered(ids)
    .slice(offset)
    .filter((_, place) => place % stride === 0);
  return new Set(strided.slice(0, limit));
}

/** `!=` and `not like` without their negation; others as they are. */
function uprightTest(test: Test): Test {
  if (test.operator === '!=') return { operator: '=', argument: test.argument };
  return test.operator === 'not like' ? { operator: 'like', argument: test.argument } : test;
}

function dimensionsOf(term: Expression): Dimension[] | null {
  if (term.kind === 'dimension') return [term];
  const inside =
    term.kind === 'not' ? [term.of] : term.kind === 'and' || term.kind === 'or' ? term.terms : null;
  const all = inside?.map(dimensionsOf) ?? [null];
  return all.some((one) => one === null) ? null : all.flatMap((one) => one ?? []);
}

function names(term: Expression, naming: string[]): boolean {
  return dimensionsOf(term)?.some(({ name }) => naming.includes(name)) ?? false;
}

/** A dimension of the group, or not one; or several in parentheses that tell more of a row without naming one. */
function isAbout(term: Expression, group: Group): boolean {
  const dimensions = dimensionsOf(term);
  if (!dimensions?.every(({ name }) => groupOf(name) === group)) return false;
  const single = term.kind === 'dimension' || (term.kind === 'not' && term.of.kind === 'dimension');
  return single || !names(term, GROUPS[group].naming);
}
