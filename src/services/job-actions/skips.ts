/** What a plan leaves out, counted by the reason. */
import type { Skipped } from './schema.ts';

export interface Skips {
  add(what: Skipped['what'], count: number, why: string): void;
  all(): Skipped[];
}

export function createSkips(): Skips {
  const all = new Map<string, Skipped>();
  return {
    add: (what, count, why) => {
      if (count === 0) return;
      const known = all.get(`${what} ${why}`);
      all.set(`${what} ${why}`, { what, count: (known?.count ?? 0) + count, why });
    },
    all: () => [...all.values()],
  };
}
