/** How the parser puts the tree together: flattening, and what becomes of availability. */
import type { And, Expression, Or, With, WithItems } from './ast.ts';
import { queryProblem } from './problem.ts';

/** One term is itself; several become one flat node. */
export function oneOrMany(kind: 'and' | 'or', terms: Expression[]): Expression {
  const flat = terms.flatMap((term) => (term.kind === kind ? term.terms : [term]));
  const [first] = flat;
  if (first && flat.length === 1) return first;
  const at = first?.at ?? 0;
  return kind === 'and'
    ? ({ kind, at, terms: flat } satisfies And)
    : ({ kind, at, terms: flat } satisfies Or);
}

export function negate(at: number, of: Expression): Expression {
  return { kind: 'not', at, of };
}

/**
 * `expression with items`. Joined with a `with` that the expression has already, where that changes nothing: a
 * limit inside stays inside, for a limit of a limited set is another thing than one limit.
 */
export function mergeWith(of: Expression, items: WithItems): With {
  if (of.kind !== 'with') return { kind: 'with', at: of.at, of, items };
  const inner = of.items;
  const cut = inner.limit !== undefined || inner.offset !== undefined || inner.stride !== undefined;
  const twice = inner.availability !== undefined && items.availability !== undefined;
  if (cut || twice) return { kind: 'with', at: of.at, of, items };
  const others = [...(inner.others ?? []), ...(items.others ?? [])];
  return { ...of, items: { ...inner, ...items, ...(others.length > 0 && { others }) } };
}

/**
 * The terms of an `and`, some of which may be `availability: ...`, alone or in parentheses: these become
 * `with availability` around the others.
 */
export function liftAvailability(
  text: string,
  at: number,
  terms: Expression[],
  direct: string[][],
): Expression {
  const isLabel = (term: Expression): term is With => term.kind === 'with' && isAvailabilityOnly(term);
  const labels = terms
    .filter(isLabel)
    .flatMap((term) => (term.items.availability ? [term.items.availability] : []));
  const availability = [...direct, ...labels];
  const rest = terms.filter((term) => !isLabel(term));
  if (availability.length > 1)
    throw queryProblem(text, at, 'availability: is given twice for the same terms');
  const [values] = availability;
  const of: Expression = rest.length === 0 ? { kind: 'everything', at } : oneOrMany('and', rest);
  if (!values) return of;
  return mergeWith(of, { availability: values.map((value) => value.toLowerCase()) });
}

function isAvailabilityOnly({ of, items }: With): boolean {
  return of.kind === 'everything' && Object.keys(items).length === 1 && items.availability !== undefined;
}
