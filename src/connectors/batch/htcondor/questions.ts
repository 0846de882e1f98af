/** What is asked of HTCondor, each one command. Answers are ads; what is no answer is an `outside-system` error. */
import { join } from 'node:path';
import { PomsError } from '../../../errors.ts';
import type { CommandResult, Commands } from '../../commands/types.ts';
import { type Ad, numberOf, parseAds } from './ads.ts';

/** A schedd as `-name` takes it; null: the one that the commands find by themselves. */
export type Schedd = string | null;

/** An instance's name in ads, so that no other POMS on the pool takes its jobs for its own. */
export const INSTANCE = 'POMS4_INSTANCE';

/** Records of ended jobs that are read at most: what is farther back is asked for by `recall`. */
const SCAN_LIMIT = 200_000;
const TIMEOUT_MS = 60_000;

export interface Place {
  commands: Commands;
  /** Folder of the commands; null: they are found on the PATH. */
  bin: string | null;
  schedds: readonly Schedd[];
  /** Collector of the pool; null: as the commands are configured. */
  pool: string | null;
  /** Of this POMS; null: it is the only one. */
  instance: string | null;
}

export interface Questions {
  readonly schedds: readonly Schedd[];
  readonly where: string;
  /** Constraint: the jobs of this POMS. Those without an instance were tagged by other means, and are as well. */
  readonly ours: string;
  /** Jobs in the queue, of all accounts. */
  queue(schedd: Schedd, constraint: string, attributes: readonly string[]): Promise<Ad[]>;
  /** Jobs that have left the queue, the latest first; those that left it after `since` (`cluster.process`) only. */
  history(
    schedd: Schedd,
    constraint: string,
    attributes: readonly string[],
    since?: string | null,
  ): Promise<Ad[]>;
  /** `cluster.process` of the job that left the queue last, whoever's it was; null: none ever did. */
  lastLeft(schedd: Schedd): Promise<string | null>;
  /** One of the commands with its answer as text, whatever its exit code. */
  run(command: string, schedd: Schedd, words: readonly string[]): Promise<CommandResult>;
}

export function createQuestions({ commands, bin, schedds, pool, instance }: Place): Questions {
  const run: Questions['run'] = (command, schedd, words) =>
    commands.run(
      [
        bin === null ? command : join(bin, command),
        ...(schedd === null ? [] : ['-name', schedd]),
        ...(pool === null ? [] : ['-pool', pool]),
        ...words,
      ],
      { timeoutMs: TIMEOUT_MS },
    );
  const ads = async (command: string, schedd: Schedd, words: readonly string[]): Promise<Ad[]> => {
    const system = `${command}${schedd === null ? '' : ` of ${schedd}`} on ${commands.where}`;
    const answer = await run(command, schedd, words);
    if (answer.exitCode !== 0) throw new PomsError('outside-system', { system, problem: complaint(answer) });
    return parseAds(answer.stdout, system);
  };
  const history = (schedd: Schedd, words: readonly string[]): Promise<Ad[]> =>
    ads('condor_history', schedd, ['-json', ...words]);
  return {
    schedds,
    where: commands.where,
    ours:
      instance === null
        ? 'POMS4_SUBMISSION_ID =!= undefined'
        : `POMS4_SUBMISSION_ID =!= undefined && (${INSTANCE} ?: "${instance}") == "${instance}"`,
    run,
    queue: (schedd, constraint, attributes) =>
      ads('condor_q', schedd, [
        ...['-allusers', '-json', '-attributes', attributes.join(',')],
        ...['-constraint', constraint],
      ]),
    history: (schedd, constraint, attributes, since = null) =>
      history(schedd, [
        ...['-scanlimit', String(SCAN_LIMIT), '-attributes', attributes.join(',')],
        ...['-constraint', constraint],
        // A job, not a time: a job that ended long ago may leave the queue today, and would stop the reading.
        ...(since === null ? [] : ['-since', since]),
      ]),
    lastLeft: async (schedd) => {
      const [ad] = await history(schedd, ['-limit', '1', '-attributes', 'ClusterId,ProcId']);
      if (ad === undefined) return null;
      const [cluster, process] = [numberOf(ad, 'ClusterId'), numberOf(ad, 'ProcId')];
      return cluster === null || process === null ? null : `${cluster}.${process}`;
    },
  };
}

/** The line of an answer that says what was wrong. Some commands say it on standard output. */
export function complaint({ exitCode, stdout, stderr }: CommandResult): string {
  const said = [stderr, stdout].flatMap((text) => text.split('\n').map((line) => line.trim()));
  const line =
    said.find((one) => /^(error|-- |unable|failed|can't|couldn't)/i.test(one)) ?? said.find(Boolean);
  return line === undefined ? `exit code ${exitCode} without a word` : line.slice(0, 300);
}
