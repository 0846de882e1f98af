/** Declaring files, many at once. */
import { sql } from 'kysely';
import { type Db, json } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import { badMetadata, type Declaration, readDeclaration } from './declaration.ts';
import { insertLocations, placesOf } from './locations.ts';
import { noteParameters } from './parameter-names.ts';
import { type Session, write } from './session.ts';
import { applicationIds, wordIds } from './words.ts';

/** `exists`: the same declaration was made before; only locations that are new were added. */
export interface DeclareResult {
  name: string;
  id: number;
  outcome: 'declared' | 'exists';
}

/**
 * Declares all files or none. A file that was declared before with the same metadata is reported as `exists`, so
 * that a repeated call does no harm; with other metadata the error is 'name-taken'. Error 'bad-metadata' for what
 * is not in order, unknown parents included.
 */
export async function declareFiles(
  session: Session,
  experiment: string,
  metadata: unknown[],
  user: string,
): Promise<DeclareResult[]> {
  const files = metadata.map(readDeclaration);
  // In the order of names: two calls with the same files wait for each other instead of locking each other out.
  files.sort((a, b) => (a.file_name < b.file_name ? -1 : 1));
  const twice = files.find((file, index) => file.file_name === files[index + 1]?.file_name);
  if (twice) throw badMetadata(twice.file_name, ['it is declared twice in one call']);

  return write(session, async (db) => {
    const added = await insertFiles(db, experiment, files, user);
    const known = await findFiles(db, experiment, files);
    for (const file of files) {
      const { digest } = known.get(file.file_name) ?? {};
      if (digest !== file.digest) throw new PomsError('name-taken', { kind: 'file', name: file.file_name });
    }
    const idOf = (file: Declaration) => known.get(file.file_name)?.fileId ?? 0;
    const fresh = files.filter((file) => added.has(file.file_name));
    await insertParents(db, experiment, fresh, idOf);
    await insertRuns(db, fresh, idOf);
    const places = (some: Declaration[]) =>
      some.map((file) => ({ fileId: idOf(file), locations: file.locations ?? [] }));
    await insertLocations(db, places(fresh), { counted: true });
    await insertLocations(db, places(files.filter((file) => !added.has(file.file_name))));
    return files.map((file) => ({
      name: file.file_name,
      id: idOf(file),
      outcome: added.has(file.file_name) ? 'declared' : 'exists',
    }));
  });
}

async function insertFiles(
  db: Db,
  experiment: string,
  files: Declaration[],
  user: string,
): Promise<Set<string>> {
  const word = await wordIds(db, experiment, files);
  const application = await applicationIds(db, experiment, files);
  await noteParameters(db, experiment, files);
  const rows = files.map((file) => ({
    name: file.file_name,
    size: file.file_size,
    event_count: file.event_count ?? null,
    first_event: file.first_event ?? null,
    last_event: file.last_event ?? null,
    created_by: file.user ?? user,
    started: file.start_time ?? null,
    ended: file.end_time ?? null,
    type_id: word('type', file.file_type),
    tier_id: word('tier', file.data_tier),
    format_id: word('format', file.file_format),
    stream_id: word('stream', file.data_stream),
    group_id: word('group', file.group),
    application_id: application(file.application),
    process_id: file.process_id ?? null,
    content_status: file.content_status ?? 'good',
    checksums: file.checksum ?? [],
    meta: file.parameters,
    spelling: file.spelling,
    digest: file.digest,
    n_loc: placesOf(file.locations ?? []).length,
  }));
  const { rows: inserted } = await sql<{ name: string }>`
    insert into dh.file (experiment, name, size, event_count, first_event, last_event, created_by, updated_by, started, ended,
      type_id, tier_id, format_id, stream_id, group_id, application_id, process_id, content_status, checksums, meta, spelling, digest, n_loc)
    select ${experiment}, name, size, event_count, first_event, last_event, created_by, created_by, started, ended,
      type_id, tier_id, format_id, stream_id, group_id, application_id, process_id, content_status,
      array(select jsonb_array_elements_text(checksums)), meta, nullif(spelling, 'null'::jsonb), digest, n_loc
    from jsonb_to_recordset(${json(rows)}::jsonb) as x(name text, size bigint, event_count bigint, first_event bigint,
      last_event bigint, created_by text, started timestamptz, ended timestamptz, type_id int, tier_id int, format_id int,
      stream_id int, group_id int, application_id int, process_id bigint, content_status text, checksums jsonb, meta jsonb,
      spelling jsonb, digest text, n_loc int)
    order by name on conflict (experiment, name) do nothing returning name`.execute(db);
  return new Set(inserted.map(({ name }) => name));
}

async function findFiles(db: Db, experiment: string, files: Declaration[]) {
  const names = files.map((file) => file.file_name);
  const { rows } = await sql<{
    name: string;
    fileId: number;
    digest: string;
  }>`select name, file_id, digest from dh.file
    where experiment = ${experiment} and name = any(${names}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.name, row]));
}

type WithParents = Pick<Declaration, 'file_name' | 'parents'>;

/** Error 'bad-metadata' where a parent is not in the catalogue, or a file would be its own ancestor. */
export async function insertParents<File extends WithParents>(
  db: Db,
  experiment: string,
  files: File[],
  idOf: (file: File) => number,
): Promise<void> {
  const wanted = files.flatMap((file) =>
    (file.parents ?? []).map((parent) => {
      const name = typeof parent === 'string' ? parent : 'file_name' in parent ? parent.file_name : null;
      const id = typeof parent === 'object' && 'file_id' in parent ? parent.file_id : null;
      return { child: file.file_name, child_id: idOf(file), name, id };
    }),
  );
  if (wanted.length === 0) return;
  // Two look-ups by an index: a join on either would read the whole catalogue for each parent.
  const { rows } = await sql<{ child: string; childId: number; parentId: number | null; label: string }>`
    select w.child, w.child_id, f.file_id as parent_id, coalesce(w.name, w.id::text) as label
    from jsonb_to_recordset(${json(wanted)}::jsonb) as w(child text, child_id bigint, name text, id bigint)
    left join lateral (
      select file_id from dh.file where experiment = ${experiment} and name = w.name
      union all select file_id from dh.file where experiment = ${experiment} and file_id = w.id) f on true`.execute(
    db,
  );
  for (const { child, childId, parentId, label } of rows) {
    if (parentId === null)
      throw badMetadata(child, [`its parent ${label} is not in the catalogue; declare parents first`]);
    if (parentId === childId) throw badMetadata(child, ['a file cannot be its own parent']);
  }
  await sql`insert into dh.file_parent (child_id, parent_id)
    select c, p from unnest(${rows.map((row) => row.childId)}::bigint[], ${rows.map((row) => row.parentId)}::bigint[]) as x(c, p)
    on conflict do nothing`.execute(db);
  await refuseCycles(db, rows);
}

/** Only a file that was given a child before its parents can come round to itself. */
async function refuseCycles(db: Db, links: { child: string; childId: number }[]): Promise<void> {
  const children = new Map(links.map(({ childId, child }) => [childId, child]));
  const { rows } = await sql<{ childId: number }>`with recursive up(start, id) as (
      select e.child_id, e.parent_id from dh.file_parent e where e.child_id = any(${[...children.keys()]}::bigint[])
        and exists (select 1 from dh.file_parent below where below.parent_id = e.child_id)
      union select up.start, e.parent_id from up join dh.file_parent e on e.child_id = up.id)
    select start as child_id from up where id = start limit 1`.execute(db);
  const [own] = rows;
  if (own) throw badMetadata(children.get(own.childId) ?? '', ['a file cannot be its own ancestor']);
}

export async function insertRuns<File extends Pick<Declaration, 'runs'>>(
  db: Db,
  files: File[],
  idOf: (file: File) => number,
): Promise<void> {
  const rows = files.flatMap((file) =>
    (file.runs ?? []).map(([run, second, third]) => ({
      file_id: idOf(file),
      run,
      subrun: typeof second === 'number' ? second : null,
      run_type: third ?? (typeof second === 'string' ? second : null),
    })),
  );
  if (rows.length === 0) return;
  await sql`insert into dh.file_run (file_id, run, subrun, run_type)
    select * from jsonb_to_recordset(${json(rows)}::jsonb) as x(file_id bigint, run bigint, subrun bigint, run_type text)
    on conflict do nothing`.execute(db);
}
