/**
 * Data handling: one interface, an adapter per system (design 8). Its operations are those of production work,
 * not strings of one system's query language; queries are in the system's own language (SAM dimensions for the
 * built-in catalogue).
 */
import type { Transaction } from '../../database/index.ts';
import type { OutputSpec } from '../../domain/output.ts';
import type { RecoveryType } from '../../domain/recoveries.ts';
import type { SliceCursor, SliceSource, Split } from '../../domain/splits/index.ts';

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
}

/** File counts that decide `Located` and that pages show, for one submission. */
export interface Progress extends ProjectSummary {
  /** Files of the project's snapshot that have a matching child. */
  childrenDeclared: number;
  /** The same, with the child's location known. */
  childrenLocated: number;
}

export interface CatalogueFile {
  name: string;
  size: number | null;
  events: number | null;
  created: Date;
  locations: string[];
  metadata: Record<string, unknown>;
}

/** Every operation is within one experiment. A failed count is an error, never a number. */
export interface DataHandling {
  readonly name: string;
  /**
   * The same operations as part of a transaction, for a system that lives in POMS's database; others return
   * themselves, and their operations must be safe to repeat after a transaction that was rolled back.
   */
  within(trx: Transaction): DataHandling;
  count(experiment: string, query: string): Promise<number>;
  list(
    experiment: string,
    query: string,
    page: { after?: string; limit: number },
  ): Promise<{ files: CatalogueFile[]; next: string | null }>;
  /** Creates the definition, or leaves an equal one alone; another query under the name replaces it when `replace`. */
  defineDataset(experiment: string, name: DatasetName, query: string, replace: boolean): Promise<void>;
  /** The definition's query, or null where there is none. */
  describe(experiment: string, name: DatasetName): Promise<string | null>;
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
  projectSummaries(experiment: string, projects: string[]): Promise<ProjectSummary[]>;
  progress(experiment: string, items: { project: string; output: OutputSpec }[]): Promise<Progress[]>;
  /** The query for what a recovery of this type would run on (spec/backend.md 4.1). */
  recoveryQuery(
    experiment: string,
    type: RecoveryType,
    of: { project: string; dataset: DatasetName; output: OutputSpec },
  ): Promise<string>;
  /** The query for what the project's files became (spec/backend.md 5.2). */
  outputQuery(experiment: string, project: string, output: OutputSpec): string;
}
