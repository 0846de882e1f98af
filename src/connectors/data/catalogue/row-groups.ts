import { sql } from 'kysely';
import type { Sql } from './conditions.ts';

/**
 * Rows that belong to files. All conditions of one `and` on rows of one group are about the same row:
 * `project_name P and consumed_status failed` means failed in P, not failed anywhere and used by P.
 */
export interface RowGroup {
  name: string;
  /** Tables and joins. */
  rows: Sql;
  /** The column with the id of the file that a row belongs to. */
  file: Sql;
  /** What every row must fulfil. */
  base: (experiment: string) => Sql;
  /** Rows that count only where a test of `dimension` says that it is them that are wanted; others fulfil `condition`. */
  unless?: { dimension: string; condition: Sql };
  /**
   * Dimensions that say which row. Others tell more of it, also from within parentheses: `project_name P and
   * (consumed_status failed or consumed_status skipped)`.
   */
  naming: readonly string[];
  /** Every naming dimension speaks of a row of its own, and the others tell more of each: in several snapshots. */
  alone?: boolean;
  /** What projects and snapshots did with files stays true of files that are gone since. */
  history: boolean;
}

export const PROJECT_FILES: RowGroup = {
  name: 'project',
  rows: sql`dh.project_file pf join dh.project p on p.project_id = pf.project_id
    left join dh.process pr on pr.process_id = pf.process_id`,
  file: sql`pf.file_id`,
  base: (experiment) => sql`p.experiment = ${experiment}`,
  // The files of a project are those that were handed to its processes.
  unless: { dimension: 'consumed_status', condition: sql`pf.state <> 'unassigned'` },
  naming: ['project_name', 'project_id'],
  history: true,
};

export const SNAPSHOT_FILES: RowGroup = {
  name: 'snapshot',
  rows: sql`dh.snapshot_file sf join dh.snapshot s on s.snapshot_id = sf.snapshot_id
    left join dh.definition d on d.definition_id = s.definition_id`,
  file: sql`sf.file_id`,
  base: (experiment) => sql`s.experiment = ${experiment}`,
  naming: [
    'snapshot_id',
    'snapshot_for_project_name',
    'snapshot_for_project_id',
    'def_snapshot',
    'dataset_def_name',
    'dataset_def_id',
    'dataset_def_name_newest_snapshot',
  ],
  alone: true,
  history: true,
};

export const RUNS: RowGroup = {
  name: 'run',
  rows: sql`dh.file_run r`,
  file: sql`r.file_id`,
  base: () => sql`true`,
  naming: ['run_number'],
  history: false,
};

export const LOCATIONS: RowGroup = {
  name: 'location',
  rows: sql`dh.file_location fl`,
  file: sql`fl.file_id`,
  base: () => sql`true`,
  naming: ['full_path'],
  history: false,
};

export const PARENTS: RowGroup = {
  name: 'parent',
  rows: sql`dh.file_parent fp join dh.file parent on parent.file_id = fp.parent_id`,
  file: sql`fp.child_id`,
  base: (experiment) => sql`parent.experiment = ${experiment}`,
  naming: ['parents'],
  alone: true,
  history: false,
};
