/** The whole service on a real Slurm, run by an ordinary account, as Slurm's users are. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { it } from 'vitest';
import type { Database } from '../../../src/database/index.ts';
import { serviceOn } from '../support/service.ts';
import { slurmBin, slurmFolder } from './support.ts';

/** Gives submissions numbers that no other POMS on this cluster has lately used. */
async function prepare(database: Database): Promise<void> {
  const first = 1_000_000 + Math.floor(Math.random() * 1_000_000_000);
  await sql`select make_job_partition(${first + 100_000}::bigint)`.execute(database.db);
  await sql.raw(`alter table submission alter submission_id restart with ${first}`).execute(database.db);
}

/** What Slurm has with the submissions' ids: `<submission>: <job>@farm`. */
async function clusters(database: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select submission_id::text as id from submission`.execute(
    database.db,
  );
  const { stdout } = await promisify(execFile)(join(slurmBin(), 'sacct'), [
    ...['-n', '-P', '-X', '-a', '-S', 'now-1hours', '-E', 'now', '--format=JobID,Comment'],
  ]);
  const lines = stdout.split('\n').flatMap((line) => {
    const found = /^(\d+)\S*\|POMS4_SUBMISSION_ID=(\d+)$/.exec(line);
    return found !== null && rows.some(({ id }) => id === found[2]) ? [`${found[2]}: ${found[1]}@farm`] : [];
  });
  return [...new Set(lines)];
}

const service = serviceOn({ entry: { name: 'farm', kind: 'slurm', bin: slurmBin() }, clusters, prepare });

it('the sample campaign with another batch system, and a setup that finds Slurm by itself, has the same result', async () => {
  await service.checkSampleWith((text) =>
    text
      .replace('batchSystem: local', 'batchSystem: farm')
      .replace('setup: ""', `setup: ". ${slurmFolder()}/env.sh"`),
  );
}, 300_000);

it('a server that is killed between a submission and its record finds the jobs by their tag, and submits no others', async () => {
  await service.checkKilledBeforeRecord();
}, 180_000);
