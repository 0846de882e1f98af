/** What each dimension looks at: the file itself, or one of the rows that belong to it. */
import type { Test } from '../../src/domain/dimensions/index.ts';
import type { Model, ModelFile } from './model.ts';
import { holds, type Kind, parameter, runs, text, time, whole } from './values.ts';

/** Is a test true of any of the values? */
type Reading<Subject> = (subject: Subject, test: Test, model: Model) => boolean;

function reading<Subject, T>(
  kind: Kind<T>,
  values: (subject: Subject, model: Model) => (T | null | undefined)[],
): Reading<Subject> {
  return (subject, test, model) =>
    values(subject, model).some((value) => value !== null && value !== undefined && holds(kind, value, test));
}

const FILE: Record<string, Reading<ModelFile>> = {
  file_name: reading(text, ({ name }) => [name]),
  file_id: reading(whole, ({ id }) => [id]),
  file_size: reading(whole, ({ size }) => [size]),
  event_count: reading(whole, ({ eventCount }) => [eventCount]),
  first_event: reading(whole, ({ firstEvent }) => [firstEvent]),
  start_time: reading(time, ({ started }) => [started]),
  end_time: reading(time, ({ ended }) => [ended]),
  create_date: reading(time, ({ created }) => [created]),
  user: reading(text, ({ createdBy }) => [createdBy]),
  create_user: reading(text, ({ createdBy }) => [createdBy]),
  content_status: reading(text, ({ good }) => [good ? 'good' : 'bad']),
  checksum: reading(text, ({ checksums }) => checksums),
  file_type: reading(text, ({ type }) => [type]),
  data_tier: reading(text, ({ tier }) => [tier]),
  data_stream: reading(text, ({ stream }) => [stream]),
  physical_datastream_name: reading(text, ({ stream }) => [stream]),
  version: reading(text, ({ application }) => [application?.version]),
  application: reading(text, ({ application }) => [application?.name]),
  appl_name: reading(text, ({ application }) => [application?.name]),
  family: reading(text, ({ application }) => [application?.family]),
};

/** A row of any group: only the fields of its group are there. */
export interface Row {
  run?: ModelFile['runs'][number];
  location?: ModelFile['locations'][number];
  parent?: ModelFile;
  use?: {
    project: Model['projects'][number];
    state: string;
    process: Model['processes'][number] | undefined;
  };
  snapshot?: { of: Model['snapshots'][number]; number: number };
}

export type Group = 'run' | 'location' | 'parent' | 'project' | 'snapshot';

export const GROUPS: Record<
  Group,
  { rows(file: ModelFile, model: Model): Row[]; naming: string[]; each: boolean }
> = {
  run: { rows: (file) => file.runs.map((run) => ({ run })), naming: ['run_number'], each: false },
  location: {
    rows: (file) => file.locations.map((location) => ({ location })),
    naming: ['full_path'],
    each: false,
  },
  parent: {
    rows: (file, model) =>
      model.files.filter(({ id }) => file.parents.includes(id)).map((parent) => ({ parent })),
    naming: ['parents'],
    each: true,
  },
  project: {
    rows: (file, model) =>
      model.projects.flatMap((project) =>
        project.files
          .filter(({ fileId }) => fileId === file.id)
          .map(({ state, processId }) => ({
            use: { project, state, process: model.processes.find(({ id }) => id === processId) },
          })),
      ),
    naming: ['project_name', 'project_id'],
    each: false,
  },
  snapshot: {
    rows: (file, model) =>
      model.snapshots
        .filter(({ files }) => files.includes(file.id))
        .map((of) => ({ snapshot: { of, number: of.files.indexOf(file.id) + 1 } })),
    naming: [
      'snapshot_id',
      'snapshot_for_project_name',
      'snapshot_for_project_id',
      'def_snapshot',
      'dataset_def_name',
      'dataset_def_id',
      'dataset_def_name_newest_snapshot',
    ],
    each: true,
  },
};

const projectsOn = ({ snapshot }: Row, model: Model) =>
  model.projects.filter(({ snapshotId }) => snapshotId === snapshot?.of.id);
const definitionOf = ({ snapshot }: Row, model: Model) =>
  model.definitions.find(({ id }) => id === snapshot?.of.definitionId);

function isNewest(row: Row, model: Model): boolean {
  const name = definitionOf(row, model)?.name;
  const ids = model.definitions.filter((definition) => definition.name === name).map(({ id }) => id);
  const versions = model.snapshots
    .filter(({ definitionId }) => definitionId !== null && ids.includes(definitionId))
    .map(({ version }) => version);
  return row.snapshot?.of.version === Math.max(...versions);
}

const ROW: Record<string, { group: Group; reading: Reading<Row> }> = {
  run_number: {
    group: 'run',
    reading: reading(runs, ({ run }) => (run ? [[run.run, run.subrun ?? 0] as const] : [])),
  },
  subrun_number: { group: 'run', reading: reading(whole, ({ run }) => [run?.subrun]) },
  run_type: { group: 'run', reading: reading(text, ({ run }) => [run?.type]) },
  full_path: { group: 'location', reading: reading(text, ({ location }) => [location?.path]) },
  tape_label: { group: 'location', reading: reading(text, ({ location }) => [location?.tape]) },
  parents: { group: 'parent', reading: reading(text, ({ parent }) => [parent?.name]) },
  project_name: { group: 'project', reading: reading(text, ({ use }) => [use?.project.name]) },
  project_id: { group: 'project', reading: reading(whole, ({ use }) => [use?.project.id]) },
  project_description: { group: 'project', reading: reading(text, ({ use }) => [use?.project.description]) },
  consumed_status: {
    group: 'project',
    reading: reading(text, ({ use }) => [use?.state === 'unassigned' ? 'unconsumed' : use?.state]),
  },
  consumer: { group: 'project', reading: reading(text, ({ use }) => [use?.process?.user]) },
  consumer_process_id: { group: 'project', reading: reading(whole, ({ use }) => [use?.process?.id]) },
  consumer_process_status: { group: 'project', reading: reading(text, ({ use }) => [use?.process?.state]) },
  consumer_process_description: {
    group: 'project',
    reading: reading(text, ({ use }) => [use?.process?.description]),
  },
  snapshot_id: { group: 'snapshot', reading: reading(whole, ({ snapshot }) => [snapshot?.of.id]) },
  snapshot_version: { group: 'snapshot', reading: reading(whole, ({ snapshot }) => [snapshot?.of.version]) },
  snapshot_file_number: { group: 'snapshot', reading: reading(whole, ({ snapshot }) => [snapshot?.number]) },
  snapshot_for_project_name: {
    group: 'snapshot',
    reading: reading(text, (row, model) => projectsOn(row, model).map(({ name }) => name)),
  },
  snapshot_for_project_id: {
    group: 'snapshot',
    reading: reading(whole, (row, model) => projectsOn(row, model).map(({ id }) => id)),
  },
  def_snapshot: {
    group: 'snapshot',
    reading: reading(text, (row, model) => [definitionOf(row, model)?.name]),
  },
  dataset_def_name: {
    group: 'snapshot',
    reading: reading(text, (row, model) => [definitionOf(row, model)?.name]),
  },
  dataset_def_id: {
    group: 'snapshot',
    reading: reading(whole, (row, model) => [definitionOf(row, model)?.id]),
  },
  dataset_def_name_newest_snapshot: {
    group: 'snapshot',
    reading: reading(text, (row, model) => (isNewest(row, model) ? [definitionOf(row, model)?.name] : [])),
  },
};

export function groupOf(dimension: string): Group | null {
  return ROW[dimension]?.group ?? null;
}

/** Is a positive test true of a row? */
export function ofRow(dimension: string, row: Row, test: Test, model: Model): boolean {
  return ROW[dimension]?.reading(row, test, model) ?? false;
}

/** Is a positive test true of the file itself? */
export function ofFile(dimension: string, file: ModelFile, test: Test, model: Model): boolean {
  const known = FILE[dimension];
  if (known) return known(file, test, model);
  const value = file.parameters[dimension];
  return value !== undefined && holds(parameter, value, test);
}
