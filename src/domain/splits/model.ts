/** A split as data: its type and the parameters of that type (spec/backend.md 6). */

export type Split =
  | NoneSplit
  | DrainingSplit
  | DrainingNSplit
  | NFilesSplit
  | LimitNSplit
  | ModSplit
  | ByRunSplit
  | ByExistingRunsSplit
  | ListSplit
  | MultiparamSplit
  | NewSplit
  | StagedFilesSplit;

export type SplitName = Split['type'];

export interface NoneSplit {
  type: 'none';
}
export interface DrainingSplit {
  type: 'draining';
}
export interface DrainingNSplit {
  type: 'drainingn';
  /** Files in a slice. */
  files: number;
}
export interface NFilesSplit {
  type: 'nfiles';
  /** Files in a slice. */
  files: number;
}
export interface LimitNSplit {
  type: 'limitn';
  /** Files in a slice. */
  files: number;
}
export interface ModSplit {
  type: 'mod';
  /** Number of slices. */
  parts: number;
}
export interface ByRunSplit {
  type: 'byrun';
  /** The first run number. */
  low: number;
  /** The run number to stop before. */
  high: number;
}
export interface ByExistingRunsSplit {
  type: 'byexistingruns';
}
export interface ListSplit {
  type: 'list';
}
export interface MultiparamSplit {
  type: 'multiparam';
}
export interface NewSplit {
  type: 'new';
  /** Width of one slice in seconds. */
  window: number;
  /** Seconds of which begin, end and width are multiples. */
  round: number;
  /** Seconds that a new file may take until the catalogue knows it. */
  fts: number;
  /** Times in queries are written in the local time of this server instead of UTC; the instants are the same. */
  localtime: boolean;
  /** Unix time at which the first slice begins; null: one window before the present. */
  firsttime: number | null;
  /** Unix time at which to stop; null: the present. */
  lasttime: number | null;
}
export interface StagedFilesSplit {
  type: 'stagedfiles';
  /** Files in a slice. */
  files: number;
}
