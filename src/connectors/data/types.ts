/**
 * Data handling: one interface, an adapter per system (design 8). Its operations are those of production work,
 * not strings of one system's query language; queries are in the system's own language (SAM dimensions, or MQL), and
 * whoever needs one without being a person asks the adapter for it.
 */
import type { Transaction } from '../../database/index.ts';
import type { DataSettings } from '../../domain/data-settings.ts';
import type { OutputSpec } from '../../domain/output.ts';
import type { RecoveryType } from '../../domain/recoveries.ts';
import type { SliceCursor, SliceSource, Split } from '../../domain/splits/index.ts';
import type { LinkHealth } from '../link-health.ts';

export type { OutputSpec } from '../../domain/output.ts';

/** A dataset by the name of its definition. */
export type DatasetName = string;

export interface Slice {
  dataset: DatasetName;
  /** Null where the split hands on a name without asking the catalogue (`None`, `draining`, `list`, `multiparam`). */
  files: number | null;
  /** What makes this slice this slice: unique per stage, part of the launch's identity. */
  key: string;
  cursor: SliceCursor;
}

export interface ProjectSummary {
  project: string;
  exists: boolean;
  files: number;
  consumed: number;
  failed: number;
  /** Handed out, no word yet. */
  delivered: number;
  ended: boolean;
  /** Files by state (`consumed`, `skipped`, ...), where the system tells them apart. */
  states?: Readonly<Record<string, number>>;
}

/** File counts that decide `Located` and that pages show, for one submission. */
export interface Progress extends ProjectSummary {
  /** Files of the project's snapshot that have a matching child. */
  childrenDeclared: number;
  /** The same, with the child's location known. */
  childrenLocated: number;
  /** Files that have a matching child for some pattern, where that is told apart. */
  childrenSome?: number;
  /** Files that `outputQuery` finds, where that is counted with the rest. */
  outputs?: number;
}

export interface CatalogueFile {
  name: string;
  size: number | null;
  events: number | null;
  created: Date;
  locations: string[];
  metadata: Record<string, unknown>;
}

/** How much a query finds. */
export interface QuerySummary {
  files: number;
  /** Sum of the sizes that are known. */
  bytes: number;
  /** Sum of the event counts that are known; null where the system does not add them up. */
  events: number | null;
}

/** A query told apart for people, before it is used. */
export interface QueryTold {
  /** As it is written in its normal form. */
  normalised: string;
  /** The same with each definition replaced by its query. */
  expanded: string;
  /** Its tree, a node a line; depth from 0. */
  outline: { depth: number; text: string }[];
  /** `few`: it begins at named projects, snapshots or files; `all`: every file of the experiment is looked at. */
  begins: 'few' | 'all';
}

export interface Dataset {
  name: DatasetName;
  query: string;
  description: string | null;
  /** Null where the system does not tell. */
  created: Date | null;
  createdBy: string | null;
}

/** A file on the way up or down from another. */
export interface LineageFile {
  name: string;
  /** Generations from the file that was asked about, from 1. */
  depth: number;
  /** The file one generation nearer through which it was found first. */
  via: string;
  retired: boolean;
  located: boolean;
}

export interface Lineage {
  /** By generation, in each by name. */
  files: LineageFile[];
  /** There are more files, or generations, than were asked for. */
  more: boolean;
}

/** The projects that a file was given to, the newest first. */
export interface FileUses {
  projects: {
    project: string;
    /** The definition whose files it has; null where it has none, or that is not told. */
    dataset: DatasetName | null;
    /** What became of the file in it. */
    state: string;
    changed: Date;
  }[];
  /** There are more than were asked for. */
  more: boolean;
}

/** What a system can do beyond what all can. */
export interface Capabilities {
  /** The language of its queries. */
  language: 'sam' | 'mql';
  /**
   * `script`: the launch script's jobs start the project of a submission, by the name that POMS proposes. `poms`: POMS
   * starts it with `openProject` before the launch, and the system chooses its name.
   */
  projectsBy: 'script' | 'poms';
  recoveryTypes: readonly RecoveryType[];
  /** Files are known with all their metadata and their parents and children: `file` and `lineage` can be asked. */
  lineage: boolean;
  /** Its definitions can be listed: `datasets` can be asked. */
  datasets: boolean;
}

/** The project of a submission, to be started by POMS. */
export interface WantedProject {
  /** Its submission's id and this POMS: the same again is the same project. */
  key: string;
  dataset: DatasetName;
  /** For people who look at the other system. */
  description: string;
  /** Hand out again files of this project instead of starting a new one. */
  again: { project: string; type: RecoveryType } | null;
  /** Of the stage. */
  settings: DataSettings;
}

/**
 * Every operation is within one experiment. A failed count is an error, never a number. Errors: `bad-query` for what
 * the system does not understand, `not-found`, and `outside-system` where it is away, hangs, or speaks nonsense.
 */
export interface DataHandling {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** How it stands with the link to it; null before the first call, and for what is within POMS. */
  health(): LinkHealth | null;
  /**
   * The same operations as part of a transaction, for a system that lives in POMS's database; others return
   * themselves, and their operations must be safe to repeat after a transaction that was rolled back. Whatever is
   * called within a transaction ends in 30 seconds, one way or the other.
   */
  within(trx: Transaction): DataHandling;

  /** The query for all files of these datasets together. */
  datasetQuery(datasets: readonly DatasetName[]): string;
  /** Tells a query apart; absent where the system does not show how it understands one. Error `bad-query`. */
  tellQuery?(experiment: string, query: string): Promise<QueryTold>;
  /** The summary, or null where it takes longer than `seconds`; absent where that cannot be limited. */
  quickSummary?(experiment: string, query: string, seconds: number): Promise<QuerySummary | null>;
  count(experiment: string, query: string): Promise<number>;
  summary(experiment: string, query: string): Promise<QuerySummary>;
  list(
    experiment: string,
    query: string,
    page: { after?: string; limit: number },
  ): Promise<{ files: CatalogueFile[]; next: string | null }>;
  /** One file by name, retired or not. Error `not-found`. */
  file(experiment: string, name: string): Promise<CatalogueFile>;
  /** Error `not-found`. `limit`: files at most. */
  lineage(
    experiment: string,
    name: string,
    direction: 'up' | 'down',
    bounds: { depth: number; limit: number },
  ): Promise<Lineage>;
  /** Projects that have the file, `limit` at most; absent where the system does not tell. Error `not-found`. */
  fileUses?(experiment: string, name: string, limit: number): Promise<FileUses>;

  /**
   * Creates the definition, or leaves an equal one alone; another query under the name replaces it when `replace`.
   * `user`: who wants it, where the system keeps that; default: POMS.
   */
  defineDataset(
    experiment: string,
    name: DatasetName,
    query: string,
    replace: boolean,
    user?: string,
  ): Promise<void>;
  /** The definition's query, or null where there is none. */
  describe(experiment: string, name: DatasetName): Promise<string | null>;
  /** By name; `like` with `%` for any text. `after` is the `next` of the page before. */
  datasets(
    experiment: string,
    page: { like?: string; after?: string; limit: number },
  ): Promise<{ datasets: Dataset[]; next: string | null }>;
  /**
   * The next slice after the cursor, or null when none is left. Carries out what `planSlice` plans, stepping over
   * empty slices where the plan says so. Defines the slice's dataset and records what it takes when `define`; a
   * preview passes false and moves nothing.
   */
  nextSlice(
    experiment: string,
    source: SliceSource,
    split: Split,
    cursor: SliceCursor,
    now: Date,
    define: boolean,
  ): Promise<Slice | null>;

  /** What tells launch scripts and jobs where it is, by the names that its own clients know; no credentials. */
  environment(experiment: string): Record<string, string>;

  /** Starts the project, or finds the one that was started with the same key. Returns its name. See `projectsBy`. */
  openProject(experiment: string, wanted: WantedProject): Promise<string>;
  projectSummaries(experiment: string, projects: string[]): Promise<ProjectSummary[]>;
  progress(experiment: string, items: { project: string; output: OutputSpec }[]): Promise<Progress[]>;
  /** The query for what a recovery of this type would run on (spec/backend.md 4.1); empty where nothing is left. */
  recoveryQuery(
    experiment: string,
    type: RecoveryType,
    of: { project: string; dataset: DatasetName; output: OutputSpec },
  ): Promise<string>;
  /** The query for what the project's files became (spec/backend.md 5.2). */
  outputQuery(experiment: string, project: string, output: OutputSpec): Promise<string>;
}
