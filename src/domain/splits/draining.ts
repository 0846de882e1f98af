import { anyDataset } from './parameters.ts';
import type { DrainingSplit, SplitType } from './types.ts';

/** As `none`; the name tells people that the definition leaves out what has been processed. */
export const draining: SplitType<DrainingSplit> = {
  name: 'draining',
  description:
    'The whole dataset every time, for a definition that itself leaves out what is done; never ends.',
  example: 'draining',
  parameters: [],
  finite: false,
  endsWhenDatasetEmpty: false,
  cutsFiles: false,
  read: () => ({ type: 'draining' }),
  write: () => [],
  datasetProblem: anyDataset,
  plan: (_split, { dataset }, cursor) => {
    const launch = cursor ?? 0;
    return { kind: 'name', dataset, key: `${dataset}#${launch}`, cursor: launch + 1 };
  },
};
