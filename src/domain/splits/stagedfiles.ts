import { writeValue } from '../dimension-text.ts';
import { nameProblem } from './parameters.ts';
import type { SplitType, StagedFilesSplit } from './types.ts';

/** Files that a staging project has brought to disk (consumed), n at a time; the dataset is the project's name. */
export const stagedfiles: SplitType<StagedFilesSplit> = {
  name: 'stagedfiles',
  description: 'The dataset is the name of a staging project: the next n files that it has staged.',
  example: 'stagedfiles(100)',
  parameters: [{ name: 'files', kind: 'count', default: null, description: 'Files in a slice.' }],
  finite: true,
  endsWhenDatasetEmpty: false,
  cutsFiles: false,
  read: (parameters) => ({ type: 'stagedfiles', files: parameters.count('files') }),
  write: (split) => [String(split.files)],
  datasetProblem: nameProblem,
  plan: (split, { dataset, drain }, cursor) => {
    const slice = cursor ?? 0;
    const name = `${dataset}_slice_${drain}_${slice}_stage_${split.files}`;
    const source = `project_name ${writeValue(dataset)} and consumed_status 'consumed'`;
    return { kind: 'drain', drain, slice, source, limit: split.files, name, key: name, cursor: slice + 1 };
  },
};
