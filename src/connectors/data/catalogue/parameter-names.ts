/** The parameters `category.name` that an experiment's files have, each with the type of its values. */
import { sql } from 'kysely';
import { type Db, json } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import { badMetadata, type Declaration } from './declaration.ts';

export const PARAMETER_TYPES = ['int', 'float', 'string', 'bool'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

interface Known {
  name: string;
  dataType: ParameterType;
  fixed: boolean;
}

type Value = Declaration['parameters'][string];
type WithParameters = Pick<Declaration, 'file_name' | 'parameters' | 'spelling'>;

/**
 * Remembers the parameters of files that are declared or changed. Error 'bad-metadata' where a value is of another
 * type than somebody has said the parameter is of.
 */
export async function noteParameters(db: Db, experiment: string, files: WithParameters[]): Promise<void> {
  const used = new Map<string, { spelling: string; type: ParameterType }>();
  for (const { parameters, spelling } of files) {
    for (const [name, value] of Object.entries(parameters)) {
      const before = used.get(name);
      const type = before ? common(before.type, typeOf(value)) : typeOf(value);
      used.set(name, { spelling: before?.spelling ?? spelling?.[name] ?? name, type });
    }
  }
  if (used.size === 0) return;
  const known = await checkParameters(db, experiment, files);
  const wrong = [...used].flatMap(([name, { spelling, type }]) => {
    const before = known.get(name);
    if (before?.fixed === true || before?.dataType === type) return [];
    const wider = before ? common(before.dataType, type) : type;
    return wider === before?.dataType ? [] : [{ name, spelling, type: wider }];
  });
  if (wrong.length === 0) return;
  await sql`insert into dh.parameter (experiment, name, spelling, data_type)
    select ${experiment}, name, spelling, type
    from jsonb_to_recordset(${json(wrong)}::jsonb) as x(name text, spelling text, type text) order by name
    on conflict (experiment, name) do update set data_type = excluded.data_type where not parameter.fixed`.execute(
    db,
  );
}

/** What is known of the parameters of these files. Error 'bad-metadata' as above. */
export async function checkParameters(
  db: Db,
  experiment: string,
  files: WithParameters[],
): Promise<Map<string, Known>> {
  const names = [...new Set(files.flatMap(({ parameters }) => Object.keys(parameters)))];
  const { rows } = await sql<Known>`select name, data_type, fixed from dh.parameter
    where experiment = ${experiment} and name = any(${names}::text[])`.execute(db);
  const known = new Map(rows.map((row) => [row.name, row]));
  for (const { file_name, parameters, spelling } of files) {
    const problems = Object.entries(parameters).flatMap(([name, value]) => {
      const parameter = known.get(name);
      if (!parameter?.fixed || takes(parameter.dataType, value)) return [];
      return [`${spelling?.[name] ?? name}: ${JSON.stringify(value)} is not of type ${parameter.dataType}`];
    });
    if (problems.length > 0) throw badMetadata(file_name, problems);
  }
  return known;
}

function takes(type: ParameterType, value: Value): boolean {
  const own = typeOf(value);
  return own === type || (type === 'float' && own === 'int');
}

function typeOf(value: Value): ParameterType {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Number.isInteger(value) ? 'int' : 'float';
}

/** The type that takes values of both: every value can be written as text. */
function common(one: ParameterType, other: ParameterType): ParameterType {
  if (one === other) return one;
  const numbers: readonly ParameterType[] = ['int', 'float'];
  return numbers.includes(one) && numbers.includes(other) ? 'float' : 'string';
}

export function badParameterType(type: string): PomsError {
  const problem = `${type} is not a type of parameters; known are ${PARAMETER_TYPES.join(', ')}.`;
  return new PomsError('bad-request', { problem });
}
