/** The HTCondor of the tests: the pool that test/systems/testbeds/condor-up.sh brought up. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createHtcondor, type HtcondorOptions } from '../../../src/connectors/batch/htcondor/htcondor.ts';
import type { BatchSystem } from '../../../src/connectors/batch/types.ts';
import { createLocalCommands } from '../../../src/connectors/commands/local-commands.ts';
import { packageRoot } from '../../../src/package-root.ts';
import type { Account } from '../../support/poms.ts';

/** Its folder. Throws where the suite was started without one. */
function condorFolder(): string {
  const folder = process.env.POMS_TEST_CONDOR;
  if (folder === undefined) throw new Error('POMS_TEST_CONDOR must name the folder of condor-up.sh');
  return folder;
}

export const condorBin = (): string => join(condorFolder(), 'bin');

export function connect(options: Partial<HtcondorOptions> = {}): BatchSystem {
  return createHtcondor({ name: 'pool', commands: createLocalCommands(), bin: condorBin(), ...options });
}

/** A submission's id that no other test has used lately: the pool remembers what was before. */
export function newSubmission(): number {
  return 100_000_000 + Math.floor(Math.random() * 800_000_000);
}

export interface Launch {
  submissionId: number;
  out: string;
  err: string;
  code: number;
  /** `17@pool@localhost`, from the line for POMS; empty where there is none. */
  cluster: string;
  /** The id of a job of it. */
  job(process: number): string;
}

/** Runs shell text as a launch script would run, with the folders and variables of the launch environment. */
export function launch(
  account: Account,
  folder: string,
  script: string,
  { submissionId = newSubmission(), shell = '/bin/sh', batch = connect() } = {},
): Promise<Launch> {
  const id = String(submissionId);
  const variables = {
    ...{ POMS4_SUBMISSION_ID: id, POMS_TASK_ID: id, POMS4_CAMPAIGN_ID: '7', POMS4_CAMPAIGN_STAGE_ID: '8' },
    ...{
      POMS4_CAMPAIGN_NAME: 'a, "campaign"',
      POMS4_CAMPAIGN_STAGE_NAME: "it's",
      POMS4_TEST_LAUNCH: 'False',
    },
    ...{ POMS_CAMPAIGN_ID: '8', JOBSUB_GROUP: 'demo' },
  };
  const { env, path } = batch.launchEnvironment(variables);
  const settings = {
    ...account,
    cwd: folder,
    timeout: 60_000,
    env: {
      HOME: folder,
      PATH: [...path, '/usr/bin', '/bin'].join(':'),
      POMS_HOME: packageRoot,
      ...env,
      ...variables,
    },
  };
  return new Promise((resolve) => {
    execFile(shell, ['-c', script], settings, (error, out, err) => {
      const code = error === null ? 0 : Number(error.code);
      const cluster = /^POMS4_BATCH_ID=(\S+)$/m.exec(err)?.[1] ?? '';
      const job = (process: number): string => cluster.replace('@', `.${process}@`);
      resolve({ submissionId, out, err, code, cluster, job });
    });
  });
}

/** A command of the pool with the rights of whoever runs the tests: root, who administers it. */
export async function administer(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(join(condorBin(), command), args, { timeout: 60_000 });
  return stdout;
}

/** Removes what a test left in the queue. */
export async function sweep(...submissions: number[]): Promise<void> {
  for (const id of submissions) {
    await administer('condor_rm', '-constraint', `POMS4_SUBMISSION_ID == ${id}`).catch(() => {});
  }
}
