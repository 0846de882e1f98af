import { definitionFiles } from '../dimension-text.ts';
import { nameProblem } from './parameters.ts';
import type { ByRunSplit, SplitType } from './types.ts';

const LOW = 1;
const HIGH = 999_999;

/**
 * One run number after the other; `high` itself is not taken, as in the original. The cursor is the next run
 * number, so whoever finds a run without files may step to the next run that has some by planning again from
 * that number instead of trying each in between.
 */
export const byrun: SplitType<ByRunSplit> = {
  name: 'byrun',
  description: 'The files of one run at a time, from run low up to, but without, run high.',
  example: 'byrun(low=1000,high=2000)',
  parameters: [
    { name: 'low', kind: 'run', default: String(LOW), description: 'The first run.' },
    { name: 'high', kind: 'run', default: String(HIGH), description: 'The run to stop before.' },
  ],
  finite: true,
  endsWhenDatasetEmpty: false,
  cutsFiles: true,
  read: (parameters) => {
    const split: ByRunSplit = { type: 'byrun', low: parameters.run('low'), high: parameters.run('high') };
    return split.low < split.high ? split : parameters.refuse('high must be greater than low');
  },
  write: (split) => [
    ...(split.low === LOW ? [] : [`low=${split.low}`]),
    ...(split.high === HIGH ? [] : [`high=${split.high}`]),
  ],
  datasetProblem: nameProblem,
  plan: (split, { dataset }, cursor) => {
    const run = Math.max(split.low, cursor ?? split.low);
    if (run >= split.high) return null;
    const name = `${dataset}_run_${run}`;
    const query = `${definitionFiles(dataset)} and run_number ${run}`;
    return { kind: 'query', name, query, whenEmpty: 'skip', key: name, cursor: run + 1 };
  },
  slicesLeft: (split, _source, cursor) => Math.max(0, split.high - Math.max(split.low, cursor ?? split.low)),
};
