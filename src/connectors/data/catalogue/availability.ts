import { sql } from 'kysely';
import { either, type Sql } from './conditions.ts';

/** What `availability` values mean for a file `f`. */
const MEANING: Record<string, (f: Sql) => Sql> = {
  physical: (f) => sql`(${present(f)} and ${f}.n_loc > 0)`,
  virtual: (f) => sql`(${present(f)} and ${f}.n_loc = 0)`,
  anylocation: present,
  good: present,
  bad: (f) => sql`(${f}.retired is null and ${f}.content_status = 'bad')`,
  retired: (f) => sql`(${f}.retired is not null)`,
  any: () => sql`true`,
};

export const AVAILABILITIES = Object.keys(MEANING);
/** Values that `availability` may have, all of which add up. */
export type Availability = readonly string[];
/** Where a query says nothing: not retired, good, and somewhere to be had. */
export const DEFAULT_AVAILABILITY: Availability = ['physical'];
export const ANY_AVAILABILITY: Availability = ['any'];

function present(f: Sql): Sql {
  return sql`(${f}.retired is null and ${f}.content_status = 'good')`;
}

/** The condition that a file fulfils one of the values, which must be known ones. */
export function available(f: Sql, values: readonly string[]): Sql {
  return either(values.flatMap((value) => MEANING[value]?.(f) ?? []));
}
