import { definitionFiles } from '../dimension-text.ts';
import { nameProblem } from './parameters.ts';
import type { DrainingNSplit, SplitType } from './types.ts';

/**
 * The next n files that no earlier slice of this stage had, also when the dataset changes in between. The
 * original kept a chain of growing snapshots for this; here the catalogue keeps the files taken (design 8).
 */
export const drainingn: SplitType<DrainingNSplit> = {
  name: 'drainingn',
  description:
    'The next n files that were in no earlier slice; files may be added to the dataset at any time.',
  example: 'drainingn(100)',
  parameters: [{ name: 'files', kind: 'count', default: null, description: 'Files in a slice.' }],
  finite: true,
  endsWhenDatasetEmpty: false,
  cutsFiles: true,
  read: (parameters) => ({ type: 'drainingn', files: parameters.count('files') }),
  write: (split) => [String(split.files)],
  datasetProblem: nameProblem,
  plan: (split, { dataset, drain }, cursor) => {
    const slice = cursor ?? 0;
    const name = `${dataset}_slice_${drain}_${slice}_stage_${split.files}`;
    const source = definitionFiles(dataset);
    return { kind: 'drain', drain, slice, source, limit: split.files, name, key: name, cursor: slice + 1 };
  },
};
