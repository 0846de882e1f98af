/**
 * What Slurm is asked: `squeue` for what is queued, runs, or ended within the last minutes, `sacct` for what ended
 * before and for resources used, where there is accounting. slurmctld must answer; slurmdbd may be away.
 */
import { PomsError } from '../../../errors.ts';
import type { CommandOptions, CommandResult, Commands } from '../../commands/types.ts';
import { ACCOUNT_FORMAT, accountedJobs } from './account-records.ts';
import { type JobName, nameOf } from './batch-ids.ts';
import { QUEUE_FORMAT, queuedJobs } from './queue-records.ts';
import type { SlurmJob } from './records.ts';

export interface Questions {
  /** The jobs of POMS that Slurm has in its memory. Throws `outside-system`. */
  queue(): Promise<SlurmJob[]>;
  /**
   * What the accounting has of these jobs, each as its last attempt was, and of the other tasks of an array where one
   * was not found; null where there is no accounting or it does not answer, which `accountingProblem` tells.
   */
  account(names: readonly JobName[], submissions: Submissions): Promise<SlurmJob[] | null>;
  /** What ended between two times by Slurm's clock, milliseconds; null as above. */
  ended(from: number, to: number): Promise<SlurmJob[] | null>;
  /** One sentence while there should be accounting and it does not answer. */
  accountingProblem(): string | null;
  /** False where Slurm keeps no accounts; true until that is known. */
  hasAccounting(): boolean;
  /** Milliseconds by the clock of slurmctld; it may be minutes apart from ours. */
  now(): Promise<number>;
  /** A command of Slurm, whatever its exit code. Throws `outside-system` where it cannot be run. */
  run(program: string, words: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** The standard output of a command. Throws `outside-system` where it fails. */
  text(program: string, words: readonly string[]): Promise<string>;
}

/** The submission that a job is known to be of, for accounts that keep no comments. */
export type Submissions = (job: number, task: number | null) => number | null;

/** Times that can be read, and all tasks of an array, whatever the account's own settings are. */
const ENV = { TZ: 'UTC', SLURM_TIME_FORMAT: 'standard', SLURM_BITSTR_LEN: '0' };

/** How long an answer may take. */
const TIMEOUT_MS = 30_000;
/** Of a slurmdbd that did not answer nothing is asked for so long: it would hold up every look. */
const ACCOUNTING_PAUSE_MS = 30_000;
/** How long the difference between two clocks is taken for known. */
const CLOCK_MS = 60_000;
/** Jobs that one command line names. */
const CHUNK = 500;

const ENDED_STATES = 'CD,F,CA,TO,NF,PR,OOM,DL,BF';

/** `instance`: of this POMS, see database/instance.ts; without one the jobs of every POMS are meant. */
export function createQuestions(commands: Commands, bin: string | null, instance?: string): Questions {
  let clock = { offset: 0, readAt: Number.NEGATIVE_INFINITY };
  let accounting: { problem: string | null; none: boolean; pauseUntil: number } = {
    problem: null,
    none: false,
    pauseUntil: 0,
  };

  const run: Questions['run'] = (program, words, options) =>
    commands.run([bin === null ? program : `${bin}/${program}`, ...words], {
      timeoutMs: TIMEOUT_MS,
      env: ENV,
      ...options,
    });

  const broken = (program: string, problem: string): PomsError =>
    new PomsError('outside-system', { system: `${program} on ${commands.where}`, problem });

  const text: Questions['text'] = async (program, words) => {
    const { exitCode, stdout, stderr } = await run(program, words);
    if (exitCode !== 0) throw broken(program, lastLine(stderr) || `exit code ${exitCode}`);
    return stdout;
  };

  function read<T>(program: string, parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      throw broken(program, error instanceof Error ? error.message : String(error));
    }
  }

  /** Null, and the problem kept, where the accounting does not answer. */
  async function sacct(words: readonly string[], submissions: Submissions): Promise<SlurmJob[] | null> {
    if (Date.now() < accounting.pauseUntil) return null;
    const format = ['-n', '-P', '-D', '-a', '--noconvert', `--format=${ACCOUNT_FORMAT}`];
    try {
      const answer = await text('sacct', [...format, ...words]);
      const jobs = read('sacct', () => accountedJobs(answer, submissions, instance));
      accounting = { problem: null, none: false, pauseUntil: 0 };
      return jobs;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const none = /accounting storage is disabled/i.test(problem);
      const pauseUntil = Date.now() + ACCOUNTING_PAUSE_MS;
      accounting = { problem: none ? null : problem, none, pauseUntil };
      return null;
    }
  }

  async function accountOf(words: readonly string[], submissions: Submissions): Promise<SlurmJob[] | null> {
    const jobs: SlurmJob[] = [];
    for (let from = 0; from < words.length; from += CHUNK) {
      const some = await sacct(['-j', words.slice(from, from + CHUNK).join(',')], submissions);
      if (some === null) return null;
      jobs.push(...some);
    }
    return jobs;
  }

  return {
    run,
    text,
    queue: async () => {
      const answer = await text('squeue', ['-h', '-r', '-a', '-t', 'all', '-O', QUEUE_FORMAT]);
      return read('squeue', () => queuedJobs(answer, instance));
    },
    account: async (names, submissions) => {
      const jobs = await accountOf(names.map(nameOf), submissions);
      if (jobs === null) return null;
      // Tasks that never started have one row together, which is found by the number of the array only.
      const found = new Set(jobs.map(nameOf));
      const arrays = names.filter((one) => one.task !== null && !found.has(nameOf(one)));
      const more = await accountOf([...new Set(arrays.map(({ job }) => String(job)))], submissions);
      return more === null ? null : [...jobs, ...more.filter((job) => !found.has(nameOf(job)))];
    },
    ended: (from, to) => sacct(['-s', ENDED_STATES, '-S', clockText(from), '-E', clockText(to)], () => null),
    accountingProblem: () => accounting.problem,
    hasAccounting: () => !accounting.none,
    now: async () => {
      if (performance.now() - clock.readAt > CLOCK_MS) {
        const before = Date.now();
        const answer = await text('scontrol', ['show', 'config']);
        const found = /^Configuration data as of (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\s/.exec(answer);
        if (found === null) throw broken('scontrol', 'it does not say what time it is');
        clock = { offset: Date.parse(`${found[1]}Z`) - before, readAt: performance.now() };
      }
      return Date.now() + clock.offset;
    },
  };
}

/** As the commands take times. */
function clockText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19);
}

/** What a command says went wrong, without its name before it. */
export function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line.replace(/^(\w+: )?(fatal|error): /, '').slice(0, 300);
}
