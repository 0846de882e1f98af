/** What came out of a run, for the end of the demo. */
import { z } from 'zod';
import { outputList } from '../../services/submissions/schema.ts';
import { type Client, ofExperiment } from '../client.ts';
import { type Column, type Screen, table } from '../output.ts';
import { jobWords } from '../status-words.ts';
import type { RunSubmission, StageProgress } from './run-progress.ts';
import type { Run } from './watch-run.ts';

/** What is read here of the result file that the stage `merge` makes. */
const resultFile = z.object({
  b: z.number(),
  error: z.number(),
  count: z.number(),
  from: z.number(),
  quakes: z.number(),
});

export interface RunResult {
  bValue: number;
  error: number;
  fitted: number;
  quakes: number;
  /** Magnitude from which on quakes were fitted. */
  from: number;
  /** Address of the picture, or null where POMS cannot show it. */
  picture: string | null;
}

/** The result that the last stage published, or null where there is none. */
export async function readResult(
  client: Client,
  run: Run,
  submissions: RunSubmission[],
): Promise<RunResult | null> {
  const last = submissions.filter(({ stage }) => stage === run.stages.at(-1)).at(-1);
  if (last === undefined) return null;
  const path = `${ofExperiment(run.experiment, 'submissions', last.submissionId)}/outputs`;
  const { items } = await client.list(path, outputList, {}, 100);
  const content = (end: string) => items.find(({ name }) => name.endsWith(end))?.content ?? null;
  const result = content('.json');
  const picture = content('.svg');
  if (result === null) return null;
  const { b, error, count, from, quakes } = await client.get(result, resultFile);
  return {
    bValue: b,
    error,
    fitted: count,
    from,
    quakes,
    picture: picture === null ? null : client.address(picture),
  };
}

export function describeRun(
  screen: Screen,
  stages: StageProgress[],
  result: RunResult | null,
  address: string,
): string {
  const found =
    result === null
      ? []
      : [
          `b = ${result.bValue.toFixed(3)} ± ${result.error.toFixed(3)}, from ${result.fitted} of ${result.quakes} earthquakes (magnitude ${result.from} or more)`,
          ...(result.picture === null ? [] : [`picture  ${result.picture}`]),
        ];
  return `\n${table(screen, COLUMNS, stages, '')}\n${[...found, `console  ${address}`].map((line) => `${line}\n`).join('')}`;
}

const COLUMNS: Column<StageProgress>[] = [
  { title: 'stage', cell: (row) => row.stage },
  { title: 'ended as', cell: (row) => row.state, colour: (row) => (row.state === 'done' ? 'green' : 'red') },
  { title: 'submissions', cell: (row) => row.submissions },
  { title: 'recoveries', cell: (row) => row.recoveries },
  { title: 'jobs', cell: (row) => jobWords(row.jobs) },
  {
    title: 'files',
    cell: (row) => (row.files.total === 0 ? '' : `${row.files.consumed}/${row.files.total}`),
  },
];
