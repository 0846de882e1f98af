/** Files as SAM clients name them: by name or by number. */
import { sql } from 'kysely';
import type { Session } from './session.ts';

export interface FileKeys {
  names: string[];
  ids: number[];
}

export interface FileRef {
  id: number;
  name: string;
  /** Who declared it. */
  createdBy: string;
}

/** The files that there are, retired or not, in the order of their numbers; others are left out. */
export async function fileRefs(
  { db }: Session,
  experiment: string,
  { names, ids }: FileKeys,
): Promise<FileRef[]> {
  const { rows } = await sql<FileRef>`select file_id as id, name, created_by from dh.file
    where experiment = ${experiment} and (name = any(${names}::text[]) or file_id = any(${ids}::bigint[]))
    order by file_id`.execute(db);
  return rows;
}
