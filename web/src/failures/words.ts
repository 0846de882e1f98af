/** What is said of a failure group: its factors, its logs and its share, in words. */
import type { FailureFactor, FailureGroup } from '../api/types.ts';
import { count, percent } from '../format/numbers.ts';
import { absolute } from '../format/time.ts';

/** `host n1: 87 of 90, of other jobs 1%`. */
export function factorWords({ factor, value, jobs, of, others }: FailureFactor, zone?: string): string {
  const [from = value, to = value] = value.split('/');
  const what = factor === 'time' ? `${absolute(from, zone)} to ${absolute(to, zone)}` : `${factor} ${value}`;
  return `${what}: ${count(jobs)} of ${count(of)}${others === null ? '' : `, of other jobs ${percent(others)}`}`;
}

/** Why no factor is named. */
export function nothingCommon({ factors }: FailureGroup): string {
  return factors.every(({ others }) => others === null)
    ? 'There are no other jobs to compare with.'
    : 'No host, site, stage or time stands out against other jobs.';
}

/** `in 3 of 4 logs that were read`; what the samples are of. */
export function samplesWords(samples: number, read: number): string {
  if (read === 1) return 'in the one log that was read';
  return samples === read
    ? `in all ${count(read)} logs that were read`
    : `in ${samples} of ${read} logs that were read`;
}

/** Why there is no line of a log; null where there is one, and where none is to be expected. */
export function unreadWords({ kind, logs }: FailureGroup): string | null {
  if (logs.signatures.length > 0 || kind === 'removed' || kind === 'not-started') return null;
  return logs.problem === null ? 'No log was read yet.' : `No log line: ${logs.problem}`;
}

/** One line for the head of the page. */
export function failuresAnswer({
  jobs,
  failed,
  groups,
}: {
  jobs: number;
  failed: number;
  groups: readonly FailureGroup[];
}): string {
  const [first] = groups;
  if (first === undefined) return `None of ${count(jobs)} jobs has failed.`;
  const sum = `${count(failed)} of ${count(jobs)} jobs failed, are held or were removed`;
  if (groups.length === 1) return `${sum}, all with ${first.words}.`;
  return `${sum}, in ${groups.length} ways; most, ${percent(first.jobs / failed)}, with ${first.words}.`;
}
