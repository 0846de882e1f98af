import { sql } from 'kysely';
import { badMetadata, readDeclaration } from './declaration.ts';
import { checkParameters } from './parameter-names.ts';
import type { Session } from './session.ts';

/**
 * Could these files be declared? Stores nothing; whether the names are free is not looked at. Error 'bad-metadata',
 * also where a parent is not in the catalogue.
 */
export async function validateFiles({ db }: Session, experiment: string, metadata: unknown[]): Promise<void> {
  const files = metadata.map(readDeclaration);
  await checkParameters(db, experiment, files);
  const own = new Set(files.map((file) => file.file_name));
  for (const { file_name, parents = [] } of files) {
    const names = parents.flatMap((parent) =>
      typeof parent === 'string' ? [parent] : 'file_name' in parent ? [parent.file_name] : [],
    );
    const ids = parents.flatMap((parent) =>
      typeof parent === 'object' && 'file_id' in parent ? [parent.file_id] : [],
    );
    const { rows } = await sql<{ missing: string }>`
      select w.name as missing from unnest(${names.filter((name) => !own.has(name))}::text[]) as w(name)
      where not exists (select 1 from dh.file f where f.experiment = ${experiment} and f.name = w.name)
      union all select w.id::text from unnest(${ids}::bigint[]) as w(id)
      where not exists (select 1 from dh.file f where f.experiment = ${experiment} and f.file_id = w.id)`.execute(
      db,
    );
    const missing = rows.map((row) => `its parent ${row.missing} is not in the catalogue`);
    if (missing.length > 0) throw badMetadata(file_name, missing);
  }
}
