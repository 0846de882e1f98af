/** The present, ticking: one timer for all that show an age. */
import { useSyncExternalStore } from 'react';

const TICK = 1000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Milliseconds since 1970; renders again when the value, rounded down to `step` ms, changes. */
export function useNow(step = 10_000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / step) * step);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const one of listeners) one();
  }, TICK);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}
