import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { expect, it } from 'vitest';
import { type Loop, startLoop } from './loop.ts';

const log = pino({ level: 'silent' });

/** A loop that notes when its steps begin, and would not go on by itself. */
function noting(restMs: number): { loop: Loop; begun: number[] } {
  const begun: number[] = [];
  const step = async () => {
    begun.push(performance.now());
    return 60_000;
  };
  return { loop: startLoop({ name: 'test', log, restMs, step }), begun };
}

it('does the step at once when it is woken after its rest', async () => {
  const { loop, begun } = noting(20);
  await sleep(60);
  loop.wake();
  await expect.poll(() => begun.length).toBe(2);
  await loop.stop();
});

it('does together what wakes it while it rests, and forgets none of it', async () => {
  const { loop, begun } = noting(300);
  for (let n = 0; n < 10; n++) {
    loop.wake();
    await sleep(5);
  }
  await expect.poll(() => begun.length, { timeout: 5_000 }).toBe(2);
  const [first = 0, second = 0] = begun;
  // Timers may be a millisecond early.
  expect(second - first).toBeGreaterThan(298);
  await loop.stop();
  expect(begun).toHaveLength(2);
});
