/** Which host, site, stage and time the jobs of a failure have in common, by comparison with the campaign's other jobs. */
import { isCommon, type Share } from '../../domain/failures/factors.ts';
import { busiestWindow, type Timeline, timelineOf } from '../../domain/failures/timeline.ts';
import type { SampledJob, ValueRead } from './factor-queries.ts';
import type { GroupRead } from './queries.ts';
import type { FailureFactor } from './schema.ts';

export interface FactorsRead {
  values: readonly ValueRead[];
  sample: readonly SampledJob[];
  /** All jobs of each stage. */
  stageJobs: ReadonlyMap<number, number>;
}

/** The factors of a group, one of each kind that is known; and its times. */
export function factorsOf(
  group: GroupRead,
  read: FactorsRead,
): { factors: FailureFactor[]; timeline: Timeline | null } {
  const own = new Set(group.groups);
  const others = read.sample.filter(({ failure }) => failure === null || !own.has(failure));
  const values = read.values.filter(({ failure }) => failure === group.failure);
  const hours = values
    .filter(({ factor }) => factor === 'hour')
    .map(({ value, jobs }) => ({ hour: value, jobs }));
  const factors = [
    ...place('host', values, others),
    ...place('site', values, others),
    ...stageFactor(group, read.stageJobs),
    ...timeFactor(hours, group.jobs, others),
  ];
  return { factors, timeline: timelineOf(hours) };
}

/** The most frequent that is common, else the most frequent. */
function place(
  factor: 'host' | 'site',
  values: readonly ValueRead[],
  others: readonly SampledJob[],
): FailureFactor[] {
  const all = values
    .filter((one) => one.factor === factor)
    .map(({ value, jobs, of }) => toFactor(factor, value, { jobs, of }, shareOf(others, factor, value)));
  const best = all.find(({ common }) => common) ?? all[0];
  return best === undefined ? [] : [best];
}

function shareOf(others: readonly SampledJob[], factor: 'host' | 'site', value: string): Share {
  const known = others.filter((job) => job[factor] !== null);
  return { jobs: known.filter((job) => job[factor] === value).length, of: known.length };
}

/** Counted, not sampled. Where one stage is meant it says nothing. */
function stageFactor(
  { stage, stageId, stageJobs, jobs }: GroupRead,
  all: ReadonlyMap<number, number>,
): FailureFactor[] {
  if (all.size < 2) return [];
  const total = [...all.values()].reduce((sum, n) => sum + n, 0);
  const others = {
    jobs: Math.max(0, (all.get(stageId) ?? 0) - stageJobs),
    of: Math.max(0, total - jobs),
  };
  return [toFactor('stage', stage, { jobs: stageJobs, of: jobs }, others)];
}

/** The shortest time in which most of them failed, as `FROM/TO`. */
function timeFactor(
  hours: readonly { hour: string; jobs: number }[],
  of: number,
  others: readonly SampledJob[],
): FailureFactor[] {
  const window = busiestWindow(hours, of);
  if (window === null) return [];
  const ended = others.flatMap((job) => job.ended ?? []);
  const within = ended.filter((at) => at >= window.from && at < window.to);
  const value = `${window.from.toISOString()}/${window.to.toISOString()}`;
  return [toFactor('time', value, { jobs: window.jobs, of }, { jobs: within.length, of: ended.length })];
}

function toFactor(
  factor: FailureFactor['factor'],
  value: string,
  failed: Share,
  others: Share,
): FailureFactor {
  return {
    factor,
    value,
    ...failed,
    others: others.of === 0 ? null : others.jobs / others.of,
    common: isCommon(failed, others),
  };
}
