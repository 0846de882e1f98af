/** A model as rows of the catalogue's tables, ids and all. */
import { sql } from 'kysely';
import { type Db, json } from '../../src/database/index.ts';
import type { Model } from './model.ts';

type Rows = Record<string, unknown>[];

async function insert(db: Db, table: string, rows: Rows): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const name = sql.table(table);
  const columns = sql.join(Object.keys(first).map((column) => sql.ref(column)));
  await sql`insert into ${name} (${columns}) overriding system value
    select ${columns} from jsonb_populate_recordset(null::${name}, ${json(rows)}::jsonb)`.execute(db);
}

export async function load(db: Db, model: Model): Promise<void> {
  const { experiment, files, definitions, snapshots, projects, processes } = model;
  const base = Math.min(...files.map(({ id }) => id));
  const numbers = new Map<string, number>();
  const numberOf = (...key: (string | null | undefined)[]): number | null => {
    if (key.some((part) => part === null || part === undefined)) return null;
    const name = JSON.stringify(key);
    numbers.set(name, numbers.get(name) ?? base + numbers.size);
    return numbers.get(name) ?? null;
  };
  const fileRows = files.map((file) => ({
    file_id: file.id,
    experiment,
    name: file.name,
    size: file.size,
    event_count: file.eventCount,
    first_event: file.firstEvent,
    created: file.created,
    created_by: file.createdBy,
    updated: file.created,
    updated_by: file.createdBy,
    started: file.started,
    ended: file.ended,
    type_id: numberOf('type', file.type),
    tier_id: numberOf('tier', file.tier),
    stream_id: numberOf('stream', file.stream),
    application_id: file.application
      ? numberOf('application', file.application.family, file.application.name, file.application.version)
      : null,
    content_status: file.good ? 'good' : 'bad',
    retired: file.retired ? file.created : null,
    checksums: file.checksums,
    meta: file.parameters,
    digest: 'none',
  }));
  const words = [...numbers].map(([key, id]) => ({ id, key: JSON.parse(key) as string[] }));
  const applications = words.filter(({ key }) => key[0] === 'application');
  await insert(
    db,
    'dh.application',
    applications.map(({ id, key }) => ({
      application_id: id,
      experiment,
      family: key[1],
      name: key[2],
      version: key[3],
    })),
  );
  await insert(
    db,
    'dh.lookup',
    words
      .filter(({ key }) => key[0] !== 'application')
      .map(({ id, key }) => ({ lookup_id: id, experiment, kind: key[0], name: key[1] })),
  );
  await insert(db, 'dh.file', fileRows);
  await insert(
    db,
    'dh.file_parent',
    files.flatMap(({ id, parents }) => parents.map((parent) => ({ child_id: id, parent_id: parent }))),
  );
  await insert(
    db,
    'dh.file_run',
    files.flatMap(({ id, runs }) =>
      runs.map(({ run, subrun, type }) => ({ file_id: id, run, subrun, run_type: type })),
    ),
  );
  await insert(
    db,
    'dh.file_location',
    files.flatMap(({ id, locations }) =>
      locations.map(({ path, tape }) => ({
        file_id: id,
        location: path,
        tape_label: tape,
        added: '2026-01-01',
      })),
    ),
  );
  await insert(
    db,
    'dh.definition',
    definitions.map(({ id, name, dims }, place) => ({
      definition_id: id,
      experiment,
      name,
      dims,
      created: '2026-01-01',
      created_by: 'tester',
      // Of several with one name the last is the one that holds.
      retired: definitions.slice(place + 1).some((later) => later.name === name) ? '2026-01-02' : null,
    })),
  );
  await insert(
    db,
    'dh.snapshot',
    snapshots.map(({ id, definitionId, version, files: { length } }) => ({
      snapshot_id: id,
      experiment,
      definition_id: definitionId,
      version,
      files: length,
      created: '2026-01-01',
      created_by: 'tester',
    })),
  );
  await insert(
    db,
    'dh.snapshot_file',
    snapshots.flatMap(({ id, files: inside }) =>
      inside.map((fileId, place) => ({ snapshot_id: id, file_id: fileId, seq: place + 1 })),
    ),
  );
  await insert(
    db,
    'dh.project',
    projects.map(({ id, name, description, snapshotId }) => ({
      project_id: id,
      experiment,
      name,
      station: 'station',
      description,
      snapshot_id: snapshotId,
      state: 'running',
      started: '2026-01-01',
      started_by: 'tester',
    })),
  );
  await insert(
    db,
    'dh.process',
    processes.map(({ id, projectId, state, user, description }) => ({
      process_id: id,
      project_id: projectId,
      user_name: user,
      description,
      state,
      started: '2026-01-01',
      ended: state === 'active' ? null : '2026-01-02',
    })),
  );
  await insert(
    db,
    'dh.project_file',
    projects.flatMap(({ id, files: inside }) =>
      inside.map(({ fileId, state, processId }, place) => ({
        project_id: id,
        file_id: fileId,
        seq: place + 1,
        state,
        process_id: processId,
        changed: '2026-01-01',
      })),
    ),
  );
}
