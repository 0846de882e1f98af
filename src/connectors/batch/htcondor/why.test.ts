import { expect, it } from 'vitest';
import { recorded } from './fake.ts';
import { sumUp } from './why.ts';

const summary = (unfit: number, own: number, busy: number, free: number): string => `
071.000:  Run analysis summary ignoring user priority.  Of 10 machines,
      ${unfit} are rejected by your job's requirements
      0 reject your job because of their own requirements
      ${own} match and are already running your jobs
      ${busy} match but are serving other users
      ${free} are able to run your job
`;

it('names the condition that no slot meets', () => {
  expect(sumUp(recorded('better-analyze.txt'))).toEqual({
    sentence: 'Idle: none of 1 machines can take it: no slot meets false.',
    possible: false,
  });
});

it('tells busy machines from free ones', () => {
  expect(sumUp(summary(6, 1, 3, 0))?.sentence).toBe(
    'Idle: all 4 machines that can take it are busy, 1 of them with jobs of its account.',
  );
  expect(sumUp(summary(6, 0, 0, 4))?.sentence).toBe('Idle: 4 of 10 machines can take it.');
});

it('has nothing to say of what it cannot read', () => {
  expect(sumUp('')).toBeNull();
  expect(sumUp('Segmentation fault')).toBeNull();
});
