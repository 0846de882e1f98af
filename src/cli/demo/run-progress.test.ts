import { describe, expect, it } from 'vitest';
import { type JobCounts, NO_JOBS } from '../../domain/job-state.ts';
import { barLine, createDisplay } from './display.ts';
import { hasEnded, progressOf, type RunLaunch, type RunSubmission } from './run-progress.ts';

const submission = (stage: string, status: string, more: Partial<RunSubmission> = {}): RunSubmission => ({
  submissionId: 1,
  stage,
  status,
  recoveryOf: null,
  recoveryType: null,
  jobs: { ...NO_JOBS },
  files: { total: null, consumed: null, failed: null, produced: null, located: null },
  next: null,
  ...more,
});
const launch = (stage: string, state: RunLaunch['state'], runId = 1): RunLaunch => ({ runId, stage, state });
const jobs = (more: Partial<JobCounts>): JobCounts => ({ ...NO_JOBS, ...more });

describe('a run has ended', () => {
  it('when every submission is final with nothing next, and no launch of it is under way', () => {
    expect(hasEnded(1, [submission('a', 'Located')], [launch('a', 'done'), launch('a', 'queued', 2)])).toBe(
      true,
    );
    expect(hasEnded(1, [submission('a', 'Located')], [launch('b', 'queued')])).toBe(false);
    expect(hasEnded(1, [submission('a', 'Located', { next: 'launches b' })], [])).toBe(false);
    expect(hasEnded(1, [submission('a', 'Completed')], [])).toBe(false);
  });
});

describe('progress of a stage', () => {
  const states = (submissions: RunSubmission[], launches: RunLaunch[] = []) =>
    progressOf(['a'], 1, submissions, launches).map(({ state }) => state);

  it('counts recoveries apart and their files with those of the stage', () => {
    const files = { total: 10, consumed: 9, failed: 1, produced: 9, located: 9 };
    const original = submission('a', 'Located', { jobs: jobs({ completed: 4, failed: 1 }), files });
    const recovery = submission('a', 'Located', {
      recoveryOf: 1,
      jobs: jobs({ completed: 1 }),
      files: { ...files, total: 1, consumed: 1 },
    });
    const [stage] = progressOf(['a'], 1, [original, recovery], []);
    expect(stage).toMatchObject({
      submissions: 1,
      done: 1,
      recoveries: 1,
      jobs: { completed: 5, failed: 1 },
      files: { total: 10, consumed: 10 },
      state: 'done',
    });
  });

  it('waits, launches, runs, is done, or has failed', () => {
    expect(states([])).toEqual(['waiting']);
    expect(states([], [launch('a', 'claimed')])).toEqual(['launching']);
    expect(states([submission('a', 'Running')])).toEqual(['running']);
    expect(states([submission('a', 'Located', { next: 'recovery' })])).toEqual(['running']);
    expect(states([submission('a', 'Located')])).toEqual(['done']);
    expect(states([submission('a', 'Located'), submission('a', 'Failed')])).toEqual(['failed']);
    expect(states([submission('a', 'Located')], [launch('a', 'failed')])).toEqual(['failed']);
  });
});

describe('the display', () => {
  const waiting = progressOf(['a'], 1, [], []);
  const done = progressOf(['a'], 1, [submission('a', 'Located', { jobs: jobs({ completed: 2 }) })], []);

  it('fills the bar only when the stage is done', () => {
    const ended = {
      stage: 'a',
      submissions: 1,
      done: 0,
      recoveries: 0,
      jobs: jobs({ completed: 2 }),
      files: { total: 0, consumed: 0 },
    };
    expect(barLine({ colours: false }, { ...ended, state: 'running' }, 80)).toContain('░');
    expect(barLine({ colours: false }, { ...ended, state: 'done' }, 80)).not.toContain('░');
  });

  it('keeps a line within the terminal, so that it does not wrap', () => {
    const many = jobs({ completed: 12_345, failed: 678, held: 90, removed: 12 });
    const busy = {
      stage: 'select',
      submissions: 1234,
      done: 0,
      recoveries: 56,
      jobs: many,
      files: { total: 99_999, consumed: 5 },
    };
    for (const width of [50, 80, 120]) {
      const line = barLine({ colours: false }, { ...busy, state: 'running' }, width);
      expect([...line].length).toBeLessThanOrEqual(width);
    }
  });

  it('redraws in place on a terminal', () => {
    let text = '';
    const show = createDisplay({ colours: false, write: (part) => (text += part) }, () => 80);
    for (const stage of [waiting, done]) show(stage);
    expect(text).toContain('\u001b[1A\u001b[J');
  });

  it('prints a plain line only when something has changed', () => {
    const lines: string[] = [];
    const show = createDisplay({ colours: false, write: (part) => lines.push(part) }, () => null);
    for (const stage of [waiting, waiting, done, done]) show(stage);
    expect(lines).toEqual(['a: waiting\n', 'a: done, jobs 2/2, 1 submission\n']);
  });
});
