/** Every dimension that a query may use: where it is kept and what it means. */
import { sql } from 'kysely';
import type { Dimension, Test } from '../../../domain/dimensions/index.ts';
import {
  type ColumnKind,
  type Comparison,
  comparisonFor,
  condition,
  integer,
  type Refuse,
  type Sql,
  wholeNumber,
} from './conditions.ts';
import { parameter } from './parameters.ts';
import {
  DEFINITION_SNAPSHOTS,
  LOCATIONS,
  PROJECT_FILES,
  type RowGroup,
  RUNS,
  SNAPSHOT_FILES,
} from './row-groups.ts';

/** Of a file `f` within an experiment, the condition that a positive test makes. */
type FileCondition = (f: Sql, test: Test, experiment: string, refuse: Refuse) => Sql;

export type DimensionRule =
  | { on: 'file'; help: string; names?: boolean; condition: FileCondition }
  | {
      on: 'rows';
      help: string;
      group: RowGroup;
      condition: (test: Test, experiment: string, refuse: Refuse) => Sql;
    };

function column(name: string, kind: ColumnKind, help: string, names = false): DimensionRule {
  const build: FileCondition = (f, test, _, refuse) =>
    condition(test, comparisonFor(kind, sql`${f}.${sql.raw(name)}`, refuse));
  return { on: 'file', help, names, condition: build };
}

/** A word that files share; the file carries its number. */
function word(name: string, kind: string, help: string): DimensionRule {
  const build: FileCondition = (f, test, experiment, refuse) =>
    sql`${f}.${sql.raw(name)} in (select l.lookup_id from dh.lookup l where l.experiment = ${experiment}
      and l.kind = ${kind} and ${condition(test, comparisonFor('text', sql`l.name`, refuse))})`;
  return { on: 'file', help, condition: build };
}

function application(name: string, help: string): DimensionRule {
  const build: FileCondition = (f, test, experiment, refuse) =>
    sql`${f}.application_id in (select a.application_id from dh.application a where a.experiment = ${experiment}
      and ${condition(test, comparisonFor('text', sql`a.${sql.raw(name)}`, refuse))})`;
  return { on: 'file', help, condition: build };
}

function rows(group: RowGroup, value: Sql, kind: ColumnKind, help: string): DimensionRule {
  return {
    on: 'rows',
    help,
    group,
    condition: (test, _, refuse) => condition(test, comparisonFor(kind, value, refuse)),
  };
}

/** The snapshot that a project was started on. */
function projectSnapshot(value: Sql, kind: ColumnKind, help: string): DimensionRule {
  return {
    on: 'rows',
    help,
    group: SNAPSHOT_FILES,
    condition: (test, experiment, refuse) => sql`s.snapshot_id in (select q.snapshot_id from dh.project q
      where q.experiment = ${experiment} and ${condition(test, comparisonFor(kind, value, refuse))})`,
  };
}

/** `unconsumed` is what people call files that were never handed out. */
function consumedStatus(): DimensionRule {
  const state = sql`(case pf.state when 'unassigned' then 'unconsumed' else pf.state end)`;
  return rows(
    PROJECT_FILES,
    state,
    'text',
    'what became of the file in the project: consumed, skipped, failed, unconsumed, ...',
  );
}

/** A run, or a run with subrun as 1234.0005. */
function runNumber(refuse: Refuse): Comparison {
  const runs = integer(sql`r.run`, refuse);
  return {
    ...runs,
    equal(values) {
      const withSubrun = values.flatMap((value) => {
        const [, run, subrun] = /^(\d+)\.(\d+)$/.exec(value) ?? [];
        return run && subrun
          ? [
              sql`(r.run = ${wholeNumber(run, refuse)}::bigint and coalesce(r.subrun, 0) = ${wholeNumber(subrun, refuse)}::bigint)`,
            ]
          : [];
      });
      const plain = values.filter((value) => !/^\d+\.\d+$/.test(value));
      const parts = plain.length > 0 ? [runs.equal(plain), ...withSubrun] : withSubrun;
      return sql`(${sql.join(parts, sql` or `)})`;
    },
  };
}

const checksum: FileCondition = (f, test, _, refuse) =>
  sql`exists (select 1 from unnest(${f}.checksums) as c(value) where ${condition(test, comparisonFor('text', sql`c.value`, refuse))})`;

export const DIMENSIONS: Record<string, DimensionRule> = {
  file_name: column('name', 'text', 'name of the file', true),
  file_id: column('file_id', 'integer', 'number of the file in the catalogue', true),
  file_size: column('size', 'integer', 'size in bytes'),
  event_count: column('event_count', 'integer', 'number of events'),
  first_event: column('first_event', 'integer', 'number of the first event'),
  last_event: column('last_event', 'integer', 'number of the last event'),
  start_time: column('started', 'time', 'when the first event was taken'),
  end_time: column('ended', 'time', 'when the last event was taken'),
  create_date: column('created', 'time', 'when the file was declared'),
  update_date: column('updated', 'time', 'when its metadata was last changed'),
  user: column('created_by', 'text', 'who declared the file'),
  create_user: column('created_by', 'text', 'who declared the file'),
  update_user: column('updated_by', 'text', 'who last changed its metadata'),
  content_status: column('content_status', 'text', 'good or bad; bad files also need availability: bad'),
  checksum: { on: 'file', help: 'a checksum with its type, md5:0123...', condition: checksum },
  file_type: word('type_id', 'type', 'type of the file, for example detector or mc'),
  data_tier: word('tier_id', 'tier', 'data tier, for example raw'),
  file_format: word('format_id', 'format', 'format of the file, for example root'),
  data_stream: word('stream_id', 'stream', 'data stream'),
  group: word('group_id', 'group', 'group the file belongs to'),
  version: application('version', 'version of the application that made the file'),
  application: application('name', 'application that made the file'),
  appl_name: application('name', 'application that made the file'),
  family: application('family', 'family of the application that made the file'),
  run_number: {
    on: 'rows',
    help: 'run, or run.subrun',
    group: RUNS,
    condition: (test, _, refuse) => condition(test, runNumber(refuse)),
  },
  subrun_number: rows(RUNS, sql`r.subrun`, 'integer', 'subrun of the same run'),
  run_type: rows(RUNS, sql`r.run_type`, 'text', 'type of the same run'),
  full_path: rows(LOCATIONS, sql`fl.location`, 'text', 'a location of the file'),
  tape_label: rows(LOCATIONS, sql`fl.tape_label`, 'text', 'label of the tape at the same location'),
  project_name: rows(PROJECT_FILES, sql`p.name`, 'text', 'handed to processes of this project'),
  project_id: rows(PROJECT_FILES, sql`p.project_id`, 'integer', 'handed to processes of this project'),
  project_description: rows(PROJECT_FILES, sql`p.description`, 'text', 'description of the same project'),
  consumed_status: consumedStatus(),
  consumer_process_id: rows(
    PROJECT_FILES,
    sql`pf.process_id`,
    'integer',
    'process that the file was handed to',
  ),
  consumer_process_status: rows(
    PROJECT_FILES,
    sql`pr.state`,
    'text',
    'how that process ended: active, completed, bad',
  ),
  consumer_process_description: rows(
    PROJECT_FILES,
    sql`pr.description`,
    'text',
    'description of that process',
  ),
  snapshot_id: rows(SNAPSHOT_FILES, sql`s.snapshot_id`, 'integer', 'in this snapshot'),
  snapshot_for_project_name: projectSnapshot(sql`q.name`, 'text', 'in the snapshot of this project'),
  snapshot_for_project_id: projectSnapshot(sql`q.project_id`, 'integer', 'in the snapshot of this project'),
  def_snapshot: rows(DEFINITION_SNAPSHOTS, sql`d.name`, 'text', 'in a snapshot of this definition'),
  snapshot_version: rows(DEFINITION_SNAPSHOTS, sql`s.version`, 'integer', 'version of the same snapshot'),
  snapshot_file_number: rows(
    DEFINITION_SNAPSHOTS,
    sql`sf.seq`,
    'integer',
    'number of the file in the same snapshot',
  ),
};

/** Any `category.name` is a parameter of the metadata. */
function parameterRule(name: string): DimensionRule {
  const build: FileCondition = (f, test) => condition(test, parameter(sql`${f}.meta`, name));
  return { on: 'file', help: 'parameter of the metadata', condition: build };
}

/** The rule of a dimension; throws what `refuse` makes where there is none. */
export function ruleOf(dimension: Dimension, refuse: Refuse): DimensionRule {
  const rule = Object.hasOwn(DIMENSIONS, dimension.name) ? DIMENSIONS[dimension.name] : undefined;
  if (rule) return rule;
  if (/^[^.]+\.[^.]/.test(dimension.name)) return parameterRule(dimension.name);
  throw refuse(
    `there is no dimension ${dimension.name}; parameters of the metadata are written category.name`,
  );
}
