/** Which POMS this is, for what is kept outside of it: on launch hosts several may work with the same account. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from './index.ts';

/**
 * A short name of this database, the same for all engines and servers that work on it. Of the cluster and of the
 * database, and not kept in a table: a copy of the database, made to try something out, is another POMS, with the same
 * numbers of launches, and must never take the first one's runs for its own.
 */
export async function instanceId(db: Db): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select (pg_control_system()).system_identifier || '/' || oid as name from pg_database
    where datname = current_database()`.execute(db);
  return createHash('sha256')
    .update(rows[0]?.name ?? '')
    .digest('hex')
    .slice(0, 12);
}
