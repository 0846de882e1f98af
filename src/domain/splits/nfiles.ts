import { definitionFiles } from '../dimension-text.ts';
import { nameProblem } from './parameters.ts';
import type { NFilesSplit, SplitType } from './types.ts';

/** Files i·n to (i+1)·n - 1 in the catalogue's order; right only for a dataset that grows at its end or not at all. */
export const nfiles: SplitType<NFilesSplit> = {
  name: 'nfiles',
  description: 'n files at a time, in the order of the catalogue, for a dataset that does not lose files.',
  example: 'nfiles(100)',
  parameters: [{ name: 'files', kind: 'count', default: null, description: 'Files in a slice.' }],
  finite: true,
  endsWhenDatasetEmpty: false,
  cutsFiles: true,
  read: (parameters) => ({ type: 'nfiles', files: parameters.count('files') }),
  write: (split) => [String(split.files)],
  datasetProblem: nameProblem,
  plan: (split, { dataset }, cursor) => {
    const index = cursor ?? 0;
    const name = `${dataset}_slice${index}_files${split.files}`;
    const query = `${definitionFiles(dataset)} with limit ${split.files} offset ${index * split.files}`;
    return { kind: 'query', name, query, whenEmpty: 'end', key: name, cursor: index + 1 };
  },
};
