/** Changing the metadata of files that are declared. */
import { type RawBuilder, sql } from 'kysely';
import { type Db, json } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import { badMetadata, type Change, readChange } from './declaration.ts';
import { insertParents, insertRuns } from './declare.ts';
import { noteParameters } from './parameter-names.ts';
import { type Session, write } from './session.ts';
import { applicationIds, type WordKind, wordIds } from './words.ts';

export interface ChangeResult {
  name: string;
  /** Null where it was changed. */
  error: PomsError | null;
}

/**
 * Changes the files, all or none; with `each`, every file by itself, and what is wrong with one is in its result.
 * Each change has `file_name`; parents, runs and checksums that are given replace those before.
 * Errors 'bad-metadata', 'not-found'.
 */
export async function changeFiles(
  session: Session,
  experiment: string,
  changes: unknown[],
  by: { user: string; each: boolean },
): Promise<ChangeResult[]> {
  if (by.each) {
    const results: ChangeResult[] = [];
    for (const change of changes) results.push(await changeOne(session, experiment, change, by.user));
    return results;
  }
  const read = changes.map(readChange);
  // In the order of names: two calls with the same files wait for each other instead of locking each other out.
  const sorted = read.toSorted((a, b) => (a.file_name < b.file_name ? -1 : 1));
  const twice = sorted.find((file, index) => file.file_name === sorted[index + 1]?.file_name);
  if (twice) throw badMetadata(twice.file_name, ['it is changed twice in one call']);
  await write(session, async (db) => {
    for (const change of sorted) await apply(db, experiment, change, by.user);
  });
  return read.map(({ file_name: name }) => ({ name, error: null }));
}

async function changeOne(
  session: Session,
  experiment: string,
  input: unknown,
  user: string,
): Promise<ChangeResult> {
  try {
    const change = readChange(input);
    await write(session, (db) => apply(db, experiment, change, user));
    return { name: change.file_name, error: null };
  } catch (error) {
    if (!(error instanceof PomsError)) throw error;
    return { name: String(error.details.file ?? error.details.name ?? ''), error };
  }
}

const WORDS = {
  file_type: { kind: 'type', column: 'type_id' },
  data_tier: { kind: 'tier', column: 'tier_id' },
  file_format: { kind: 'format', column: 'format_id' },
  data_stream: { kind: 'stream', column: 'stream_id' },
  group: { kind: 'group', column: 'group_id' },
} as const satisfies Partial<Record<keyof Change, { kind: WordKind; column: string }>>;

const COLUMNS = {
  file_size: 'size',
  event_count: 'event_count',
  first_event: 'first_event',
  last_event: 'last_event',
  start_time: 'started',
  end_time: 'ended',
  content_status: 'content_status',
  checksum: 'checksums',
} as const satisfies Partial<Record<keyof Change, string>>;

async function apply(db: Db, experiment: string, change: Change, user: string): Promise<void> {
  const name = change.file_name;
  const { rows } = await sql<{ fileId: number }>`select file_id from dh.file
    where experiment = ${experiment} and name = ${name} for no key update`.execute(db);
  const [file] = rows;
  if (!file) throw new PomsError('not-found', { kind: 'file', name });
  const { fileId } = file;
  await noteParameters(db, experiment, [change]);
  const sets = [...(await columnsOf(db, experiment, change)), ...parametersOf(change)];
  await sql`update dh.file set updated = now(), updated_by = ${user}${sql.join(
    sets.map((set) => sql`, ${set}`),
    sql``,
  )} where file_id = ${fileId}`.execute(db);
  if (isTouched(change, 'parents')) {
    await sql`delete from dh.file_parent where child_id = ${fileId}`.execute(db);
    await insertParents(db, experiment, [change], () => fileId);
  }
  if (isTouched(change, 'runs')) {
    await sql`delete from dh.file_run where file_id = ${fileId}`.execute(db);
    await insertRuns(db, [change], () => fileId);
  }
}

function isTouched(change: Change, field: keyof Change): boolean {
  return change[field] !== undefined || change.removed.includes(field);
}

async function columnsOf(db: Db, experiment: string, change: Change): Promise<RawBuilder<unknown>[]> {
  const word = await wordIds(db, experiment, [change]);
  const application = await applicationIds(db, experiment, [change]);
  const sets: RawBuilder<unknown>[] = [];
  const set = (column: string, value: unknown) => sets.push(sql`${sql.ref(column)} = ${value}`);
  for (const [field, { kind, column }] of entries(WORDS)) {
    if (isTouched(change, field)) set(column, word(kind, change[field]));
  }
  for (const [field, column] of entries(COLUMNS)) {
    if (isTouched(change, field)) set(column, change[field] ?? (field === 'checksum' ? [] : null));
  }
  if (isTouched(change, 'application')) set('application_id', application(change.application));
  return sets;
}

function parametersOf({ parameters, spelling, removed }: Change): RawBuilder<unknown>[] {
  const gone = removed.filter((name) => name.includes('.'));
  if (gone.length === 0 && Object.keys(parameters).length === 0) return [];
  // A parameter that is set anew is written as now, not as before.
  const old = [...gone, ...Object.keys(parameters)];
  return [
    sql`meta = (meta - ${gone}::text[]) || ${json(parameters)}::jsonb`,
    sql`spelling = nullif((coalesce(spelling, '{}') - ${old}::text[]) || ${json(spelling ?? {})}::jsonb, '{}')`,
  ];
}

function entries<T extends object>(of: T): [keyof T, T[keyof T]][] {
  return Object.entries(of) as [keyof T, T[keyof T]][];
}
