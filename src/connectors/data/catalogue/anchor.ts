import {
  type Dimension,
  type Everything,
  type Expression,
  isExpanded,
  type SetOperation,
  type With,
} from '../../../domain/dimensions/index.ts';
import { hasWildcard } from './conditions.ts';
import { ruleOf } from './dimension-table.ts';
import { unexpected } from './terms.ts';

/** What is left of a query when its anchor has been taken out. */
export type Rest = Expression;
export const NOTHING_LEFT: Everything = Object.freeze({ kind: 'everything', at: 0 });
/** Nothing is left, and that the files are available has been seen to. */
export const ALL_DONE: With = Object.freeze({
  kind: 'with',
  at: 0,
  of: NOTHING_LEFT,
  items: { availability: ['any'] },
});

/** Does the dimension name its values, so that an index leads to few files? */
export function anchorable(node: Expression): node is Dimension {
  if (node.kind !== 'dimension' || node.test.operator !== '=') return false;
  const { argument } = node.test;
  if (argument.kind === 'range') return false;
  const values = argument.kind === 'list' ? argument.values : [argument.value];
  return ruleOf(node, unexpected).names && !values.some(hasWildcard);
}

/** Can the query begin at few files? Mirrors what the compiler does, without building anything. */
export function isAnchored(node: Expression): boolean {
  switch (node.kind) {
    case 'dimension':
      return anchorable(node);
    case 'and':
      return node.terms.some(isAnchored);
    case 'or':
      return node.terms.every(isAnchored);
    case 'set': {
      const { head, tail } = splitSet(node);
      return (
        head.every(isAnchored) || tail.some(({ operator, of }) => operator === 'intersect' && isAnchored(of))
      );
    }
    case 'relative':
      return isAnchored(node.of) || node.relation === 'isancestorof' || node.relation === 'isdescendantof';
    case 'with':
      return isAnchored(node.of) || node.items.limit !== undefined;
    default:
      return false;
  }
}

/**
 * A set operation as the union of `head` (what stands to the left of the last run of `union`s, and each of that
 * run; only the first operand where there is no union), followed by `tail`, which takes away.
 */
export function splitSet(node: SetOperation): { head: Expression[]; tail: SetOperation['rest'] } {
  const last = node.rest.findLastIndex(({ operator }) => operator === 'union');
  if (last < 0) return { head: [node.first], tail: node.rest };
  const before = node.rest.findLastIndex(({ operator }, place) => operator !== 'union' && place < last);
  const left = before < 0 ? node.first : { ...node, rest: node.rest.slice(0, before + 1) };
  const run = node.rest.slice(before + 1, last + 1).map(({ of }) => of);
  return { head: [left, ...run], tail: node.rest.slice(last + 1) };
}

/**
 * Inside a relative: nothing but snapshots, projects and relatives again. Such a step is about lineage alone,
 * so the files on the way need not be available: what became of a project's input is known also when the input,
 * or a temporary generation between, is gone.
 */
export function isLineageStep(node: Expression): boolean {
  switch (node.kind) {
    case 'relative':
      return true;
    case 'dimension': {
      const rule = ruleOf(node, unexpected);
      return rule.on === 'rows' && rule.group.history;
    }
    case 'and':
      return (
        node.terms.some((term) => term.kind !== 'not') &&
        node.terms.every((term) => isLineageStep(term.kind === 'not' ? term.of : term))
      );
    case 'or':
      return node.terms.every(isLineageStep);
    case 'set':
      return isLineageStep(node.first) && node.rest.every(({ of }) => isLineageStep(of));
    case 'with':
      // A definition; a scope that says something speaks for itself.
      return isExpanded(node) && isLineageStep(node.of);
    default:
      return false;
  }
}

/** Does a scope take some of the files, by their order? */
export function isCut({ items }: With): boolean {
  return items.limit !== undefined || items.offset !== undefined || items.stride !== undefined;
}
