import type { Argument, Expression, Test, WithItems } from './ast.ts';
import { isExpanded } from './lineage.ts';
import { asRange, isEndpoint, isKeyword } from './values.ts';

/** How tightly a node binds: it is put in parentheses where its surroundings bind tighter. */
const BINDING = { with: 0, set: 1, or: 2, and: 3, not: 4 } as const;
type Level = 0 | 1 | 2 | 3 | 4 | 5;

/**
 * The normalised text of a query: parsing it gives the same tree. A definition that was replaced by its query stands in
 * parentheses.
 */
export function printDimensions(expression: Expression): string {
  return print(expression, 0);
}

function print(node: Expression, around: Level): string {
  if (node.kind === 'with' && isExpanded(node)) return `(${print(node.of, 0)})`;
  const text = body(node);
  const own = node.kind in BINDING ? BINDING[node.kind as keyof typeof BINDING] : 5;
  return own < around ? `(${text})` : text;
}

function body(node: Expression): string {
  switch (node.kind) {
    case 'with':
      return printWith(node.of, node.items);
    case 'set': {
      const rest = node.rest.map(({ operator, of }) => ` ${operator} ${print(of, 2)}`).join('');
      return `${print(node.first, 2)}${rest}`;
    }
    case 'or':
    case 'and':
      return node.terms
        .map((term) => print(term, term.kind === node.kind ? 5 : node.kind === 'or' ? 3 : 4))
        .join(` ${node.kind} `);
    case 'not':
      return `not ${print(node.of, 4)}`;
    case 'relative':
      return `${node.relation}: (${print(node.of, 0)})`;
    case 'definition':
      return `defname: ${printValue(node.name)}`;
    case 'dimension':
      return `${node.name} ${printTest(node.test)}`;
    case 'everything':
      return 'availability: any';
  }
}

function printWith(of: Expression, items: WithItems): string {
  // The only place where a query has no condition: `availability: ...` by itself.
  if (of.kind === 'everything' && items.availability) {
    const { availability, ...others } = items;
    const label = `availability: ${availability.map(printValue).join(', ')}`;
    return Object.keys(others).length === 0 ? label : `${label} with ${printItems(others)}`;
  }
  return `${print(of, 1)} with ${printItems(items)}`;
}

function printItems(items: WithItems): string {
  const parts: string[] = [];
  if (items.availability) parts.push(`availability ${items.availability.map(printValue).join(', ')}`);
  for (const { name, value } of items.others ?? []) parts.push(`${name} ${printValue(value)}`);
  if (items.limit !== undefined) parts.push(`limit ${items.limit}`);
  if (items.offset !== undefined) parts.push(`offset ${items.offset}`);
  if (items.stride !== undefined) parts.push(`stride ${items.stride}`);
  return parts.join(' ');
}

function printTest({ operator, argument }: Test): string {
  return operator === '=' ? printArgument(argument) : `${operator} ${printArgument(argument)}`;
}

function printArgument(argument: Argument): string {
  switch (argument.kind) {
    case 'value':
      return asRange(argument.value) ? quote(argument.value) : printValue(argument.value);
    case 'list':
      return argument.values.map(printValue).join(', ');
    case 'range': {
      const bare = isEndpoint(argument.from) && isEndpoint(argument.to);
      return bare ? `${argument.from}-${argument.to}` : `${quote(argument.from)}-${quote(argument.to)}`;
    }
  }
}

/** A value, in quotes where it could be taken for something else. */
export function printValue(value: string): string {
  return /^[A-Za-z0-9_.%?+-]+$/.test(value) && !isKeyword(value) ? value : quote(value);
}

/** A value holds one kind of quote at most: in the language there is no way to write both. */
function quote(value: string): string {
  return value.includes("'") ? `"${value}"` : `'${value}'`;
}
