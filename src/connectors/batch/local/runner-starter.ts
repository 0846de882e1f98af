/**
 * Starts runners of jobs through one small shell that waits for orders. To start each from here would stop this
 * server for 5 to 20 ms a job, the more memory it has (measured): a fork copies its page tables. The shell needs
 * about 5 ms, and nobody waits for it. Orders are numbers only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../package-root.ts';
import type { Job } from './job-index.ts';
import type { Spool } from './spool.ts';

const SCRIPT = join(packageRoot, 'src/connectors/batch/local/job-starter.sh');

export interface RunnerStarter {
  /** Orders a runner for the job's present attempt. It outlives this process. */
  start(job: Job): void;
  stop(): void;
}

export function createRunnerStarter(spool: Spool, host: string): RunnerStarter {
  let shell: ChildProcess | null = null;

  function begin(): ChildProcess {
    const child = spawn('/bin/sh', [SCRIPT, spool.folder, host], {
      cwd: '/',
      detached: true,
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const forget = () => {
      if (shell === child) shell = null;
    };
    // An order that is lost with the shell is given again, for no runner leaves a trace.
    child.once('error', forget).once('exit', forget);
    child.stdin?.on('error', forget);
    child.unref();
    return child;
  }

  return {
    start(job) {
      mkdirSync(dirname(spool.attempt(job.id, job.attempt)), { recursive: true, mode: 0o700 });
      const { number, submission, limit } = job.cluster;
      shell ??= begin();
      shell.stdin?.write(
        `${[number, job.index, job.attempt, submission, limit, Date.now()].map(String).join(' ')}\n`,
      );
    },
    stop() {
      shell?.stdin?.end();
      shell = null;
    },
  };
}
