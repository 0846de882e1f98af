import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterStep, beginLife, endOf, type JobLife, type JobStep } from './job-life.ts';
import { JOB_STATES, type JobState } from './job-state.ts';

const step = (state: JobState, at: number, more: Partial<JobStep> = {}): JobStep => ({
  state,
  at,
  attempt: 1,
  exitCode: null,
  signal: null,
  reason: null,
  ...more,
});

function live(steps: readonly JobStep[]): JobLife {
  const [first, ...rest] = steps;
  if (first === undefined) throw new Error('a life has at least one step');
  return rest.reduce(afterStep, beginLife(first));
}

/** Events of one job, no two of an attempt at the same time, later attempts later. */
const lives = fc
  .array(fc.record({ state: fc.constantFrom(...JOB_STATES), attempt: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((steps) =>
    steps
      .toSorted((a, b) => a.attempt - b.attempt)
      .map(({ state, attempt }, n) => step(state, n, { attempt, exitCode: state === 'failed' ? n : null })),
  );

describe('the life of a job', () => {
  it('goes from submission over start to end', () => {
    const ended = live([step('idle', 1), step('running', 5), step('failed', 9, { exitCode: 2 })]);
    expect(ended).toMatchObject({
      state: 'failed',
      since: 9,
      submitted: 1,
      started: 5,
      exitCode: 2,
    });
    expect(endOf(ended)).toBe(9);
    expect(endOf(live([step('running', 1)]))).toBeNull();
  });

  it('is not moved by what an earlier attempt did', () => {
    const again = live([step('held', 3), step('idle', 4, { attempt: 2 })]);
    expect(afterStep(again, step('failed', 9, { exitCode: 1 }))).toBe(again);
  });

  it('is the same when what came late comes again after more has happened', () => {
    const steps = [step('idle', 1), step('running', 0), step('completed', 6)];
    expect(live([...steps, ...steps.slice(1)])).toEqual(live(steps));
    expect(live(steps)).toMatchObject({ state: 'completed', started: 0 });
  });

  it('learns from a late event when it started, and keeps its end', () => {
    const ended = live([step('completed', 9, { exitCode: 0 }), step('running', 5), step('idle', 1)]);
    expect(ended).toMatchObject({ state: 'completed', since: 9, submitted: 1, started: 5, exitCode: 0 });
  });

  it('is the same in whatever order its events come, with nothing left but the last word of the last attempt', () => {
    fc.assert(
      fc.property(
        lives.chain((steps) =>
          fc.tuple(
            fc.constant(steps),
            fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length }),
          ),
        ),
        ([steps, shuffled]) => {
          const { state, since, attempt, exitCode, submitted } = live(shuffled);
          const last = steps.at(-1);
          expect({ state, since, attempt, exitCode }).toEqual({
            state: last?.state,
            since: last?.at,
            attempt: last?.attempt,
            exitCode: last?.exitCode,
          });
          expect(submitted).toBe(0);
        },
      ),
    );
  });

  it('hears the same event twice as once', () => {
    fc.assert(
      fc.property(lives, fc.nat(7), (steps, n) => {
        const life = live(steps);
        const again = steps[n % steps.length];
        if (again !== undefined) expect(afterStep(life, again)).toEqual(life);
      }),
    );
  });
});
