import type { Expression, Relative } from './ast.ts';
import { queryProblem } from './problem.ts';

/**
 * Ancestors and descendants may be asked for once in a query, and not together with parents or children: the SAM
 * server forbids it, for such a query may have to walk the whole history of an experiment. Throws 'bad-query'.
 */
export function checkLineage(text: string, expression: Expression): void {
  const relatives = [...relativesOf(expression)];
  const far = relatives.filter(
    ({ relation }) => relation === 'isancestorof' || relation === 'isdescendantof',
  );
  const second = relatives[1];
  if (far.length > 0 && second) {
    const problem =
      'Query forbidden - isancestorof and isdescendantof may be used once, and with no other lineage';
    throw queryProblem(text, second.at, problem);
  }
}

function* relativesOf(node: Expression): Generator<Relative> {
  if (node.kind === 'relative') yield node;
  for (const child of childrenOf(node)) yield* relativesOf(child);
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
