/** A query's tree as lines for people: what is asked of what, a step deeper a level. */
import type { Expression, WithItems } from './ast.ts';
import { printDimensions } from './print.ts';

export interface OutlineLine {
  /** From 0. */
  depth: number;
  text: string;
}

const RELATION_WORDS = {
  isparentof: 'Parents of',
  ischildof: 'Children of',
  isancestorof: 'Ancestors of',
  isdescendantof: 'Descendants of',
} as const;

const OPERATOR_WORDS = { minus: 'without', intersect: 'and also in', union: 'together with' } as const;

export function outlineOf(node: Expression, depth = 0): OutlineLine[] {
  const below = (nodes: readonly Expression[]) => nodes.flatMap((one) => outlineOf(one, depth + 1));
  const line = (text: string): OutlineLine => ({ depth, text });
  switch (node.kind) {
    case 'and':
      return [line('All of'), ...below(node.terms)];
    case 'or':
      return [line('Any of'), ...below(node.terms)];
    case 'not':
      return [line('Not'), ...below([node.of])];
    case 'relative':
      return [line(RELATION_WORDS[node.relation]), ...below([node.of])];
    case 'set':
      return [
        ...outlineOf(node.first, depth),
        ...node.rest.flatMap(({ operator, of }) => [line(OPERATOR_WORDS[operator]), ...below([of])]),
      ];
    case 'with':
      return [line(withWords(node.items)), ...below([node.of])];
    case 'definition':
      return [line(`Definition ${node.name}`)];
    case 'everything':
      return [line('All files')];
    case 'dimension':
      return [line(printDimensions(node))];
  }
}

function withWords({ limit, offset, stride, availability, others = [] }: WithItems): string {
  const order = [
    ...(stride === undefined ? [] : [`each ${stride}th`]),
    ...(limit === undefined ? [] : [`at most ${limit}`]),
    ...(offset === undefined ? [] : [`after the first ${offset}`]),
  ];
  const files = order.length === 0 ? 'Files' : `Files, ${order.join(', ')},`;
  const where = availability === undefined ? '' : ` with availability ${availability.join(' or ')}`;
  const more = others.map(({ name, value }) => ` with ${name} ${value}`).join('');
  return `${files}${where}${more} of`;
}
