/** The Slurm of the tests: the cluster that test/systems/testbeds/slurm-up.sh brought up. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSlurm } from '../../../src/connectors/batch/slurm/slurm.ts';
import type { BatchCursor, BatchSystem, JobEvent } from '../../../src/connectors/batch/types.ts';
import { createLocalCommands } from '../../../src/connectors/commands/local-commands.ts';
import { packageRoot } from '../../../src/package-root.ts';
import type { Account } from '../../support/poms.ts';

/** Its folder. Throws where the suite was started without one. */
export function slurmFolder(): string {
  const folder = process.env['POMS_TEST_SLURM'];
  if (folder === undefined) throw new Error('POMS_TEST_SLURM must name the folder of slurm-up.sh');
  return folder;
}

export const slurmBin = (): string => join(slurmFolder(), 'bin');

export function connect(env: Record<string, string> = {}): BatchSystem {
  return createSlurm({ name: 'farm', commands: createLocalCommands({ env }), bin: slurmBin() });
}

/** A submission's id that no other test has used lately: Slurm keeps what was before. */
export function newSubmission(): number {
  return 5_000_000_000 + Math.floor(Math.random() * 1_000_000_000);
}

export interface Launch {
  submissionId: number;
  out: string;
  err: string;
  code: number;
  /** `17@farm`, from the line for POMS. */
  cluster: string;
}

/** Runs shell text as a launch script would run, with the folders and variables of the launch environment. */
export async function launch(
  account: Account,
  folder: string,
  script: string,
  { submissionId = newSubmission(), shell = '/bin/sh' } = {},
): Promise<Launch> {
  const { env, path } = connect().launchEnvironment({});
  const settings = {
    ...account,
    cwd: folder,
    env: {
      HOME: folder,
      PATH: [...path, '/usr/bin', '/bin'].join(':'),
      POMS_HOME: packageRoot,
      POMS4_SUBMISSION_ID: String(submissionId),
      ...env,
    },
  };
  return new Promise((resolve) => {
    execFile(shell, ['-c', script], settings, (error, out, err) => {
      const code = error === null ? 0 : Number(error.code);
      const cluster = /^POMS4_BATCH_ID=(\S+)$/m.exec(err)?.[1] ?? '';
      resolve({ submissionId, out, err, code, cluster });
    });
  });
}

/** Waits until the check is true; throws with what was waited for. */
export async function until(what: string, check: () => Promise<boolean>, seconds = 30): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !(await check()); await sleep(250)) {
    if (Date.now() > deadline) throw new Error(`Not within ${seconds} s: ${what}`);
  }
}

/** Follows the events of one batch system, as the monitor does. */
export function follow(system: BatchSystem) {
  let cursor: BatchCursor = null;
  const events: JobEvent[] = [];
  const look = async (): Promise<JobEvent[]> => {
    const changes = await system.changes(cursor);
    cursor = changes.cursor;
    events.push(...changes.events);
    return changes.events;
  };
  const of = (batchId: string): JobEvent[] => events.filter((event) => event.batchId === batchId);
  return {
    look,
    of,
    /** The states of a job in order. */
    states: (batchId: string): string[] => of(batchId).map(({ state }) => state),
    /** Looks until the job is in the state; throws with what was told of it when that lasts too long. */
    until: async (batchId: string, state: string, seconds = 20): Promise<JobEvent> => {
      for (const deadline = Date.now() + seconds * 1000; ; await sleep(250)) {
        await look();
        const last = of(batchId).at(-1);
        if (last?.state === state) return last;
        if (Date.now() > deadline)
          throw new Error(`${batchId} is not ${state}: ${JSON.stringify(of(batchId))}`);
      }
    },
    cursor: () => cursor,
  };
}
