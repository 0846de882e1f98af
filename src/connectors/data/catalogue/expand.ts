/** Before compiling: every definition replaced by its query, everything that is wrong found, with its place. */
import { sql } from 'kysely';
import type { Dimension, Expression } from '../../../domain/dimensions/index.ts';
import {
  checkLineage,
  childrenOf,
  isExpanded,
  parseDimensions,
  queryProblem,
} from '../../../domain/dimensions/index.ts';
import { PomsError } from '../../../errors.ts';
import { AVAILABILITIES } from './availability.ts';
import { positive, type Refuse } from './conditions.ts';
import { ruleOf } from './dimension-table.ts';

/** Definitions within definitions within ...: deeper is a mistake. */
export const MAX_DEFINITION_DEPTH = 20;
/** Definitions in one query all together: keeps two that double each other level by level from growing for ever. */
const MAX_EXPANSIONS = 1000;
/** Characters of all of these together. */
const MAX_EXPANDED = 1_000_000;
/** Conditions in a statement: it may have 65,535 parameters, and a condition has at most eight. */
const MAX_CONDITIONS = 5000;
/** Levels of a tree, each of which is one or more of the statement: PostgreSQL's planner and our compiler recurse. */
const MAX_LEVELS = 100;

/** The queries of definitions by name; a name that is missing does not exist. */
export type LoadDefinitions = (names: string[]) => Promise<Map<string, string>>;

/**
 * The tree of a query with each `defname:` replaced by the tree of its definition, in a scope of its own. Throws
 * 'bad-query' for an unknown dimension or definition, a value that does not suit, a definition that contains
 * itself or nests too deeply, lineage that may not be combined, a query too large to be answered. `as` is the name that the query is to have.
 */
export async function expand(
  text: string,
  experiment: string,
  load: LoadDefinitions,
  as?: string,
): Promise<Expression> {
  const known = new Map<string, string>();
  let count = 0;
  let characters = 0;

  const inside = async (query: string, path: string[]): Promise<Expression> => {
    const tree = parseDimensions(query);
    check(query, tree, experiment);
    const names = [...definitionsIn(tree)].filter((name) => !known.has(name));
    if (names.length > 0) for (const [name, dims] of await load([...new Set(names)])) known.set(name, dims);
    return replace(tree, query, path);
  };

  const replace = async (node: Expression, query: string, path: string[]): Promise<Expression> => {
    if (node.kind !== 'definition') return mapChildren(node, (child) => replace(child, query, path));
    const dims = known.get(node.name);
    if (dims === undefined) throw queryProblem(query, node.at, `there is no definition ${node.name}`);
    if (path.includes(node.name)) {
      throw queryProblem(
        query,
        node.at,
        `the definition contains itself: ${[...path, node.name].join(' > ')}`,
      );
    }
    if (path.length >= MAX_DEFINITION_DEPTH || count >= MAX_EXPANSIONS) {
      throw queryProblem(query, node.at, 'definitions nest too deeply');
    }
    count += 1;
    characters += dims.length;
    if (characters > MAX_EXPANDED)
      throw queryProblem(query, node.at, 'with its definitions the query is too long');
    const of = await named(node.name, () => inside(dims, [...path, node.name]));
    return { kind: 'with', at: node.at, of, items: {} };
  };

  const whole = await inside(text, as === undefined ? [] : [as]);
  checkLineage(text, whole);
  checkSize(text, whole);
  return whole;
}

function checkSize(query: string, whole: Expression): void {
  let conditions = 0;
  const look = (node: Expression, level: number, place?: number): void => {
    const at = place ?? node.at;
    conditions += 1;
    if (conditions > MAX_CONDITIONS)
      throw queryProblem(query, at, `the query has more than ${MAX_CONDITIONS} conditions`);
    if (level > MAX_LEVELS) throw queryProblem(query, at, `conditions nest deeper than ${MAX_LEVELS} levels`);
    const inside = isExpanded(node) ? at : place;
    for (const child of childrenOf(node)) look(child, level + levelsOf(node), inside);
  };
  look(whole, 1);
}

/** A set operation is a level for each change between adding and taking away. */
function levelsOf(node: Expression): number {
  if (node.kind !== 'set') return 1;
  const adds = node.rest.map(({ operator }) => operator === 'union');
  return 1 + adds.filter((add, place) => place > 0 && add !== adds[place - 1]).length;
}

/** Tells in which definition a problem was found. */
async function named<T>(definition: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PomsError) || error.code !== 'bad-query') throw error;
    const problem = `In definition ${definition}: ${error.message}`;
    throw new PomsError('bad-query', { ...error.details, problem }, { cause: error });
  }
}

function check(query: string, node: Expression, experiment: string): void {
  if (node.kind === 'dimension') checkDimension(query, node, experiment);
  if (node.kind === 'with') {
    const unknown = node.items.availability?.find((value) => !AVAILABILITIES.includes(value));
    if (unknown !== undefined) {
      throw queryProblem(
        query,
        node.at,
        `there is no availability ${unknown}; known are ${AVAILABILITIES.join(', ')}`,
      );
    }
    const other = node.items.others?.[0];
    if (other)
      throw queryProblem(
        query,
        other.at,
        `with ${other.name} is not known; known are limit, offset, stride, availability`,
      );
  }
  for (const child of childrenOf(node)) check(query, child, experiment);
}

/** Building the condition is the check: what compiles here compiles later. */
function checkDimension(query: string, node: Dimension, experiment: string): void {
  const refuse: Refuse = (problem) => queryProblem(query, node.at, `${node.name}: ${problem}`);
  const rule = ruleOf(node, (problem) => queryProblem(query, node.at, problem));
  const { test } = positive(node.test);
  if (rule.on === 'file') rule.condition(sql`f`, test, experiment, refuse);
  else rule.condition(test, experiment, refuse);
}

function* definitionsIn(node: Expression): Generator<string> {
  if (node.kind === 'definition') yield node.name;
  for (const child of childrenOf(node)) yield* definitionsIn(child);
}

async function mapChildren(
  node: Expression,
  change: (child: Expression) => Promise<Expression>,
): Promise<Expression> {
  const each = async (nodes: Expression[]) => {
    const changed: Expression[] = [];
    for (const child of nodes) changed.push(await change(child));
    return changed;
  };
  switch (node.kind) {
    case 'with':
    case 'not':
    case 'relative':
      return { ...node, of: await change(node.of) };
    case 'and':
    case 'or':
      return { ...node, terms: await each(node.terms) };
    case 'set': {
      const first = await change(node.first);
      const others = await each(node.rest.map(({ of }) => of));
      return {
        ...node,
        first,
        rest: node.rest.map((part, index) => ({ ...part, of: others[index] ?? part.of })),
      };
    }
    default:
      return node;
  }
}
