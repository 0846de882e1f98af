/** The whole service on a real Slurm, run by an ordinary account, as Slurm's users are. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { it } from 'vitest';
import type { Database } from '../../../src/database/index.ts';
import { instanceId } from '../../../src/database/instance.ts';
import { serviceOn } from '../support/service.ts';
import { slurmBin, slurmFolder } from './support.ts';

/** What Slurm has of this POMS: `<submission>: <job>@farm`. */
async function clusters(database: Database): Promise<string[]> {
  const { stdout } = await promisify(execFile)(join(slurmBin(), 'sacct'), [
    ...['-n', '-P', '-X', '-a', '-S', 'now-1hours', '-E', 'now', '--format=JobID,Comment'],
  ]);
  const tag = ` POMS4_INSTANCE=${await instanceId(database.db)}`;
  const lines = stdout.split('\n').filter((line) => line.endsWith(tag));
  return [
    ...new Set(
      lines.map((line) =>
        line.slice(0, -tag.length).replace(/^(\d+)\S*\|POMS4_SUBMISSION_ID=(\d+)$/, '$2: $1@farm'),
      ),
    ),
  ];
}

const service = serviceOn({ entry: { name: 'farm', kind: 'slurm', bin: slurmBin() }, clusters });

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
