import type { Dimension, Everything, Expression } from '../../../domain/dimensions/index.ts';
import { hasWildcard } from './conditions.ts';
import { ruleOf } from './dimension-table.ts';
import { unexpected } from './terms.ts';

/** What is left of a query when its anchor has been taken out. */
export type Rest = Expression;
export const NOTHING_LEFT: Everything = Object.freeze({ kind: 'everything', at: 0 });

/** Does the dimension name its values, so that an index leads to few rows? */
export function anchorable(node: Expression): boolean {
  if (node.kind !== 'dimension' || node.test.operator !== '=') return false;
  const { argument } = node.test;
  if (argument.kind === 'range') return false;
  const values = argument.kind === 'list' ? argument.values : [argument.value];
  // The state of a file in a project names neither.
  return !values.some(hasWildcard) && !['consumed_status', 'consumer_process_status'].includes(node.name);
}

/** Can the query begin at few files? Mirrors what the compiler does, without building anything. */
export function isAnchored(node: Expression): boolean {
  switch (node.kind) {
    case 'dimension':
      return anchorable(node) && names(node);
    case 'and':
      return node.terms.some(isAnchored);
    case 'or':
      return node.terms.every(isAnchored);
    case 'set':
      return node.rest.every(({ operator }) => operator !== 'union') && isAnchored(node.first);
    case 'relative':
      return isAnchored(node.of) || node.relation === 'isancestorof' || node.relation === 'isdescendantof';
    case 'with':
      return isAnchored(node.of) || node.items.limit !== undefined;
    default:
      return false;
  }
}

function names(node: Dimension): boolean {
  const rule = ruleOf(node, unexpected);
  return rule.on === 'rows' ? rule.group.anchor : rule.names === true;
}

/**
 * Inside a relative: nothing but a snapshot, a project or a relative again. Such a step is about lineage alone,
 * so the files on the way need not be available: what became of a project's input is known also when the input,
 * or a temporary generation between, is gone.
 */
export function isLineageStep(node: Expression): boolean {
  if (node.kind === 'relative') return true;
  if (node.kind === 'and') {
    const named = node.terms.filter((term) => term.kind !== 'not');
    return (
      named.length > 0 && node.terms.every((term) => isLineageStep(term.kind === 'not' ? term.of : term))
    );
  }
  if (node.kind === 'with') return Object.keys(node.items).length === 0 && isLineageStep(node.of);
  if (node.kind !== 'dimension') return false;
  const rule = ruleOf(node, unexpected);
  return rule.on === 'rows' && rule.group.anchor;
}
