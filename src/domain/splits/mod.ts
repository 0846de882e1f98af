import { definitionFiles } from '../dimension-text.ts';
import { nameProblem } from './parameters.ts';
import type { ModSplit, SplitType } from './types.ts';

/** Every m-th file beginning with the i-th: m slices of about the same size. */
export const mod: SplitType<ModSplit> = {
  name: 'mod',
  description: 'm slices of about the same size: every m-th file.',
  example: 'mod(4)',
  parameters: [{ name: 'parts', kind: 'count', default: null, description: 'Number of slices.' }],
  finite: true,
  endsWhenDatasetEmpty: false,
  cutsFiles: true,
  read: (parameters) => ({ type: 'mod', parts: parameters.count('parts') }),
  write: (split) => [String(split.parts)],
  datasetProblem: nameProblem,
  plan: (split, { dataset }, cursor) => {
    const index = cursor ?? 0;
    if (index >= split.parts) return null;
    const name = `${dataset}_slice${index}_of_${split.parts}`;
    const query = `${definitionFiles(dataset)} with stride ${split.parts} offset ${index}`;
    return { kind: 'query', name, query, whenEmpty: 'skip', key: name, cursor: index + 1 };
  },
  slicesLeft: (split, _source, cursor) => Math.max(0, split.parts - (cursor ?? 0)),
};
