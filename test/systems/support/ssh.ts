/** The launch host of the tests: the sshd that test/systems/testbeds/sshd-up.sh brought up. */
import { join } from 'node:path';
import type { SshTarget } from '../../../src/connectors/ssh/ssh.ts';

/** Its folder. Throws where the suite was started without one. */
export function sshFolder(): string {
  const folder = process.env['POMS_TEST_SSH'];
  if (folder === undefined) throw new Error('POMS_TEST_SSH must name the folder of sshd-up.sh');
  return folder;
}

export function sshTarget(controlFolder: string, change: Partial<SshTarget> = {}): SshTarget {
  return {
    name: 'launch',
    address: 'launch',
    port: null,
    account: 'poms-launch',
    configFile: join(sshFolder(), 'ssh_config'),
    controlFolder,
    ...change,
  };
}
