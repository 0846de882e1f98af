/** Every dimension that a query may use: where it is kept and what it means. */
import { sql } from 'kysely';
import { asRange, type Dimension, RELATIONS, type Test } from '../../../domain/dimensions/index.ts';
import {
  all,
  type ColumnKind,
  type Comparison,
  comparisonFor,
  condition,
  either,
  integer,
  type Refuse,
  type Sql,
  wholeNumber,
} from './conditions.ts';
import { parameter } from './parameters.ts';
import { LOCATIONS, PARENTS, PROJECT_FILES, type RowGroup, RUNS, SNAPSHOT_FILES } from './row-groups.ts';

/** Of a file `f` within an experiment, the condition that a positive test makes. */
type FileCondition = (f: Sql, test: Test, experiment: string, refuse: Refuse) => Sql;

export type DimensionRule = {
  help: string;
  /** Do exact values lead to few files by an index, so that a query may begin with them? */
  names: boolean;
} & (
  | { on: 'file'; condition: FileCondition }
  | { on: 'rows'; group: RowGroup; condition: (test: Test, experiment: string, refuse: Refuse) => Sql }
);

function column(name: string, kind: ColumnKind, help: string, names = false): DimensionRule {
  const build: FileCondition = (f, test, _, refuse) =>
    condition(test, comparisonFor(kind, sql`${f}.${sql.raw(name)}`, refuse));
  return { on: 'file', help, names, condition: build };
}

/** A word that files share; the file carries its number. As an array the numbers are looked up once, not for each file. */
function word(name: string, kind: string, help: string): DimensionRule {
  const build: FileCondition = (f, test, experiment, refuse) =>
    sql`${f}.${sql.raw(name)} = any(array(select l.lookup_id from dh.lookup l where l.experiment = ${experiment}
      and l.kind = ${kind} and ${condition(test, comparisonFor('text', sql`l.name`, refuse))}))`;
  return { on: 'file', help, names: false, condition: build };
}

function application(name: string, help: string): DimensionRule {
  const build: FileCondition = (f, test, experiment, refuse) =>
    sql`${f}.application_id = any(array(select a.application_id from dh.application a where a.experiment = ${experiment}
      and ${condition(test, comparisonFor('text', sql`a.${sql.raw(name)}`, refuse))}))`;
  return { on: 'file', help, names: false, condition: build };
}

function rows(group: RowGroup, value: Sql, kind: ColumnKind, help: string, names = false): DimensionRule {
  return {
    on: 'rows',
    help,
    names,
    group,
    condition: (test, _, refuse) => condition(test, comparisonFor(kind, value, refuse)),
  };
}

/** The snapshot that a project was started on. */
function projectSnapshot(value: Sql, kind: ColumnKind, help: string): DimensionRule {
  return {
    on: 'rows',
    help,
    names: true,
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

/** The newest snapshot of each definition that the test names. */
function newestSnapshot(): DimensionRule {
  return {
    on: 'rows',
    help: 'in the newest snapshot of this definition',
    names: true,
    group: SNAPSHOT_FILES,
    condition: (test, experiment, refuse) => sql`s.snapshot_id in (select distinct on (n.name) v.snapshot_id
      from dh.definition n join dh.snapshot v on v.definition_id = n.definition_id
      where n.experiment = ${experiment} and ${condition(test, comparisonFor('text', sql`n.name`, refuse))}
      order by n.name, v.version desc)`,
  };
}

/** A run; or a run with its subrun as 1234.0005, where a run that has none is its subrun 0. */
function runNumber(refuse: Refuse): Comparison {
  const place = sql`(r.run, coalesce(r.subrun, 0))`;
  const compared = (operator: '=' | '<' | '<=' | '>' | '>=', value: string) => {
    const [, run, subrun] = /^(\d+)\.(\d+)$/.exec(value) ?? [];
    const sign = sql.raw(operator);
    if (run === undefined || subrun === undefined)
      return sql`r.run ${sign} ${wholeNumber(value, refuse)}::bigint`;
    return sql`${place} ${sign} (${wholeNumber(run, refuse)}::bigint, ${wholeNumber(subrun, refuse)}::bigint)`;
  };
  const between = (from: string, to: string) => all([compared('>=', from), compared('<=', to)]);
  const runs = integer(sql`r.run`, refuse);
  return {
    equal(values) {
      const hasSubrun = (value: string) => value.includes('.');
      const plain = values.filter((value) => !hasSubrun(value));
      const others = values.filter(hasSubrun).map((value) => {
        const range = asRange(value);
        return range ? between(range.from, range.to) : compared('=', value);
      });
      return either([...(plain.length > 0 ? [runs.equal(plain)] : []), ...others]);
    },
    between,
    ordered: compared,
    like: runs.like,
  };
}

const checksum: FileCondition = (f, test, _, refuse) =>
  sql`exists (select 1 from unnest(${f}.checksums) as c(value) where ${condition(test, comparisonFor('text', sql`c.value`, refuse))})`;

/** Any `category.name` is a parameter of the metadata. */
function metadata(name: string, help = 'parameter of the metadata'): DimensionRule {
  const build: FileCondition = (f, test) => condition(test, parameter(sql`${f}.meta`, name));
  return { on: 'file', help, names: false, condition: build };
}

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
  checksum: {
    on: 'file',
    help: 'a checksum with its type, md5:0123...',
    names: false,
    condition: checksum,
  },
  file_type: word('type_id', 'type', 'type of the file, for example detector or mc'),
  data_tier: word('tier_id', 'tier', 'data tier, for example raw'),
  file_partition: metadata('file_partition', 'number of the part, where a file is one of several parts'),
  file_format: word('format_id', 'format', 'format of the file, for example root'),
  data_stream: word('stream_id', 'stream', 'data stream'),
  physical_datastream_name: word('stream_id', 'stream', 'data stream'),
  group: word('group_id', 'group', 'group the file belongs to'),
  version: application('version', 'version of the application that made the file'),
  application: application('name', 'application that made the file'),
  appl_name: application('name', 'application that made the file'),
  family: application('family', 'family of the application that made the file'),
  run_number: {
    on: 'rows',
    help: 'run, or run.subrun',
    names: false,
    group: RUNS,
    condition: (test, _, refuse) => condition(test, runNumber(refuse)),
  },
  subrun_number: rows(RUNS, sql`r.subrun`, 'integer', 'subrun of the same run'),
  run_type: rows(RUNS, sql`r.run_type`, 'text', 'type of the same run'),
  full_path: rows(LOCATIONS, sql`fl.location`, 'text', 'a location of the file'),
  tape_label: rows(LOCATIONS, sql`fl.tape_label`, 'text', 'label of the tape at the same location'),
  parents: rows(PARENTS, sql`parent.name`, 'text', 'has this file as its direct parent', true),
  project_name: rows(PROJECT_FILES, sql`p.name`, 'text', 'handed to processes of this project', true),
  project_id: rows(PROJECT_FILES, sql`p.project_id`, 'integer', 'handed to processes of this project', true),
  project_description: rows(PROJECT_FILES, sql`p.description`, 'text', 'description of the same project'),
  consumed_status: consumedStatus(),
  consumer: rows(PROJECT_FILES, sql`pr.user_name`, 'text', 'who ran the process that the file was handed to'),
  consumer_process_id: rows(
    PROJECT_FILES,
    sql`pf.process_id`,
    'integer',
    'process that the file was handed to',
    true,
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
  snapshot_id: rows(SNAPSHOT_FILES, sql`s.snapshot_id`, 'integer', 'in this snapshot', true),
  snapshot_for_project_name: projectSnapshot(sql`q.name`, 'text', 'in the snapshot of this project'),
  snapshot_for_project_id: projectSnapshot(sql`q.project_id`, 'integer', 'in the snapshot of this project'),
  def_snapshot: rows(SNAPSHOT_FILES, sql`d.name`, 'text', 'in a snapshot of this definition', true),
  dataset_def_name: rows(SNAPSHOT_FILES, sql`d.name`, 'text', 'in a snapshot of this definition', true),
  dataset_def_id: rows(
    SNAPSHOT_FILES,
    sql`d.definition_id`,
    'integer',
    'in a snapshot of the definition with this number',
    true,
  ),
  dataset_def_name_newest_snapshot: newestSnapshot(),
  snapshot_version: rows(
    SNAPSHOT_FILES,
    sql`s.version`,
    'integer',
    "version of the same snapshot, of its definition's from 1",
  ),
  snapshot_file_number: rows(
    SNAPSHOT_FILES,
    sql`sf.seq`,
    'integer',
    'number of the file in the same snapshot, from 1',
  ),
};

const WITH_COLON: readonly string[] = ['defname', 'availability', ...RELATIONS];

/** The rule of a dimension; throws what `refuse` makes where there is none. */
export function ruleOf(dimension: Dimension, refuse: Refuse): DimensionRule {
  const rule = Object.hasOwn(DIMENSIONS, dimension.name) ? DIMENSIONS[dimension.name] : undefined;
  if (rule) return rule;
  if (/^[^.]+\.[^.]/.test(dimension.name)) return metadata(dimension.name);
  if (WITH_COLON.includes(dimension.name)) throw refuse(`${dimension.name} is written with a colon after it`);
  throw refuse(
    `there is no dimension ${dimension.name}; parameters of the metadata are written category.name`,
  );
}
