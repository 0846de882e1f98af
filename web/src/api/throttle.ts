/** Runs work per key: at once when it has been quiet, then no more than once per period, and never loses the last. */
export interface KeyedThrottle {
  request(key: string, everyMs: number, run: () => void): void;
  stop(): void;
}

interface Slot {
  timer: ReturnType<typeof setTimeout>;
  pending: (() => void) | null;
}

export function keyedThrottle(): KeyedThrottle {
  const slots = new Map<string, Slot>();

  function open(key: string, everyMs: number): void {
    const timer = setTimeout(() => {
      const slot = slots.get(key);
      slots.delete(key);
      if (slot?.pending) {
        open(key, everyMs);
        slot.pending();
      }
    }, everyMs);
    slots.set(key, { timer, pending: null });
  }

  return {
    request(key, everyMs, run) {
      const slot = slots.get(key);
      if (slot !== undefined) {
        slot.pending = run;
        return;
      }
      open(key, everyMs);
      run();
    },
    stop() {
      for (const slot of slots.values()) clearTimeout(slot.timer);
      slots.clear();
    },
  };
}
