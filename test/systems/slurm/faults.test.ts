/** A real Slurm of which parts are away, or start again. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/package-root.ts';
import type { Account } from '../../support/poms.ts';
import { folderOf, launchAccount } from '../support/accounts.ts';
import { connect, follow, launch, slurmFolder, until } from './support.ts';

let account: Account;
let folder: string;
beforeAll(async () => {
  account = await launchAccount();
  folder = folderOf(account);
});

/** The cluster as commands see it that look for one of its daemons where nothing listens. */
function withPort(setting: 'SlurmctldPort' | 'AccountingStoragePort'): Record<string, string> {
  const own = readFileSync(join(slurmFolder(), 'etc/slurm.conf'), 'utf8');
  const file = join(folder, `${setting}.conf`);
  writeFileSync(file, own.replace(new RegExp(`^${setting}=.*$`, 'm'), `${setting}=9`));
  return { SLURM_CONF: file };
}

/** Also one that nobody has taken note of yet. */
function hasEnded(pid: number): boolean {
  try {
    return /^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

const submit = (words: string) => launch(account, folder, `sbatch ${words}`);

describe('Slurm', () => {
  it('without its accounting goes on, says so, and takes no job for one that is not known', async () => {
    const farm = connect(withPort('AccountingStoragePort'));
    const events = follow(farm);
    await events.look();
    const { cluster, submissionId } = await submit(`--wrap 'exit 4'`);
    expect(await events.until(cluster, 'failed', 60)).toMatchObject({ submissionId, exitCode: 4 });
    expect(await farm.health()).toMatchObject({
      reachable: true,
      detail: expect.stringContaining('accounting'),
    });
    await expect(farm.recall?.(['99999999@farm'])).rejects.toThrow('accounting');
  });

  it('without its controller is not reachable, and that is all that is told', async () => {
    const farm = connect(withPort('SlurmctldPort'));
    await expect(farm.changes(null)).rejects.toThrow(/could not be asked/);
    expect(await farm.health()).toMatchObject({ reachable: false, detail: expect.any(String) });
  }, 90_000);

  it('whose controller starts again in the middle has lost no job, and none is told twice', async () => {
    const events = follow(connect());
    const { cluster } = await submit(`--array=0-1 --wrap 'sleep 8'`);
    const [one, other] = [cluster.replace('@', '.0@'), cluster.replace('@', '.1@')];
    await events.until(one, 'running');
    const pid = Number(readFileSync(join(slurmFolder(), 'run/slurmctld.pid'), 'utf8'));
    // In order: killed at once, Slurm forgets what it had not saved, and ends such jobs itself.
    process.kill(pid, 'SIGTERM');
    await until('it has stopped', async () => hasEnded(pid));
    const look = events.look().then(
      () => 'answered',
      () => 'not reachable',
    );
    await promisify(execFile)('bash', [join(packageRoot, 'test/systems/testbeds/slurm-up.sh')], {
      env: { ...process.env, SLURM_ROOT: slurmFolder(), SLURM_REST: '0' },
    });
    expect(await look).toMatch(/answered|not reachable/);
    for (const job of [one, other]) {
      await events.until(job, 'completed', 60);
      const keys = events.of(job).map(({ key }) => key);
      expect(keys).toEqual([...new Set(keys)]);
      expect(events.of(job).at(-1)).toMatchObject({ exitCode: 0, attempt: 1 });
    }
  }, 150_000);
});
