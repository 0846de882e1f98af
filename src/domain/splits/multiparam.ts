import type { MultiparamSplit, SplitType } from './types.ts';

/**
 * The dataset is a JSON list of lists; a slice is one value of each, the first list fastest, joined by `_`:
 * `[["a","b"],["c","d"]]` gives a_c, b_c, a_d, b_d.
 */
export const multiparam: SplitType<MultiparamSplit> = {
  name: 'multiparam',
  description: 'The dataset is a JSON list of lists of values: every combination of one of each.',
  example: 'multiparam',
  parameters: [],
  finite: true,
  endsWhenDatasetEmpty: false,
  cutsFiles: false,
  read: () => ({ type: 'multiparam' }),
  write: () => [],
  datasetProblem: (dataset) =>
    readLists(dataset) === null ? 'needs a JSON list of lists of texts, such as [["a","b"],["c","d"]]' : null,
  plan: (_split, source, cursor) => {
    const lists = readLists(source.dataset) ?? [];
    const index = cursor ?? 0;
    if (index >= combinations(lists)) return null;
    let rest = index;
    const values: string[] = [];
    for (const choices of lists) {
      values.push(choices[rest % choices.length] ?? '');
      rest = Math.floor(rest / choices.length);
    }
    const dataset = values.join('_');
    return { kind: 'name', dataset, key: `${dataset}#${index}`, cursor: index + 1 };
  },
  slicesLeft: (_split, source, cursor) =>
    Math.max(0, combinations(readLists(source.dataset) ?? []) - (cursor ?? 0)),
};

function combinations(lists: string[][]): number {
  return lists.length === 0 ? 0 : lists.reduce((product, choices) => product * choices.length, 1);
}

/** Null where the text is no list of lists that each hold at least one text or number. */
function readLists(dataset: string): string[][] | null {
  let data: unknown;
  try {
    data = JSON.parse(dataset);
  } catch {
    return null;
  }
  if (!Array.isArray(data) || data.length === 0) return null;
  const lists = data.map((choices: unknown) =>
    Array.isArray(choices) && choices.every((value) => ['string', 'number'].includes(typeof value))
      ? choices.map(String)
      : [],
  );
  return lists.every((choices) => choices.length > 0) ? lists : null;
}
