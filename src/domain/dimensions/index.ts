export type * from './ast.ts';
export { RELATIONS } from './ast.ts';
export { checkLineage, childrenOf, isExpanded } from './lineage.ts';
export { type OutlineLine, outlineOf } from './outline.ts';
export { parseDimensions } from './parser.ts';
export { printDimensions } from './print.ts';
export { queryProblem } from './problem.ts';
export { asRange } from './values.ts';
