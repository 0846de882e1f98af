import { anyDataset } from './parameters.ts';
import type { NoneSplit, SplitType } from './types.ts';

/** The whole dataset, every time. The cursor counts launches only so that each has a key of its own. */
export const none: SplitType<NoneSplit> = {
  name: 'none',
  description: 'The whole dataset in every submission; never ends.',
  example: 'none',
  parameters: [],
  finite: false,
  endsWhenDatasetEmpty: false,
  cutsFiles: false,
  read: () => ({ type: 'none' }),
  write: () => [],
  datasetProblem: anyDataset,
  plan: (_split, { dataset }, cursor) => {
    const launch = cursor ?? 0;
    return { kind: 'name', dataset, key: `${dataset}#${launch}`, cursor: launch + 1 };
  },
};
