/** Catalogues that were filled before parameters were kept: what the migration makes of them. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { listMigrations, migrate } from '../../../database/migrate.ts';

it('finds the parameters of files that are there, with their spelling and type', async () => {
  const admin = inject('postgresUrl');
  const name = `poms_${randomBytes(6).toString('hex')}`;
  const url = admin.replace('/postgres?', `/${name}?`);
  const client = new pg.Client({ connectionString: admin });
  await client.connect();
  await client.query(`create database ${name}`);
  try {
    await migrate(
      url,
      listMigrations().filter((one) => one.name < '0016'),
    );
    const catalogue = new pg.Client({ connectionString: url });
    await catalogue.connect();
    await catalogue.query(`insert into dh.file (experiment, name, created_by, updated_by, digest, meta, spelling) values
      ('dune', 'a', 'x', 'x', '', '{"det.mode": "even", "det.n": 1, "det.x": 1, "det.mixed": 1}', '{"det.mode": "Det.Mode"}'),
      ('dune', 'b', 'x', 'x', '', '{"det.mode": "odd", "det.n": 2, "det.x": 1.5, "det.mixed": "one", "det.on": true}', null),
      ('nova', 'a', 'x', 'x', '', '{"det.n": 1.5}', null), ('nova', 'c', 'x', 'x', '', '{}', null)`);
    await migrate(url);
    const { rows } = await catalogue.query(
      'select experiment, spelling, data_type from dh.parameter order by experiment, name',
    );
    await catalogue.end();
    expect(rows.map((row) => Object.values(row).join(' '))).toEqual([
      'dune det.mixed string',
      'dune Det.Mode string',
      'dune det.n int',
      'dune det.on bool',
      'dune det.x float',
      'nova det.n float',
    ]);
  } finally {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.end();
  }
});
