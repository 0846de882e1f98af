/** From slice to slice of a dataset: what every system does alike with the plans of splits. */
import {
  type DrainPlan,
  type NextRunPlan,
  planSlice,
  type QueryPlan,
  type SliceCursor,
  type SliceSource,
  type Split,
} from '../../domain/splits/index.ts';
import { PomsError } from '../../errors.ts';
import type { Slice } from './types.ts';

/** How a system does what plans ask for. */
export interface SliceSteps {
  /** Empty slices passed over in one call; more is a mistake in the split (a window of one second over years). */
  mostSkipped: number;
  /** The slice of the plan's query; its dataset is defined where that is wanted and it has files. */
  cut(plan: QueryPlan): Promise<Pick<Slice, 'dataset' | 'files'> & { key?: string }>;
  /** Files that no earlier slice had; null when none are left. */
  take(plan: DrainPlan | NextRunPlan): Promise<Slice | null>;
  /** The next run from this one on that has files, so that empty runs need not be tried one by one; null: none. */
  nextRun(from: SliceCursor): Promise<number | null>;
}

/** The next slice that has files, or null when none is left. Error `bad-split`. */
export async function walkSlices(
  source: SliceSource,
  split: Split,
  from: SliceCursor,
  now: Date,
  steps: SliceSteps,
): Promise<Slice | null> {
  let cursor = from;
  for (let skipped = 0; skipped < steps.mostSkipped; skipped += 1) {
    const plan = planSlice(split, source, cursor, now);
    if (plan === null) return null;
    if (plan.kind === 'name') {
      return { dataset: plan.dataset, files: null, key: plan.key, cursor: plan.cursor };
    }
    if (plan.kind !== 'query') return steps.take(plan);
    const { dataset, files, key = plan.key } = await steps.cut(plan);
    if (files !== 0) return { dataset, files, key, cursor: plan.cursor };
    if (plan.whenEmpty === 'end') return null;
    cursor = split.type === 'byrun' ? await steps.nextRun(plan.cursor) : plan.cursor;
    if (cursor === null) return null;
  }
  throw new PomsError('bad-split', {
    split: split.type,
    problem: `more than ${steps.mostSkipped} slices in a row have no files`,
  });
}
