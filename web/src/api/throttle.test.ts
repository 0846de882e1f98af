import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keyedThrottle } from './throttle.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('runs at once, then at most once per period, and never loses the last', () => {
  const throttle = keyedThrottle();
  const run = vi.fn();
  for (let i = 0; i < 10; i++) throttle.request('a', 500, run);
  expect(run).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(500);
  expect(run).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5000);
  expect(run).toHaveBeenCalledTimes(2);
});

it('stays below two runs a second under a storm', () => {
  const throttle = keyedThrottle();
  const run = vi.fn();
  for (let ms = 0; ms < 10_000; ms += 10) {
    throttle.request('a', 500, run);
    vi.advanceTimersByTime(10);
  }
  expect(run.mock.calls.length).toBeLessThanOrEqual(21);
  expect(run.mock.calls.length).toBeGreaterThanOrEqual(19);
});

it('keeps keys apart and stops when told', () => {
  const throttle = keyedThrottle();
  const run = vi.fn();
  throttle.request('a', 500, run);
  throttle.request('b', 500, run);
  throttle.request('b', 500, run);
  throttle.stop();
  vi.advanceTimersByTime(2000);
  expect(run).toHaveBeenCalledTimes(2);
});
