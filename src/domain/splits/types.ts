/**
 * The model of splits: how a dataset is cut into slices, one submission a slice (spec/backend.md 6).
 *
 * A split is pure: from its parameters, the dataset, the cursor and the time it plans the next slice and says
 * what the catalogue has to do for it. Only the catalogue touches files. The same cursor always gives the same
 * plan with the same names (for `new` without `firsttime`: the same cursor and time), so a repeated step does
 * no harm.
 */

import type { Split } from './model.ts';

export type * from './model.ts';

/**
 * How far a stage has got; null: at the beginning. One number whose meaning is the split's, as in the original:
 * slices taken so far (most types), the next run (`byrun`), the Unix time up to which files are taken (`new`).
 */
export type SliceCursor = number | null;

/** What is cut. */
export interface SliceSource {
  /** The stage's dataset: name of a definition; for `list` and `multiparam` the data itself; for `stagedfiles` a project. */
  dataset: string;
  /**
   * Names the record of files taken by the draining splits (`drainingn`, `stagedfiles`, `byexistingruns`), for
   * example `s17`. Word characters only. One for each stage, and a new one when its split is reset.
   */
  drain: string;
}

interface PlanBase {
  /** What makes this slice this slice, unique among the slices of the stage until its split is reset. */
  key: string;
  /** The cursor after this slice. */
  cursor: SliceCursor;
}

/** The dataset is handed on by name: nothing to ask the catalogue. */
export interface NamePlan extends PlanBase {
  kind: 'name';
  dataset: string;
}

/** Define `name` as `query`. */
export interface QueryPlan extends PlanBase {
  kind: 'query';
  name: string;
  query: string;
  /** No file in the slice: `end`: there is nothing after it either. `skip`: plan again from this plan's cursor. */
  whenEmpty: 'end' | 'skip';
}

/**
 * Define `name` as the first `limit` files, by file id, of `source` that the drain has not taken in an earlier
 * slice, and record them as taken by `slice`. No such file: the end.
 *
 * Files recorded for this slice or later ones come from a step that was repeated or undone: they count as not
 * taken and their record is replaced.
 */
export interface DrainPlan extends PlanBase {
  kind: 'drain';
  drain: string;
  /** Number of this slice from 0. */
  slice: number;
  source: string;
  limit: number;
  name: string;
}

/**
 * Of the files of `source` that the drain has not taken in an earlier slice, find the first run (with subrun),
 * and define all of them that belong to it, recording them as taken by `slice`. The definition is called
 * `runSliceName(plan, run, subrun)`. No such file, or none with a run: the end. Repeated steps as in `DrainPlan`.
 */
export interface NextRunPlan extends PlanBase {
  kind: 'next-run';
  drain: string;
  slice: number;
  source: string;
  namePrefix: string;
}

export type SlicePlan = NamePlan | QueryPlan | DrainPlan | NextRunPlan;

export interface SplitParameter {
  name: string;
  kind: 'count' | 'run' | 'duration' | 'time' | 'flag';
  /** As it would be written; null: the parameter must be given. */
  default: string | null;
  description: string;
}

/** All that is known of one type of split: what the console and the documents show, and how it works. */
export interface SplitType<S extends Split = Split> {
  readonly name: S['type'];
  readonly description: string;
  readonly example: string;
  readonly parameters: readonly SplitParameter[];
  /** It comes to an end by itself: a loop over its slices ends. */
  readonly finite: boolean;
  /** Not finite, but it ends when the dataset itself has run empty, which is up to the dataset. */
  readonly endsWhenDatasetEmpty: boolean;
  /** Cuts the files of a dataset (and so can cut what another stage has made), not a text or a project. */
  readonly cutsFiles: boolean;
  /** From the parameters as written; error `bad-split`. */
  read(parameters: SplitParameters): S;
  /** The parameters as written, without those that have their default. */
  write(split: S): string[];
  /** What is wrong with the dataset for this split, as the rest of a sentence; null where nothing is. */
  datasetProblem(dataset: string): string | null;
  /** The next slice; null when none is left. */
  plan(split: S, source: SliceSource, cursor: SliceCursor, now: Date): SlicePlan | null;
  /** Slices left, where that can be told without the catalogue (empty ones that will be skipped included). */
  slicesLeft?(split: S, source: SliceSource, cursor: SliceCursor, now: Date): number;
}

/** The given parameters of a split, or their defaults, by name. Each method throws `bad-split`. */
export interface SplitParameters {
  /** A whole number of at least 1. */
  count(name: string): number;
  /** A whole number of at least 0. */
  run(name: string): number;
  /** A length of time in seconds. */
  duration(name: string): number;
  /** A Unix time, or null for an empty value or `now`. */
  time(name: string): number | null;
  flag(name: string): boolean;
  /** Reports what is wrong with the parameters together. */
  refuse(problem: string): never;
}
