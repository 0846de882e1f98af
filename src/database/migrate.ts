/**
 * Migrations: numbered SQL files, forward only, each in one transaction, run under a lock by any process that
 * starts. A file that was applied must not change afterwards: its checksum is kept.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { PomsError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';

const MIGRATION_LOCK = 7_276_702;
const FOLDER = join(packageRoot, 'src', 'database', 'migrations');

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

export function listMigrations(folder: string = FOLDER): Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name));
  return names.sort().map((name) => {
    const sql = readFileSync(join(folder, name), 'utf8');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

/** Applies what is missing and returns its names. Throws `database-unavailable` where history disagrees. */
export async function migrate(url: string, migrations: Migration[] = listMigrations()): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'poms migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const applied = await appliedMigrations(client);
    const missing = migrations.filter((migration) => !applied.has(migration.name));
    checkHistory(applied, migrations);
    for (const migration of missing) await apply(client, migration);
    return missing.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** Names of migrations that this program has and the database has not: empty when the database is ready. */
export async function missingMigrations(pool: pg.Pool): Promise<string[]> {
  const known = await pool.query<{ name: string }>('select name from migration');
  const applied = new Set(known.rows.map((row) => row.name));
  return listMigrations().flatMap((migration) => (applied.has(migration.name) ? [] : [migration.name]));
}

async function appliedMigrations(client: pg.Client): Promise<Map<string, string>> {
  await client.query(`create table if not exists migration (
    name text primary key, checksum text not null, applied timestamptz not null default now())`);
  const rows = await client.query<{ name: string; checksum: string }>('select name, checksum from migration');
  return new Map(rows.rows.map((row) => [row.name, row.checksum]));
}

function checkHistory(applied: Map<string, string>, migrations: Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
  for (const [name, checksum] of applied) {
    const own = known.get(name);
    if (own === undefined) {
      throw new PomsError('database-unavailable', {
        problem: `it was migrated by a newer POMS (${name}); start that version, or one after it.`,
      });
    }
    if (own !== checksum) {
      throw new PomsError('database-unavailable', {
        problem: `migration ${name} differs from the one that was applied.`,
      });
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into migration (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new PomsError(
      'database-unavailable',
      { problem: `migration ${migration.name} failed: ${String(cause)}` },
      { cause },
    );
  }
}
