/** Where files are: on disks, on tapes as `path(sequence@label)`, and by which URLs they can be read. */
import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { json } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import type { FileKeys } from './file-refs.ts';
import { compileAround } from './queries.ts';
import { read, type Session, write } from './session.ts';

/** A location as it is kept: the path without the tape. */
export interface Place {
  path: string;
  tapeLabel: string | null;
  tapeSequence: string | null;
}

export interface FileLocations {
  id: number;
  name: string;
  locations: Place[];
}

/** `enstore:/pnfs/dune/raw(12@VP0001)` is position 12 of tape VP0001; what has no such end is all path. */
export function parseLocation(location: string): Place {
  const tape = /^(.+)\(([\w.-]+)@([\w.-]+)\)$/.exec(location);
  if (!tape) return { path: location, tapeLabel: null, tapeSequence: null };
  const [, path = '', tapeSequence = '', tapeLabel = ''] = tape;
  return { path, tapeLabel, tapeSequence };
}

export function printLocation({ path, tapeLabel, tapeSequence }: Place): string {
  return tapeLabel === null ? path : `${path}(${tapeSequence ?? ''}@${tapeLabel})`;
}

/** A location is a folder, or the whole path of the file. */
export function fileUrl(name: string, location: string | null): string {
  if (location === null) return name;
  return location.endsWith(`/${name}`) ? location : `${location.replace(/\/+$/, '')}/${name}`;
}

/** `root` of root://host/path; a path alone is a `file`. */
export function schemaOf(path: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(path)?.[1]?.toLowerCase() ?? 'file';
}

/** Locations of one file, each once. */
export function placesOf(locations: readonly string[]): Place[] {
  return [...new Map(locations.map(parseLocation).map((place) => [place.path, place])).values()];
}

/**
 * Adds what is missing; one that is there already may get its tape. In the order of files, so that calls do not lock
 * each other out. `counted`: the files are new, and were written with the number of their locations.
 */
export async function insertLocations(
  db: Db,
  files: { fileId: number; locations: readonly string[] }[],
  { counted = false } = {},
): Promise<void> {
  const rows = files.flatMap(({ fileId, locations }) =>
    placesOf(locations).map((place) => ({ file_id: fileId, ...place })),
  );
  if (rows.length === 0) return;
  await sql`select set_config('poms.locations_counted', ${counted ? 'on' : 'off'}, true)`.execute(db);
  await sql`insert into dh.file_location (file_id, location, tape_label, tape_sequence)
    select file_id, path, "tapeLabel", "tapeSequence"
    from jsonb_to_recordset(${json(rows)}::jsonb)
      as x(file_id bigint, path text, "tapeLabel" text, "tapeSequence" text) order by 1, 2
    on conflict (file_id, location) do update
      set tape_label = excluded.tape_label, tape_sequence = excluded.tape_sequence
      where excluded.tape_label is not null`.execute(db);
}

/** Adds and removes locations of a file. What is there already, or is not there, stays as it is. Error 'not-found'. */
export function changeLocations(
  session: Session,
  experiment: string,
  name: string,
  change: { add?: string[]; remove?: string[] },
): Promise<void> {
  return write(session, async (db) => {
    const { rows } = await sql<{ fileId: number }>`select file_id from dh.file
      where experiment = ${experiment} and name = ${name}`.execute(db);
    const [file] = rows;
    if (!file) throw new PomsError('not-found', { kind: 'file', name });
    const { add = [], remove = [] } = change;
    await insertLocations(db, [{ fileId: file.fileId, locations: add }]);
    const gone = remove.map((location) => parseLocation(location).path);
    await sql`delete from dh.file_location
      where file_id = ${file.fileId} and location = any(${gone}::text[])`.execute(db);
  });
}

/** Of each file that there is, in the order of numbers. */
export async function locationsOf(
  { db }: Session,
  experiment: string,
  { names, ids }: FileKeys,
): Promise<FileLocations[]> {
  const { rows } =
    await sql<FileLocations>`select f.file_id as id, f.name, coalesce(l.locations, '[]') as locations
    from dh.file f left join lateral (
      select jsonb_agg(jsonb_build_object('path', location, 'tapeLabel', tape_label, 'tapeSequence', tape_sequence)
        order by location) as locations
      from dh.file_location where file_id = f.file_id) l on true
    where f.experiment = ${experiment} and (f.name = any(${names}::text[]) or f.file_id = any(${ids}::bigint[]))
    order by f.file_id`.execute(db);
  return rows;
}

/** URLs of a file with this schema, of locations that begin like this. Error 'not-found'. */
export async function accessUrls(
  session: Session,
  experiment: string,
  name: string,
  { schema, prefix = '' }: { schema: string; prefix?: string | undefined },
): Promise<string[]> {
  const [file] = await locationsOf(session, experiment, { names: [name], ids: [] });
  if (!file) throw new PomsError('not-found', { kind: 'file', name });
  return file.locations
    .filter(({ path }) => schemaOf(path) === schema.toLowerCase() && path.startsWith(prefix))
    .map(({ path }) => fileUrl(name, path));
}

export interface LocatedFile {
  name: string;
  path: string;
  checksums: string[];
}

/** Every location of every file of a query, in the order of files. Error 'bad-query'. */
export function locatedFiles(
  session: Session,
  experiment: string,
  query: string,
  filter: { prefixes: string[]; schemas: string[] },
): Promise<LocatedFile[]> {
  return read(session, async (db) => {
    const statement = await compileAround(
      db,
      experiment,
      query,
      (files) => sql<LocatedFile>`select f.name, l.location as path, f.checksums
        from (${files}) found join dh.file f on f.file_id = found.id join dh.file_location l on l.file_id = f.file_id
        order by f.file_id, l.location`,
    );
    const { prefixes, schemas } = filter;
    return (await statement.execute(db)).rows.filter(
      ({ path }) =>
        (prefixes.length === 0 || prefixes.some((prefix) => path.startsWith(prefix))) &&
        (schemas.length === 0 || schemas.includes(schemaOf(path))),
    );
  });
}
