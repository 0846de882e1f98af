import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endedJobs, isEnded, JOB_STATES, type JobCounts, NO_JOBS, totalJobs } from './job-state.ts';

const count = fc.nat(1000);
const counts: fc.Arbitrary<JobCounts> = fc.record({
  idle: count,
  running: count,
  held: count,
  completed: count,
  failed: count,
  removed: count,
});

describe('states of jobs', () => {
  it('end when nothing more can be expected', () => {
    expect(JOB_STATES.filter(isEnded)).toEqual(['completed', 'failed', 'removed']);
  });

  it('are counted in full: the total is the sum over all states', () => {
    expect(Object.keys(NO_JOBS).toSorted()).toEqual([...JOB_STATES].toSorted());
    expect(totalJobs(NO_JOBS)).toBe(0);
    fc.assert(
      fc.property(counts, (jobs) => {
        const ended = JOB_STATES.filter(isEnded).reduce((sum, state) => sum + jobs[state], 0);
        expect(endedJobs(jobs)).toBe(ended);
        expect(totalJobs(jobs)).toBe(ended + jobs.idle + jobs.running + jobs.held);
      }),
    );
  });

  it('the roll-up of nothing cannot be changed by accident', () => {
    expect(Object.isFrozen(NO_JOBS)).toBe(true);
  });
});
