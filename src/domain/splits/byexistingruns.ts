import { definitionFiles } from '../dimension-text.ts';
import { nameProblem } from './parameters.ts';
import type { ByExistingRunsSplit, NextRunPlan, SplitType } from './types.ts';

/** The files of the next run that has files no earlier slice had; the catalogue finds the run. */
export const byexistingruns: SplitType<ByExistingRunsSplit> = {
  name: 'byexistingruns',
  description: 'One run and subrun at a time, of those that have files which were in no earlier slice.',
  example: 'byexistingruns',
  parameters: [],
  finite: true,
  endsWhenDatasetEmpty: false,
  cutsFiles: true,
  read: () => ({ type: 'byexistingruns' }),
  write: () => [],
  datasetProblem: nameProblem,
  plan: (_split, { dataset, drain }, cursor) => {
    const slice = cursor ?? 0;
    const namePrefix = `${dataset}_slice_${drain}_${slice}`;
    const source = definitionFiles(dataset);
    return { kind: 'next-run', drain, slice, source, namePrefix, key: namePrefix, cursor: slice + 1 };
  },
};

/** The name of the definition once the run is known: `..._run_1234.0005`; no subrun counts as subrun 0. */
export function runSliceName(plan: NextRunPlan, run: number, subrun: number | null): string {
  return `${plan.namePrefix}_run_${run}.${String(subrun ?? 0).padStart(4, '0')}`;
}
