/** Metadata, locations and retirement of files. */
import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import type { CatalogueFile } from '../types.ts';
import type { Sql } from './conditions.ts';
import type { FileKeys } from './file-refs.ts';
import { compileAround } from './queries.ts';
import { read, type Session } from './session.ts';

interface FileRow {
  fileId: number;
  name: string;
  size: number | null;
  events: number | null;
  created: Date;
  locations: string[];
  meta: Record<string, unknown>;
  spelling: Record<string, string> | null;
  fields: Record<string, unknown>;
}

/** Whole files, their fields as SAM names them, of a sub-query `found` with their ids. */
function selectFiles(found: Sql, rest: Sql) {
  const word = (id: string) => sql`(select l.name from dh.lookup l where l.lookup_id = f.${sql.raw(id)})`;
  return sql<FileRow>`select f.file_id, f.name, f.size, f.event_count as events, f.created, f.meta, f.spelling,
    array(select l.location from dh.file_location l where l.file_id = f.file_id order by l.location) as locations,
    jsonb_strip_nulls(jsonb_build_object(
      'file_name', f.name, 'file_id', f.file_id, 'file_type', ${word('type_id')}, 'file_format', ${word('format_id')},
      'file_size', f.size, 'event_count', f.event_count, 'first_event', f.first_event, 'last_event', f.last_event,
      'start_time', f.started, 'end_time', f.ended, 'create_date', f.created, 'user', f.created_by,
      'update_date', f.updated, 'update_user', f.updated_by, 'content_status', f.content_status,
      'group', ${word('group_id')}, 'data_tier', ${word('tier_id')}, 'data_stream', ${word('stream_id')},
      'checksum', nullif(to_jsonb(f.checksums), '[]'), 'process_id', f.process_id, 'retired_date', f.retired,
      'application', (select jsonb_build_object('family', a.family, 'name', a.name, 'version', a.version)
        from dh.application a where a.application_id = f.application_id),
      'runs', (select jsonb_agg(jsonb_build_array(r.run, r.subrun, r.run_type) order by r.run, r.subrun)
        from dh.file_run r where r.file_id = f.file_id),
      'parents', (select jsonb_agg(jsonb_build_object('file_name', p.name, 'file_id', p.file_id) order by p.file_id)
        from dh.file_parent e join dh.file p on p.file_id = e.parent_id where e.child_id = f.file_id))) as fields
    from (${found}) found join dh.file f on f.file_id = found.id ${rest}`;
}

function toFile(row: FileRow): CatalogueFile & { id: number } {
  const parameters = Object.entries(row.meta).map(([name, value]) => [row.spelling?.[name] ?? name, value]);
  return {
    id: row.fileId,
    name: row.name,
    size: row.size,
    events: row.events,
    created: row.created,
    locations: row.locations,
    metadata: { ...row.fields, ...Object.fromEntries(parameters) },
  };
}

/** One page of a query's files with all their metadata; `after` is the `next` of the page before. */
export async function listFiles(
  session: Session,
  experiment: string,
  query: string,
  page: { after?: string; limit: number },
): Promise<{ files: CatalogueFile[]; next: string | null }> {
  const after = Number(page.after ?? 0);
  if (!Number.isSafeInteger(after))
    throw new PomsError('bad-request', { problem: 'The page to go on from is unknown.' });
  return read(session, async (db) => {
    // The page first: joined before it is cut, the planner may walk all files in the order of their ids.
    const statement = await compileAround(db, experiment, query, (found) =>
      selectFiles(
        sql`select id from (${found}) found where id > ${after} order by id limit ${page.limit + 1}`,
        sql`order by f.file_id`,
      ),
    );
    const files = (await statement.execute(db)).rows.map(toFile);
    const last = files.length > page.limit ? files[page.limit - 1] : undefined;
    return { files: files.slice(0, page.limit), next: last ? String(last.id) : null };
  });
}

/** Of each file that there is, retired or not, in the order of numbers; others are left out. */
export async function filesMetadata(
  { db }: Session,
  experiment: string,
  { names, ids }: FileKeys,
): Promise<CatalogueFile[]> {
  const found = sql`select file_id as id from dh.file
    where experiment = ${experiment} and (name = any(${names}::text[]) or file_id = any(${ids}::bigint[]))`;
  const { rows } = await selectFiles(found, sql`order by f.file_id`).execute(db);
  return rows.map(toFile);
}

/** One file by name, retired or not. Error 'not-found'. */
export async function fileMetadata(
  session: Session,
  experiment: string,
  name: string,
): Promise<CatalogueFile> {
  const [file] = await filesMetadata(session, experiment, { names: [name], ids: [] });
  if (!file) throw new PomsError('not-found', { kind: 'file', name });
  return file;
}

/** Takes a file out of use; it keeps its name and its lineage. Repeated: nothing more happens. */
export async function retireFile(
  session: Session,
  experiment: string,
  name: string,
  user: string,
): Promise<void> {
  const fileId = await idOfFile(session.db, experiment, name);
  await sql`update dh.file set retired = now(), updated = now(), updated_by = ${user}
    where file_id = ${fileId} and retired is null`.execute(session.db);
}

async function idOfFile(db: Db, experiment: string, name: string): Promise<number> {
  const { rows } = await sql<{ fileId: number }>`select file_id from dh.file
    where experiment = ${experiment} and name = ${name}`.execute(db);
  const [row] = rows;
  if (!row) throw new PomsError('not-found', { kind: 'file', name });
  return row.fileId;
}
