/** A step that is done again and again: soon after something woke it, and at the latest when it said. */
import type { FastifyBaseLogger } from 'fastify';

export interface Loop {
  /** Do the step soon. Cheap; calls while it runs make it run once more. */
  wake(): void;
  /** Ends after the step that is under way. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  name: string;
  /** Returns the milliseconds until it is to be done again. A step that throws is tried again, later each time. */
  step(): Promise<number>;
  log: FastifyBaseLogger;
  /**
   * Milliseconds from the beginning of one step to that of the next, at least, however often it is woken: what happens
   * in between is done together. With every change waking it, a busy engine asked three times for each launch.
   */
  restMs?: number;
}

const REST_MS = 100;

const LONGEST_PAUSE_MS = 30_000;

export function startLoop(options: LoopOptions): Loop {
  let stopped = false;
  let woken = false;
  let resting = false;
  let rouse: (() => void) | null = null;
  let failures = 0;
  const { restMs = REST_MS } = options;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(end, ms);
      function end() {
        clearTimeout(timer);
        rouse = null;
        resolve();
      }
      rouse = end;
    });

  const once = async (): Promise<number> => {
    try {
      const wait = await options.step();
      failures = 0;
      return wait;
    } catch (error) {
      failures += 1;
      options.log.error({ err: error, loop: options.name, failures }, 'engine step failed');
      return Math.min(500 * 2 ** failures, LONGEST_PAUSE_MS);
    }
  };

  const running = (async () => {
    while (!stopped) {
      woken = false;
      const begun = performance.now();
      const wait = await once();
      if (!stopped && wait > 0 && !(woken && failures === 0)) await pause(wait);
      else await new Promise((resolve) => setImmediate(resolve));
      const rest = begun + restMs - performance.now();
      if (stopped || wait <= 0 || rest <= 0) continue;
      resting = true;
      await pause(rest);
      resting = false;
    }
  })();

  return {
    wake: () => {
      woken = true;
      // A failing step waits its pause out: being woken does not mend what is broken. So does one that rests.
      if (failures === 0 && !resting) rouse?.();
    },
    stop: async () => {
      stopped = true;
      rouse?.();
      await running;
    },
  };
}
