import type { Expression } from './ast.ts';
import { queryProblem } from './problem.ts';

/**
 * Ancestors and descendants may be asked for once in a query, and not together with parents or children: the SAM
 * server forbids it, for such a query may have to walk the whole history of an experiment. What comes from a
 * definition counts too, and is shown at the definition. Throws 'bad-query'.
 */
export function checkLineage(text: string, expression: Expression): void {
  const places: number[] = [];
  let far = false;
  const look = (node: Expression, within?: number): void => {
    const at = within ?? node.at;
    if (node.kind === 'relative') {
      places.push(at);
      far ||= node.relation === 'isancestorof' || node.relation === 'isdescendantof';
    }
    const inside = isExpanded(node) ? at : within;
    for (const child of childrenOf(node)) look(child, inside);
  };
  look(expression);
  const second = places[1];
  if (far && second !== undefined) {
    const problem =
      'Query forbidden - isancestorof and isdescendantof may be used once, and with no other lineage';
    throw queryProblem(text, second, problem);
  }
}

/** Is this the place of a definition that was replaced by its query: a scope that says nothing of its own? */
export function isExpanded(node: Expression): boolean {
  return node.kind === 'with' && Object.keys(node.items).length === 0;
}

/** The expressions directly below a node. */
export function childrenOf(node: Expression): Expression[] {
  switch (node.kind) {
    case 'with':
    case 'not':
    case 'relative':
      return [node.of];
    case 'and':
    case 'or':
      return node.terms;
    case 'set':
      return [node.first, ...node.rest.map(({ of }) => of)];
    default:
      return [];
  }
}
