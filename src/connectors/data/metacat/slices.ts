/**
 * The next slice of a dataset: the plans of splits carried out in MQL (spec/backend.md 11.4). Every slice is a dataset
 * in POMS's namespace, named by its place, so that the same cursor gives the same dataset.
 */
import type { SliceCursor, SlicePlan, SliceSource, Split } from '../../../domain/splits/index.ts';
import type { Slice } from '../types.ts';
import { walkSlices } from '../walk-slices.ts';
import { addToDataset, defineDataset } from './datasets.ts';
import { type Did, filesFrom, filesNamed, minus, page, since, where } from './mql.ts';
import { filesOf, sliceBase } from './names.ts';
import { ALL_RUNS, isOfRuns, smallestRun } from './runs.ts';
import type { Servers } from './servers.ts';

/** Each costs a question to MetaCat. */
const MAX_SKIPPED = 200;

/**
 * The next slice that has files, or null when none is left; see `DataHandling.nextSlice`. Errors `bad-split`,
 * `bad-query`, `outside-system`.
 */
export function nextSlice(
  servers: Servers,
  source: SliceSource,
  split: Split,
  from: SliceCursor,
  now: Date,
  define: boolean,
): Promise<Slice | null> {
  return walkSlices(source, split, from, now, {
    mostSkipped: MAX_SKIPPED,
    cut: async (plan) => {
      const query = await sliceQuery(servers, source, split, plan);
      const did = { namespace: servers.own, name: nameOf(servers, source, plan.name) };
      const files = query === null ? 0 : (await servers.metacat.count(query)).files;
      if (query !== null && files > 0 && define) await defineDataset(servers, did, query, true);
      return { dataset: written(did), files, key: written(did) };
    },
    take: (plan) => takeFiles(servers, source, plan, define),
    nextRun: (run) => nextRun(servers, source, split, run),
  });
}

const written = ({ namespace, name }: Did) => `${namespace}:${name}`;

/** The plan's name of a slice with the dataset in it written so that it may stand in POMS's namespace. */
function nameOf({ own }: Servers, { dataset }: SliceSource, name: string): string {
  return `${sliceBase(dataset, own)}${name.slice(dataset.length)}`;
}

/** What a plan's slice is in MQL; null: nothing. The cursor of a plan is the one after its slice. */
async function sliceQuery(
  { metacat, own }: Servers,
  { dataset }: SliceSource,
  split: Split,
  plan: SlicePlan,
): Promise<string | null> {
  const files = filesOf(dataset, own);
  const after = plan.cursor ?? 0;
  switch (split.type) {
    case 'nfiles':
      return page(files, { skip: (after - 1) * split.files, limit: split.files });
    case 'limitn':
      return page(files, { skip: 0, limit: split.files });
    case 'mod': {
      // MQL knows no stride: the files in their order are cut into pieces of the same length.
      const total = (await metacat.count(files)).files;
      const [start, end] = [after - 1, after].map((part) => Math.floor((total * part) / split.parts));
      const limit = (end ?? 0) - (start ?? 0);
      return limit === 0 ? null : page(files, { skip: start ?? 0, limit });
    }
    case 'byrun':
      return where(files, [isOfRuns(after - 1, after - 1)]);
    case 'new':
      return where(files, [
        since('created_timestamp', '>', new Date((after - split.window) * 1000)),
        since('created_timestamp', '<=', new Date(after * 1000)),
      ]);
    default:
      throw new Error(`a split ${split.type} plans no query`);
  }
}

/** The next run of the dataset that has files, so that empty runs need not be tried one by one. */
async function nextRun(
  { metacat, own }: Servers,
  { dataset }: SliceSource,
  split: Split,
  from: SliceCursor,
): Promise<number | null> {
  if (split.type !== 'byrun') return null;
  const bounds = { low: from ?? split.low, high: split.high - 1 };
  return smallestRun(metacat, filesOf(dataset, own), bounds);
}

/**
 * Files that no earlier slice had. What the slices before the last had is kept together in one dataset, to which the
 * last is added when the next is taken: then it is certain that it was launched. So a slice that was undone leaves
 * nothing, and all of them together take room for each file twice.
 */
async function takeFiles(
  servers: Servers,
  source: SliceSource,
  plan: Extract<SlicePlan, { kind: 'drain' | 'next-run' }>,
  define: boolean,
): Promise<Slice | null> {
  const { metacat, own } = servers;
  const all = await drained(servers, source, plan);
  if (all === null) return null;
  const base = nameOf(servers, source, `${source.dataset}_slice_${plan.drain}`);
  const named = (place: number | string): Did => ({ namespace: own, name: `${base}_${place}` });
  const [taken, last, did] = [named('taken'), named(plan.slice - 1), named(plan.slice)];
  const rest = await withoutTaken(servers, all, plan.slice === 0 ? [] : [taken, last]);
  const chosen = await choose(servers, rest, plan);
  const files = chosen === null ? 0 : (await metacat.count(chosen)).files;
  if (chosen === null || files === 0) return null;
  if (define) {
    if (plan.slice > 0) await addToDataset(servers, taken, filesFrom([last]), `Taken by slices of ${base}`);
    await defineDataset(servers, did, chosen, true);
  }
  return { dataset: written(did), files, key: plan.key, cursor: plan.cursor };
}

/** What is drained: the dataset, or what a staging project has done; null: nothing. */
async function drained(
  { dispatcher, own }: Servers,
  source: SliceSource,
  plan: SlicePlan,
): Promise<string | null> {
  const isStaged = plan.kind === 'drain' && plan.source.startsWith('project_name ');
  if (!isStaged) return filesOf(source.dataset, own);
  const project = await dispatcher.project(source.dataset);
  const done = project?.handles.filter(({ state }) => state === 'done') ?? [];
  return done.length === 0 ? null : filesNamed(done);
}

/** A preview goes on behind slices that it did not define. */
async function withoutTaken({ metacat }: Servers, all: string, before: readonly Did[]): Promise<string> {
  const there = await Promise.all(
    before.map(async (did) => ((await metacat.dataset(did)) === null ? [] : [did])),
  );
  const known = there.flat();
  return known.length === 0 ? all : minus(all, filesFrom(known));
}

async function choose(
  { metacat }: Servers,
  rest: string,
  plan: Extract<SlicePlan, { kind: 'drain' | 'next-run' }>,
): Promise<string | null> {
  if (plan.kind === 'drain') return page(rest, { skip: 0, limit: plan.limit });
  const run = await smallestRun(metacat, rest, ALL_RUNS);
  return run === null ? null : where(rest, [isOfRuns(run, run)]);
}
