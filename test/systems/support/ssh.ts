/** The launch host of the tests: the sshd that test/systems/testbeds/sshd-up.sh brought up. */
import { join } from 'node:path';
import { runOverSsh, type SshTarget } from '../../../src/connectors/ssh/ssh.ts';

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

/** The account of the launch host, to prepare and look at things there. */
export function launchAccount(controlFolder: string) {
  const target = sshTarget(controlFolder);
  return {
    /** Runs shell text there and returns what it prints. Throws what it says where it fails. */
    sh: async (text: string): Promise<string> => {
      const answer = await runOverSsh(target, text, { timeoutMs: 60_000, maxBytes: 1 << 20 });
      if (answer.exitCode !== 0) throw new Error(`${text}: ${answer.stderr}`);
      return answer.stdout;
    },
  };
}
