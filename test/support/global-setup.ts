/** Starts one PostgreSQL for the whole test run and prepares the template that every test file's database is cloned from. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/database/embedded/index.ts';
import { migrate } from '../../src/database/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'poms-test-'));
  // The unprivileged account that runs PostgreSQL for root must reach it.
  chmodSync(folder, 0o755);
  const postgres = await startEmbedded({ folder, mode: 'fast' });
  const admin = new pg.Client({ connectionString: postgres.url('postgres') });
  await admin.connect();
  await admin.query('create database poms_template');
  await migrate(postgres.url('poms_template'));
  await admin.query('alter database poms_template is_template true');
  await admin.end();
  project.provide('postgresUrl', postgres.url('postgres'));
  return async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
