/** Splits: how a stage's dataset is cut into slices, one submission a slice. */
export { runSliceName } from './byexistingruns.ts';
export { formatSplit, parseSplit } from './parse.ts';
export { datasetProblem, planSlice, sliceCount } from './plan.ts';
export { SPLIT_TYPES, typeOf } from './table.ts';
export type {
  DrainPlan,
  NamePlan,
  NextRunPlan,
  QueryPlan,
  SliceCursor,
  SlicePlan,
  SliceSource,
  Split,
  SplitName,
  SplitParameter,
  SplitType,
} from './types.ts';
