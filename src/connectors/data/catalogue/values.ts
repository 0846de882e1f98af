/** Values that metadata may have: words, applications, parameters. Files bring their own; these may be added before. */
import { sql } from 'kysely';
import { PomsError } from '../../../errors.ts';
import { badParameterType, PARAMETER_TYPES, type ParameterType } from './parameter-names.ts';
import { read, type Session, write } from './session.ts';
import type { Application, WordKind } from './words.ts';

export type ValueKind = WordKind | 'disk';

/** At most so many values of a parameter are told. */
const MOST_VALUES = 10_000;

export async function words({ db }: Session, experiment: string, kind: ValueKind): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from dh.lookup
    where experiment = ${experiment} and kind = ${kind} order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** All or none. Error 'name-taken'. */
export function addWords(
  session: Session,
  experiment: string,
  kind: ValueKind,
  names: string[],
  words: string,
): Promise<void> {
  return write(session, async (db) => {
    const { rows } = await sql<{ name: string }>`insert into dh.lookup (experiment, kind, name)
      select ${experiment}, ${kind}, n from unnest(${names}::text[]) as w(n) order by n
      on conflict do nothing returning name`.execute(db);
    const taken = names.find((name) => !rows.some((row) => row.name === name));
    if (taken !== undefined) throw new PomsError('name-taken', { kind: words, name: taken });
  });
}

/** Texts with `%` for any text. */
export async function applications(
  { db }: Session,
  experiment: string,
  { family, name, version }: Partial<Record<keyof Application, string | undefined>>,
): Promise<Application[]> {
  const { rows } = await sql<Application>`select family, name, version from dh.application
    where experiment = ${experiment} and family like ${family ?? '%'} and name like ${name ?? '%'}
      and version like ${version ?? '%'} order by family, name, version`.execute(db);
  return rows;
}

/** Error 'name-taken'. */
export async function addApplication(
  { db }: Session,
  experiment: string,
  { family, name, version }: Application,
): Promise<void> {
  const { rows } = await sql`insert into dh.application (experiment, family, name, version)
    values (${experiment}, ${family}, ${name}, ${version}) on conflict do nothing returning 1`.execute(db);
  if (rows.length === 0)
    throw new PomsError('name-taken', { kind: 'application', name: `${family} ${name} ${version}` });
}

export interface Parameter {
  name: string;
  dataType: ParameterType;
}

export async function parameters({ db }: Session, experiment: string): Promise<Parameter[]> {
  const { rows } = await sql<Parameter>`select spelling as name, data_type from dh.parameter
    where experiment = ${experiment} order by parameter.name`.execute(db);
  return rows;
}

/** From now on values of another type are refused. Errors 'bad-request', 'name-taken'. */
export async function addParameter(
  { db }: Session,
  experiment: string,
  { name, dataType }: { name: string; dataType: string },
): Promise<void> {
  if (!/^[A-Za-z][\w+-]*\.[\w.+-]+$/.test(name))
    throw new PomsError('bad-request', { problem: `A parameter is named category.name, not ${name}.` });
  const type = PARAMETER_TYPES.find((one) => one === dataType);
  if (type === undefined) throw badParameterType(dataType);
  const { rows } = await sql`insert into dh.parameter (experiment, name, spelling, data_type, fixed)
    values (${experiment}, lower(${name}), ${name}, ${type}, true) on conflict do nothing returning 1`.execute(
    db,
  );
  if (rows.length === 0) throw new PomsError('name-taken', { kind: 'parameter', name });
}

/** What files have under this name, each value once: looks at every file of the experiment. Error 'not-found'. */
export function parameterValues(
  session: Session,
  experiment: string,
  name: string,
): Promise<(string | number | boolean)[]> {
  const key = name.toLowerCase();
  return read(session, async (db) => {
    const known = await sql`select 1 from dh.parameter
      where experiment = ${experiment} and name = ${key}`.execute(db);
    if (known.rows.length === 0) throw new PomsError('not-found', { kind: 'parameter', name });
    const { rows } = await sql<{
      value: string | number | boolean;
    }>`select distinct meta -> ${key}::text as value
      from dh.file where experiment = ${experiment} and meta -> ${key}::text is not null
      order by 1 limit ${MOST_VALUES}`.execute(db);
    return rows.map(({ value }) => value);
  });
}
