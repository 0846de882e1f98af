import { describe, expect, it } from 'vitest';
import type { JobActionPreview, JobActionView } from '../api/types.ts';
import { toggled } from '../table/selection.tsx';
import { actionWords, previewWords, skippedWords } from './job-action-words.ts';

const NONE = { idle: 0, running: 0, held: 0, completed: 0, failed: 0, removed: 0 };

describe('actions on jobs in words', () => {
  const preview = (more: Partial<JobActionPreview>): JobActionPreview => ({
    scope: 'submission 7',
    jobs: 0,
    byState: NONE,
    submissions: 0,
    launches: 0,
    firstSubmissions: [],
    firstJobs: [],
    skipped: [],
    ...more,
  });
  it('tell what would be touched', () => {
    expect(
      previewWords(preview({ jobs: 12, submissions: 1, byState: { ...NONE, idle: 8, running: 4 } })),
    ).toMatch(/^12 jobs of 1 submission \((4 running, 8 idle|8 idle, 4 running)\)$/);
    expect(previewWords(preview({ submissions: 2, launches: 1 }))).toBe(
      '0 jobs of 2 submissions, and 1 launch that wait or run',
    );
    expect(skippedWords([{ what: 'job', count: 3, why: 'is not held' }])).toBe('3 jobs (is not held)');
  });

  it('tell how far an action is, and what became of it', () => {
    const view = {
      ended: null,
      parts: 3,
      partsEnded: 1,
      accepted: 9,
      notApplicable: 0,
      unknownJob: 0,
      failed: 1,
      launchesCancelled: 2,
    } as JobActionView;
    expect(actionWords(view)).toBe('Asked for; 1 of 3 submissions done.');
    expect(actionWords({ ...view, ended: '2026-01-01T00:00:00Z' })).toBe(
      'Accepted for 9 jobs; 1 job could not be asked for; 2 launches cancelled. States follow when the batch system has done it.',
    );
  });
});

it('a box that is clicked twice is as before', () => {
  const one = toggled(new Set([1]), 2);
  expect([...one]).toEqual([1, 2]);
  expect([...toggled(one, 2)]).toEqual([1]);
});
