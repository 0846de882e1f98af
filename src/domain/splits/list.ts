import type { ListSplit, SplitType } from './types.ts';

/** The dataset is a list of names, separated by commas or line ends; each is a slice, handed on as it is. */
export const list: SplitType<ListSplit> = {
  name: 'list',
  description: 'The dataset is a list of names separated by commas: one at a time.',
  example: 'list',
  parameters: [],
  finite: true,
  endsWhenDatasetEmpty: false,
  cutsFiles: false,
  read: () => ({ type: 'list' }),
  write: () => [],
  datasetProblem: (dataset) =>
    items(dataset).length === 0 ? 'needs a list of names, and there is none' : null,
  plan: (_split, source, cursor) => {
    const index = cursor ?? 0;
    const dataset = items(source.dataset)[index];
    if (dataset === undefined) return null;
    return { kind: 'name', dataset, key: `${dataset}#${index}`, cursor: index + 1 };
  },
  slicesLeft: (_split, source, cursor) => Math.max(0, items(source.dataset).length - (cursor ?? 0)),
};

function items(dataset: string): string[] {
  return dataset
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
