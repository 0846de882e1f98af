/**
 * The syntax tree of the SAM dimensions language. Every node carries `at`, its offset in the query's text, so
 * that whatever is wrong with it can be shown at its place.
 *
 * Nested `and`, `or` and set operations are flattened; `availability:` among the terms of an `and` is kept as
 * `with availability` around that `and`, as the SAM server does.
 */
export type Expression =
  | With
  | SetOperation
  | And
  | Or
  | Not
  | Relative
  | Definition
  | Dimension
  | Everything;

export interface With {
  kind: 'with';
  at: number;
  of: Expression;
  items: WithItems;
}

/** What `with` says of a whole expression. Files are ordered by id, then offset, stride and limit are applied. */
export interface WithItems {
  limit?: number;
  offset?: number;
  /** At least 1: every stride-th file from the offset on. */
  stride?: number;
  availability?: string[];
  /** `with NAME value` of any other name: meaning is given by the data system, if it has one. */
  others?: { at: number; name: string; value: string }[];
}

export type SetOperator = 'minus' | 'intersect' | 'union';

/** `first op1 a op2 b ...`, evaluated from the left; all operators bind equally. */
export interface SetOperation {
  kind: 'set';
  at: number;
  first: Expression;
  rest: { operator: SetOperator; of: Expression }[];
}

export interface And {
  kind: 'and';
  at: number;
  terms: Expression[];
}

export interface Or {
  kind: 'or';
  at: number;
  terms: Expression[];
}

export interface Not {
  kind: 'not';
  at: number;
  of: Expression;
}

export const RELATIONS = ['isparentof', 'ischildof', 'isancestorof', 'isdescendantof'] as const;
export type Relation = (typeof RELATIONS)[number];

/** `isparentof: ( of )`: the files that have a direct child among `of`; and so on. */
export interface Relative {
  kind: 'relative';
  at: number;
  relation: Relation;
  of: Expression;
}

/** `defname: name` */
export interface Definition {
  kind: 'definition';
  at: number;
  name: string;
}

/** `name operator argument`; the name is in lower case. */
export interface Dimension {
  kind: 'dimension';
  at: number;
  name: string;
  test: Test;
}

/** No condition: what is left of a query that consists of `availability:` only. */
export interface Everything {
  kind: 'everything';
  at: number;
}

/** `=` and `!=` take wildcards; an operator that was left out is `=`; `in` and `not in` are `=` and `!=`. */
export type Test =
  | { operator: '=' | '!='; argument: Argument }
  | { operator: '<' | '<=' | '>' | '>=' | 'like' | 'not like'; argument: ValueArgument };

export type Argument = ValueArgument | ListArgument | RangeArgument;

export interface ValueArgument {
  kind: 'value';
  value: string;
}

export interface ListArgument {
  kind: 'list';
  values: string[];
}

export interface RangeArgument {
  kind: 'range';
  from: string;
  to: string;
}
