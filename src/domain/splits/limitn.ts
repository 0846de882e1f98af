import { definitionFiles } from '../dimension-text.ts';
import { nameProblem } from './parameters.ts';
import type { LimitNSplit, SplitType } from './types.ts';

/**
 * The first n files of a dataset that drains by itself. The cursor counts slices only to tell them apart; the
 * original had a random name in its place.
 */
export const limitn: SplitType<LimitNSplit> = {
  name: 'limitn',
  description: 'The first n files, every time, for a definition that itself leaves out what is done.',
  example: 'limitn(100)',
  parameters: [{ name: 'files', kind: 'count', default: null, description: 'Files in a slice.' }],
  finite: false,
  endsWhenDatasetEmpty: true,
  cutsFiles: true,
  read: (parameters) => ({ type: 'limitn', files: parameters.count('files') }),
  write: (split) => [String(split.files)],
  datasetProblem: nameProblem,
  plan: (split, { dataset }, cursor) => {
    const slice = cursor ?? 0;
    const name = `${dataset}_${slice}_limit${split.files}`;
    const query = `${definitionFiles(dataset)} with limit ${split.files}`;
    return { kind: 'query', name, query, whenEmpty: 'end', key: name, cursor: slice + 1 };
  },
};
