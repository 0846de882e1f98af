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
  /** What a row must fulfil besides, unless one of these dimensions says (not: excludes) what it is to be. */
  unless?: { dimensions: string[]; condition: Sql };
  /** Few enough rows for each value that a query may begin with them. */
  anchor: boolean;
  /** Every dimension of the group speaks of a row of its own. */
  alone?: boolean;
}

export const PROJECT_FILES: RowGroup = {
  name: 'project',
  rows: sql`dh.project_file pf join dh.project p on p.project_id = pf.project_id
    left join dh.process pr on pr.process_id = pf.process_id`,
  file: sql`pf.file_id`,
  base: (experiment) => sql`p.experiment = ${experiment}`,
  // The files of a project are those that were handed to its processes.
  unless: { dimensions: ['consumed_status'], condition: sql`pf.state <> 'unassigned'` },
  anchor: true,
};

const SNAPSHOT_ROWS = sql`dh.snapshot_file sf join dh.snapshot s on s.snapshot_id = sf.snapshot_id`;

/** One snapshot each: `snapshot_id 5 and snapshot_id 7` are the files that are in both. */
export const SNAPSHOT_FILES: RowGroup = {
  name: 'snapshot',
  rows: SNAPSHOT_ROWS,
  file: sql`sf.file_id`,
  base: (experiment) => sql`s.experiment = ${experiment}`,
  anchor: true,
  alone: true,
};

/** The snapshots of a definition: which version, and the number of the file within it. */
export const DEFINITION_SNAPSHOTS: RowGroup = {
  name: 'definition snapshot',
  rows: sql`${SNAPSHOT_ROWS} join dh.definition d on d.definition_id = s.definition_id`,
  file: sql`sf.file_id`,
  base: (experiment) => sql`s.experiment = ${experiment}`,
  anchor: true,
};

export const RUNS: RowGroup = {
  name: 'run',
  rows: sql`dh.file_run r`,
  file: sql`r.file_id`,
  base: () => sql`true`,
  anchor: false,
};

export const LOCATIONS: RowGroup = {
  name: 'location',
  rows: sql`dh.file_location fl`,
  file: sql`fl.file_id`,
  base: () => sql`true`,
  anchor: false,
};
