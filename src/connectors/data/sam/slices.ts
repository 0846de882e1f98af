/** The next slice of a dataset, as the plans of splits say, by SAM's definitions and snapshots (spec/backend.md 6). */
import { definitionFiles } from '../../../domain/dimension-text.ts';
import {
  type DrainPlan,
  formatSplit,
  type NextRunPlan,
  runSliceName,
  type SliceCursor,
  type SliceSource,
  type Split,
} from '../../../domain/splits/index.ts';
import { PomsError } from '../../../errors.ts';
import type { Slice } from '../types.ts';
import { walkSlices } from '../walk-slices.ts';
import { define } from './definitions.ts';
import type { SamFile, SamServer } from './server.ts';

/** Each costs a question to SAM. */
const MAX_SKIPPED = 200;
const MAX_RUN = 2 ** 31 - 1;

/**
 * The next slice that has files, or null when none is left; see `DataHandling.nextSlice`. Errors `bad-split`,
 * `bad-query`, `outside-system`.
 */
export function nextSlice(
  sam: SamServer,
  source: SliceSource,
  split: Split,
  from: SliceCursor,
  now: Date,
  write: boolean,
): Promise<Slice | null> {
  return walkSlices(source, split, from, now, {
    mostSkipped: MAX_SKIPPED,
    cut: async ({ name, query }) => {
      const files = await sam.count(query);
      if (files > 0 && write) await define(sam, name, query, true);
      return { dataset: name, files };
    },
    take: (plan) => takeFiles(sam, split, plan, write),
    nextRun: async (run) =>
      split.type === 'byrun'
        ? smallestRun(sam, definitionFiles(source.dataset), { low: run ?? split.low, high: split.high - 1 })
        : null,
  });
}

/**
 * Files that no earlier slice had. SAM can keep them only as snapshots: one of each slice, and one of all that the slices
 * up to it had together, as the original did it. Taken again, because the step before was undone, both are made anew.
 */
async function takeFiles(
  sam: SamServer,
  split: Split,
  plan: DrainPlan | NextRunPlan,
  write: boolean,
): Promise<Slice | null> {
  const taken = plan.slice === 0 ? null : await takenBefore(sam, split, plan);
  const rest = taken === null ? plan.source : `${plan.source} minus ${taken}`;
  const chosen =
    plan.kind === 'drain'
      ? { name: plan.name, dims: `${rest} with limit ${plan.limit}` }
      : await firstRun(sam, plan, rest);
  const files = chosen === null ? 0 : await sam.count(chosen.dims);
  if (chosen === null || files === 0) return null;
  if (write) {
    const slice = await frozen(sam, `${chosen.name}_query`, chosen.dims);
    await define(sam, chosen.name, slice, true);
    const name = takenName(plan, plan.slice);
    const all = taken === null ? slice : await frozen(sam, `${name}_query`, `${taken} or ${slice}`);
    await define(sam, name, all, true);
  }
  return { dataset: chosen.name, files, key: plan.key, cursor: plan.cursor };
}

/**
 * The query for what the slices before this one had together. Without it every file would be taken once more, as where
 * the campaign was on another data handling before: error `bad-split`.
 */
async function takenBefore(sam: SamServer, split: Split, plan: DrainPlan | NextRunPlan): Promise<string> {
  const name = takenName(plan, plan.slice - 1);
  const record = await sam.definition(name);
  if (record !== null) return record.dimensions;
  const problem = `the server has no record (${name}) of the files that earlier slices took; reset it to begin again`;
  throw new PomsError('bad-split', { split: formatSplit(split), problem });
}

/** The definition of what the slices up to this one had together. */
function takenName({ drain }: DrainPlan | NextRunPlan, slice: number): string {
  return `poms_drain_${drain}_${slice}`;
}

async function frozen(sam: SamServer, name: string, dims: string): Promise<string> {
  await define(sam, name, dims, true);
  return `snapshot_id ${await sam.snapshot(name)}`;
}

async function firstRun(
  sam: SamServer,
  plan: NextRunPlan,
  rest: string,
): Promise<{ name: string; dims: string } | null> {
  const run = await smallestRun(sam, rest, { low: 0, high: MAX_RUN });
  if (run === null) return null;
  const ofRun = `( ${rest} ) and run_number ${run}`;
  const subruns = (await sam.files((await sam.names(ofRun)).slice(0, MOST_OF_RUN))).flatMap((file) =>
    runsOf(file).flatMap(([number, subrun]) => (number === run ? [subrun ?? null] : [])),
  );
  const numbers = subruns.filter((subrun) => subrun !== null);
  const subrun = numbers.length === 0 ? null : Math.min(...numbers);
  const name = runSliceName(plan, run, subrun);
  return { name, dims: subrun === null ? ofRun : `${ofRun} and subrun_number ${subrun}` };
}

/** Files of one run that are looked at for their subruns. */
const MOST_OF_RUN = 5000;

/**
 * The smallest run from `low` to `high` that has files, or null. The language cannot ask for the smallest of anything:
 * the run of some file is an upper bound, and each count halves what is left.
 */
async function smallestRun(
  sam: SamServer,
  files: string,
  { low, high }: { low: number; high: number },
): Promise<number | null> {
  const within = (from: number, to: number) => `( ${files} ) and run_number ${from}-${to}`;
  if ((await sam.count(within(low, high))) === 0) return null;
  let least = low;
  let most = high;
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if ((await sam.count(within(least, middle))) > 0) most = middle;
    else least = middle + 1;
  }
  return least;
}

/** `[run, subrun, type]` or `[run, type]` each. */
function runsOf(file: SamFile): [run: number, subrun: number | null][] {
  const runs = file['runs'];
  if (!Array.isArray(runs)) return [];
  return runs.flatMap((one: unknown): [number, number | null][] => {
    const [run, subrun] = Array.isArray(one) ? (one as unknown[]) : [];
    return typeof run === 'number' ? [[run, typeof subrun === 'number' ? subrun : null]] : [];
  });
}
