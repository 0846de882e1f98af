/** Runs of files: MetaCat's users have a list of them in `core.runs`, POMS's earlier splits asked for `core.run_number`. */
import type { MetacatClient } from './metacat-client.ts';
import { where, whole } from './mql.ts';

export const ALL_RUNS = { low: 0, high: 2 ** 31 - 1 };

/** The condition that a file belongs to a run from `low` to `high`. */
export function isOfRuns(low: number, high: number): string {
  const runs = low === high ? `= ${whole(low)}` : `in ${whole(low)}:${whole(high)}`;
  return `(core.runs[any] ${runs} or core.run_number ${runs})`;
}

/**
 * The smallest run from `low` to `high` that has files, or null. MQL cannot ask for the smallest of anything: the run of
 * some file is an upper bound, and each count halves what is left, so the cost is that of the logarithm of the run.
 */
export async function smallestRun(
  metacat: MetacatClient,
  files: string,
  { low, high }: { low: number; high: number },
): Promise<number | null> {
  const [some] = await metacat.files(`(${where(files, [isOfRuns(low, high)])}) limit 1`, { metadata: true });
  if (some === undefined) return null;
  let least = low;
  let most = Math.min(...runsOf(some.metadata ?? {}).filter((run) => run >= low && run <= high));
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    const { files: found } = await metacat.count(where(files, [isOfRuns(least, middle)]));
    if (found > 0) most = middle;
    else least = middle + 1;
  }
  return most;
}

function runsOf(metadata: Record<string, unknown>): number[] {
  const { 'core.runs': runs, 'core.run_number': run } = metadata;
  return [...(Array.isArray(runs) ? runs : []), run].filter((one) => typeof one === 'number');
}
