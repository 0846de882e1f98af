/** The next slices of a split. Pure: nothing is moved, defined or counted here. */
import { PomsError } from '../../errors.ts';
import { formatSplit } from './parse.ts';
import { typeOf } from './table.ts';
import type { SliceCursor, SlicePlan, SliceSource, Split } from './types.ts';

/**
 * The slice after the cursor, or null when none is left. Error `bad-split` where the dataset does not suit the
 * split (see `datasetProblem`).
 */
export function planSlice(
  split: Split,
  source: SliceSource,
  cursor: SliceCursor,
  now: Date,
): SlicePlan | null {
  const problem = datasetProblem(split, source.dataset);
  if (problem !== null) throw new PomsError('bad-split', { split: formatSplit(split), problem });
  return typeOf(split).plan(split, source, cursor, now);
}

/** What is wrong with the dataset for this split (`needs a dataset ...`), or null. For checks before saving. */
export function datasetProblem(split: Split, dataset: string): string | null {
  return typeOf(split).datasetProblem(dataset);
}

/**
 * How many slices are left after the cursor, as far as that can be told without the catalogue: null where it
 * depends on files or never ends. Slices that turn out to be empty and are skipped are counted.
 */
export function sliceCount(split: Split, source: SliceSource, cursor: SliceCursor, now: Date): number | null {
  return typeOf(split).slicesLeft?.(split, source, cursor, now) ?? null;
}
