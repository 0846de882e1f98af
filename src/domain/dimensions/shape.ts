/** How the parser puts the tree together: flattening, and what becomes of availability. */
import type { Expression, With, WithItems } from './ast.ts';

/**
 * `terms` with one more: terms of the same kind lose their parentheses. The list of the first is taken over as it
 * is, for what nests to the left would otherwise be copied at each level.
 */
export function joinTerm(kind: 'and' | 'or', terms: Expression[], term: Expression): Expression[] {
  if (term.kind !== kind) {
    terms.push(term);
    return terms;
  }
  if (terms.length === 0) return term.terms;
  for (const one of term.terms) terms.push(one);
  return terms;
}

/** No term is everything, one term is itself, several become one node. */
export function oneOrMany(kind: 'and' | 'or', terms: Expression[], at = 0): Expression {
  const [first] = terms;
  if (!first) return { kind: 'everything', at };
  return terms.length === 1 ? first : { kind, at: first.at, terms };
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

/** `of` within the scope of these availabilities; as it is where there are none. */
export function withAvailability(at: number, of: Expression, values: string[] | null): Expression {
  if (!values) return of;
  return { ...mergeWith(of, { availability: values.map((value) => value.toLowerCase()) }), at };
}

/** The values of a term that is nothing but `availability: ...`, alone or in parentheses; else null. */
export function availabilityLabel(term: Expression): string[] | null {
  if (term.kind !== 'with' || term.of.kind !== 'everything') return null;
  return Object.keys(term.items).length === 1 ? (term.items.availability ?? null) : null;
}
