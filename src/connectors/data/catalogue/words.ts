/** The numbers of words and applications that files share, made where they are new. */
import { sql } from 'kysely';
import { type Db, json } from '../../../database/index.ts';
import type { Declaration } from './declaration.ts';

export type WordKind = 'type' | 'tier' | 'format' | 'stream' | 'group';
export type Application = NonNullable<Declaration['application']>;
/** The words of a file. */
type Words = Pick<Declaration, 'file_type' | 'data_tier' | 'file_format' | 'data_stream' | 'group'>;

export async function wordIds(
  db: Db,
  experiment: string,
  files: Words[],
): Promise<(kind: WordKind, name: string | undefined) => number | null> {
  const wanted = new Map<string, { kind: WordKind; name: string }>();
  const want = (kind: WordKind, name: string | undefined) => {
    if (name !== undefined) wanted.set(`${kind} ${name}`, { kind, name });
  };
  for (const file of files) {
    want('type', file.file_type);
    want('tier', file.data_tier);
    want('format', file.file_format);
    want('stream', file.data_stream);
    want('group', file.group);
  }
  const words = json([...wanted.values()]);
  // Looks first: nearly always all are there, and an insert that conflicts would use up a number each time.
  const find = sql<{ kind: string; name: string; lookupId: number }>`select l.kind, l.name, l.lookup_id
    from jsonb_to_recordset(${words}::jsonb) as x(kind text, name text)
    join dh.lookup l on l.experiment = ${experiment} and l.kind = x.kind and l.name = x.name`;
  let { rows } = await find.execute(db);
  if (rows.length < wanted.size) {
    await sql`insert into dh.lookup (experiment, kind, name)
      select ${experiment}, kind, name from jsonb_to_recordset(${words}::jsonb) as x(kind text, name text)
      order by kind, name on conflict do nothing`.execute(db);
    ({ rows } = await find.execute(db));
  }
  const ids = new Map(rows.map(({ kind, name, lookupId }) => [`${kind} ${name}`, lookupId]));
  return (kind, name) => (name === undefined ? null : (ids.get(`${kind} ${name}`) ?? null));
}

export async function applicationIds(
  db: Db,
  experiment: string,
  files: { application?: Application | undefined }[],
): Promise<(application: Application | undefined) => number | null> {
  const wanted = new Map(
    files.flatMap(({ application }) => (application ? [[keyOf(application), application] as const] : [])),
  );
  const applications = json([...wanted.values()]);
  const find = sql<
    Application & { applicationId: number }
  >`select a.family, a.name, a.version, a.application_id
    from jsonb_to_recordset(${applications}::jsonb) as x(family text, name text, version text)
    join dh.application a on a.experiment = ${experiment}
      and a.family = x.family and a.name = x.name and a.version = x.version`;
  let { rows } = await find.execute(db);
  if (rows.length < wanted.size) {
    await sql`insert into dh.application (experiment, family, name, version)
      select ${experiment}, family, name, version
      from jsonb_to_recordset(${applications}::jsonb) as x(family text, name text, version text)
      order by family, name, version on conflict do nothing`.execute(db);
    ({ rows } = await find.execute(db));
  }
  const ids = new Map(rows.map((row) => [keyOf(row), row.applicationId]));
  return (application) => (application ? (ids.get(keyOf(application)) ?? null) : null);
}

function keyOf({ family, name, version }: Application): string {
  return JSON.stringify([family, name, version]);
}
