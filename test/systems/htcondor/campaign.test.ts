/** The whole service on a real HTCondor, run by an ordinary account, for the pool runs no jobs of root. */
import { it } from 'vitest';
import type { Database } from '../../../src/database/index.ts';
import { instanceId } from '../../../src/database/instance.ts';
import { serviceOn } from '../support/service.ts';
import { administer, condorBin } from './support.ts';

/** What HTCondor has of this POMS: `<submission>: <cluster>@pool@localhost`. */
async function clusters(database: Database): Promise<string[]> {
  const ours = `POMS4_INSTANCE == "${await instanceId(database.db)}"`;
  const words = ['-constraint', ours, '-af', 'POMS4_SUBMISSION_ID', 'ClusterId'];
  const lines = await Promise.all([
    administer('condor_q', '-allusers', ...words),
    administer('condor_history', ...words),
  ]);
  const all = lines.join('').trim().split('\n');
  return [...new Set(all.map((line) => `${line.replace(' ', ': ')}@pool@localhost`))];
}

const service = serviceOn({ entry: { name: 'pool', kind: 'htcondor', bin: condorBin() }, clusters });

it('the sample campaign with another batch system has the same result', async () => {
  await service.checkSampleWith((text) => text.replace('batchSystem: local', 'batchSystem: pool'));
}, 300_000);

it('a server that is killed between a submission and its record finds the jobs by their tag, and submits no others', async () => {
  await service.checkKilledBeforeRecord();
}, 180_000);
