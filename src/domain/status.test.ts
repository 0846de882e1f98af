import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOB_STATES, type JobCounts, NO_JOBS, totalJobs } from './job-state.ts';
import { isFinal, type Mover, mayMove, STATUS_IDS, STATUSES, sourcesOf, statusOfJobs } from './status.ts';

const MOVERS: readonly Mover[] = ['jobs', 'engine', 'person'];
const status = fc.constantFrom(...STATUSES);
const mover = fc.constantFrom(...MOVERS);

describe('statuses', () => {
  it('keep the names, numbers and order of the original', () => {
    expect(STATUSES.map((name) => `${STATUS_IDS[name]} ${name}`)).toEqual([
      '1000 New',
      '1500 Cancelled',
      '2000 LaunchFailed',
      '2400 Awaiting Approval',
      '2500 Approved',
      '3000 Idle',
      '4000 Running',
      '5000 Held',
      '6000 Failed',
      '7000 Completed',
      '8000 Located',
      '9000 Removed',
    ]);
  });

  it('that are final are left by machines only when first-hand sight of jobs reopens a LaunchFailed', () => {
    for (const from of STATUSES.filter(isFinal)) {
      expect(STATUSES.filter((to) => mayMove(from, to, 'engine'))).toEqual([]);
      const byJobs = STATUSES.filter((to) => mayMove(from, to, 'jobs'));
      expect(byJobs.length > 0).toBe(from === 'LaunchFailed');
    }
  });

  it('are located by the engine or a person, never by the sight of jobs', () => {
    expect(sourcesOf('Located', 'jobs')).toEqual([]);
    expect(sourcesOf('Located', 'engine')).toEqual(['Completed']);
    expect(sourcesOf('Located', 'person')).toEqual(STATUSES.filter((name) => name !== 'Located'));
  });

  it('that are completed are not reopened by late reports of jobs', () => {
    expect(STATUSES.filter((to) => mayMove('Completed', to, 'jobs'))).toEqual([]);
  });

  it('leave approval only by a person', () => {
    expect(mayMove('Awaiting Approval', 'Completed', 'person')).toBe(true);
    expect(mayMove('Awaiting Approval', 'Removed', 'person')).toBe(true);
    for (const to of STATUSES) {
      expect(mayMove('Awaiting Approval', to, 'jobs') || mayMove('Awaiting Approval', to, 'engine')).toBe(
        false,
      );
    }
  });

  it('can be reopened by a person, but not back to the beginning', () => {
    for (const from of STATUSES.filter(isFinal)) expect(mayMove(from, 'Running', 'person')).toBe(true);
    for (const to of ['New', 'LaunchFailed', 'Awaiting Approval'] as const) {
      expect(sourcesOf(to, 'person')).toEqual([]);
    }
  });

  it('never come back to New, by whomever', () => {
    for (const who of MOVERS) expect(sourcesOf('New', who)).toEqual([]);
  });

  it('all can be reached from New by jobs, engine or people', () => {
    const reached = new Set<string>(['New']);
    for (const from of reached) {
      const known = STATUSES.find((name) => name === from) ?? 'New';
      for (const to of STATUSES) if (MOVERS.some((who) => mayMove(known, to, who))) reached.add(to);
    }
    expect(reached.size).toBe(STATUSES.length);
  });

  it('are guarded by exactly the sources from which a move is allowed', () => {
    fc.assert(
      fc.property(status, status, mover, (from, to, who) => {
        expect(sourcesOf(to, who).includes(from)).toBe(mayMove(from, to, who));
        if (from === to) expect(mayMove(from, to, who)).toBe(false);
      }),
    );
  });
});

describe('the status that jobs speak of', () => {
  const rule = { completionPct: 95, isRecovery: false, stopAs: null };
  const of = (jobs: Partial<JobCounts>, changes: Partial<Parameters<typeof statusOfJobs>[1]> = {}) =>
    statusOfJobs({ ...NO_JOBS, ...jobs }, { ...rule, ...changes });

  it('is nothing without jobs', () => {
    expect(of({})).toBeNull();
  });

  it('follows jobs that have not ended', () => {
    expect(of({ idle: 3 })).toBe('Idle');
    expect(of({ idle: 3, running: 1 })).toBe('Running');
    expect(of({ idle: 3, running: 1, held: 1 })).toBe('Held');
    expect(of({ idle: 1, completed: 5 })).toBe('Idle');
  });

  it('is Failed when more than half as many have failed as completed', () => {
    expect(of({ completed: 4, failed: 2 })).toBe('Completed');
    expect(of({ completed: 4, failed: 3 })).toBe('Failed');
    expect(of({ failed: 1 })).toBe('Failed');
  });

  it('is Completed for a recovery that failed', () => {
    expect(of({ failed: 5 }, { isRecovery: true })).toBe('Completed');
  });

  it('is Removed when all are removed, and what a person stopped it as when it was stopped', () => {
    expect(of({ removed: 2 })).toBe('Removed');
    expect(of({ removed: 2, completed: 1 })).toBe('Completed');
    expect(of({ removed: 1, failed: 1 }, { stopAs: 'Cancelled' })).toBe('Cancelled');
    expect(of({ removed: 1, running: 1 }, { stopAs: 'Cancelled' })).toBe('Running');
  });

  it('is Completed once enough jobs have ended, whatever the last ones do', () => {
    expect(of({ completed: 94, running: 6 })).toBe('Running');
    expect(of({ completed: 95, running: 5 })).toBe('Completed');
    expect(of({ completed: 95, held: 5 })).toBe('Held');
  });

  const count = fc.oneof(fc.constant(0), fc.nat(20));
  const counts: fc.Arbitrary<JobCounts> = fc.record({
    idle: count,
    running: count,
    held: count,
    completed: count,
    failed: count,
    removed: count,
  });
  const rules = fc.record({
    completionPct: fc.integer({ min: 1, max: 100 }),
    isRecovery: fc.boolean(),
    stopAs: fc.constantFrom('Removed' as const, 'Cancelled' as const, null),
  });

  it('is known for all counts but none, is never Located, and jobs may bring it about', () => {
    fc.assert(
      fc.property(counts, rules, (jobs, any) => {
        const spoken = statusOfJobs(jobs, any);
        if (totalJobs(jobs) === 0) expect(spoken).toBeNull();
        else {
          expect(spoken).not.toBe('Located');
          expect(spoken !== null && mayMove('New', spoken, 'jobs')).toBe(true);
        }
      }),
    );
  });

  it('is that of an ended submission exactly when all jobs, or enough beside running ones, have ended', () => {
    fc.assert(
      fc.property(counts, rules, (jobs, any) => {
        fc.pre(totalJobs(jobs) > 0);
        const open = jobs.idle + jobs.running + jobs.held;
        const spoken = statusOfJobs(jobs, any);
        const over = spoken !== null && !['Idle', 'Running', 'Held'].includes(spoken);
        const enough = ((totalJobs(jobs) - open) * 100) / totalJobs(jobs) >= any.completionPct;
        expect(over).toBe(open === 0 || (enough && jobs.running > 0 && jobs.held === 0));
      }),
    );
  });

  it('never says Failed of a recovery', () => {
    fc.assert(
      fc.property(counts, rules, (jobs, any) => {
        expect(statusOfJobs(jobs, { ...any, isRecovery: true })).not.toBe('Failed');
      }),
    );
  });

  it('is the state of the jobs when all are in one', () => {
    const single = {
      idle: 'Idle',
      running: 'Running',
      held: 'Held',
      completed: 'Completed',
      failed: 'Failed',
      removed: 'Removed',
    };
    for (const state of JOB_STATES) expect(of({ [state]: 7 })).toBe(single[state]);
  });
});
