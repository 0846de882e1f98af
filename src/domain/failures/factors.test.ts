import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCommon, type Share } from './factors.ts';
import { busiestWindow, type HourCount, timelineOf } from './timeline.ts';

const share = (jobs: number, of: number): Share => ({ jobs, of });

describe('a common factor', () => {
  it.each<[string, Share, Share, boolean]>([
    ['87 of 90 on a host that has 1 in 100 of the others', share(87, 90), share(20, 2000), true],
    ['all on the only host there is', share(90, 90), share(2000, 2000), false],
    ['as many as everywhere', share(30, 90), share(650, 2000), false],
    ['more for sure, and still not much more', share(30_000, 100_000), share(500, 2000), false],
    ['a host that is bad for a few of many', share(50, 1000), share(1, 2000), false],
    ['three of three against none of ten', share(3, 3), share(0, 10), true],
    ['three of three against a fourth of few', share(3, 3), share(5, 20), false],
    ['two, which may be chance', share(2, 2), share(0, 2000), false],
    ['no other job to compare with', share(90, 90), share(0, 0), false],
  ])('%s', (_, failed, others, common) => {
    expect(isCommon(failed, others)).toBe(common);
  });

  it('stays one where more of the failed jobs, or fewer of the others, have it', () => {
    const some = fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 50 })).map(([a, b]) => share(a, a + b));
    fc.assert(
      fc.property(some, some, (failed, others) => {
        fc.pre(isCommon(failed, others));
        expect(isCommon(share(failed.jobs + 1, failed.of), others)).toBe(true);
        if (others.jobs > 0) expect(isCommon(failed, share(others.jobs - 1, others.of))).toBe(true);
      }),
    );
  });
});

describe('times', () => {
  const hours = (...counts: [string, number][]): HourCount[] =>
    counts.map(([hour, jobs]) => ({ hour, jobs }));

  it('a burst is found among failures of a week', () => {
    const counts = hours(
      ['2026-11-20T03', 1],
      ['2026-11-24T08', 40],
      ['2026-11-24T09', 45],
      ['2026-11-26T00', 3],
    );
    expect(busiestWindow(counts, 89)).toEqual({
      from: new Date('2026-11-24T08:00:00Z'),
      to: new Date('2026-11-24T10:00:00Z'),
      jobs: 85,
    });
    // Bars of 6 h: the 24th at 08 and 09 is 101 and 102 h after the first hour, the 26th at 00 is 141 h after it.
    expect(timelineOf(counts)).toEqual({
      from: new Date('2026-11-20T03:00:00Z'),
      hours: 6,
      jobs: [1, ...Array(15).fill(0), 40, 45, ...Array(5).fill(0), 3],
    });
  });

  it('hours that hold too few of the jobs have no window', () => {
    expect(busiestWindow(hours(['2026-11-24T08', 7]), 10)).toBeNull();
    expect(busiestWindow([], 0)).toBeNull();
    expect(timelineOf([])).toBeNull();
  });

  it('bars are 24 at most and keep every job, and a window holds what it says', () => {
    const counts = fc.uniqueArray(
      fc.record({
        hour: fc
          .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
          .map((at) => at.toISOString().slice(0, 13)),
        jobs: fc.nat(9),
      }),
      { minLength: 1, selector: ({ hour }) => hour },
    );
    fc.assert(
      fc.property(counts, (drawn) => {
        const sum = drawn.reduce((all, { jobs }) => all + jobs, 0);
        const line = timelineOf(drawn);
        expect((line?.jobs ?? []).length).toBeLessThanOrEqual(24);
        expect((line?.jobs ?? []).reduce((all, jobs) => all + jobs, 0)).toBe(sum);
        const found = busiestWindow(drawn, sum);
        expect(found === null).toBe(sum === 0);
        if (found === null) return;
        const within = drawn.filter(({ hour }) => {
          const at = Date.parse(`${hour}:00:00Z`);
          return at >= found.from.getTime() && at < found.to.getTime();
        });
        expect(within.reduce((all, { jobs }) => all + jobs, 0)).toBe(found.jobs);
        expect(found.jobs).toBeGreaterThanOrEqual(0.8 * sum);
      }),
    );
  });
});
