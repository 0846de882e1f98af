import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formsOf,
  isWhole,
  JOB_ACTIONS,
  jobsToAsk,
  pauseAfter,
  possibleStates,
  scopeWords,
  whyNot,
} from './job-actions.ts';
import { isEnded, JOB_STATES, type JobCounts, NO_JOBS } from './job-state.ts';
import { STATUSES } from './status.ts';

const action = fc.constantFrom(...JOB_ACTIONS);
const counts = fc.record(
  Object.fromEntries(JOB_STATES.map((state) => [state, fc.nat(3)])) as Record<
    keyof JobCounts,
    fc.Arbitrary<number>
  >,
);
const launch = fc.constantFrom('queued', 'claimed', 'running', 'done', 'failed', 'cancelled' as const);

describe('which jobs an action is for', () => {
  it('every state is either possible or has a reason why not; ended jobs are never touched', () => {
    fc.assert(
      fc.property(action, fc.constantFrom(...JOB_STATES), (what, state) => {
        expect(whyNot(what, state) === null).toBe(possibleStates(what).includes(state));
        if (isEnded(state)) expect(whyNot(what, state)).toBe(`has ended: ${state}`);
      }),
    );
  });

  it('a submission is left alone exactly when nothing in it could be touched', () => {
    fc.assert(
      fc.property(action, counts, fc.constantFrom(...STATUSES), launch, (what, jobs, status, state) => {
        const asked = jobsToAsk(what, { jobs, status, launch: state });
        const known = possibleStates(what).reduce((sum, one) => sum + jobs[one], 0);
        if (known > 0) expect(asked).toBe(known);
        else expect(asked === null || (what === 'remove' && asked === 0)).toBe(true);
      }),
    );
  });

  it.each([
    ['waits', 'New', 'queued', 0],
    ['has been launched, and no job was seen yet', 'New', 'done', 0],
    ['is over', 'Located', 'done', null],
    ['never had a launch that worked', 'LaunchFailed', 'failed', null],
  ] as const)('removing what %s', (_what, status, state, asked) => {
    expect(jobsToAsk('remove', { jobs: NO_JOBS, status, launch: state })).toBe(asked);
    expect(jobsToAsk('hold', { jobs: NO_JOBS, status, launch: state })).toBeNull();
  });
});

describe('scopes', () => {
  it('mean whole submissions as long as no condition is on jobs', () => {
    expect(isWhole({ campaign: 'quakes', stage: 'select', batchSystem: 'farm' })).toBe(true);
    for (const condition of [
      { jobs: [1] },
      { batchIds: ['1@farm'] },
      { states: ['held' as const] },
      { hosts: ['node1'] },
      { exitCodes: [0] },
      { reason: 'disk' },
    ])
      expect(isWhole({ campaign: 'quakes', ...condition })).toBe(false);
  });

  it.each([
    [{ submissions: [7] }, 'submission 7'],
    [{ submissions: [1, 2, 3, 4, 5, 6, 7] }, 'submissions 1, 2, 3, 4, 5 and 2 more'],
    [{ campaign: 'quakes', stage: 'select' }, 'campaign quakes, stage select'],
    [{ jobs: [3, 4] }, 'jobs with the numbers 3, 4'],
    [
      {
        campaign: 'quakes',
        states: ['held', 'idle'] as const,
        hosts: ['n1'],
        exitCodes: [3],
        reason: 'disk',
      },
      'jobs of campaign quakes, that are held or idle, on n1, with exit code 3, whose reason has “disk”',
    ],
  ])('read as words: %j', (scope, words) => {
    expect(scopeWords(scope)).toBe(words);
  });
});

it.each([
  ['123@farm', ['123@farm', '123.0@farm']],
  ['123.0@farm', ['123.0@farm', '123@farm']],
  ['123.4@pool@localhost', ['123.4@pool@localhost']],
  ['nonsense', ['nonsense']],
])('%s may be known as any of its forms', (id, forms) => {
  expect(formsOf(id)).toEqual(forms);
});

it('pauses grow, never beyond five minutes, and end', () => {
  const pauses = Array.from({ length: 12 }, (_, n) => pauseAfter(n + 1, 10));
  expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300, null]);
});
