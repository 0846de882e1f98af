/**
 * How it stands with the link to an outside system (a launch host, a catalogue): each call tells. After a failure it is
 * left alone for a while, each time twice as long, so that one that is away costs little, and one that is back is soon
 * found out.
 */

export interface LinkHealth {
  reachable: boolean;
  since: Date;
  /** One sentence of the last failure; null while it is reachable. */
  problem: string | null;
  checked: Date;
  /** Not to be tried before then. */
  nextTry: Date;
}

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 120_000;

export function createLinkHealth(now: () => Date = () => new Date()) {
  let health: LinkHealth | null = null;
  let pauseMs = 0;
  return {
    /** Null before the first call. */
    state: (): LinkHealth | null => health,
    answered(): void {
      const at = now();
      pauseMs = 0;
      const since = health?.reachable === true ? health.since : at;
      health = { reachable: true, since, problem: null, checked: at, nextTry: at };
    },
    failed(problem: string): void {
      const at = now();
      const since = health?.reachable === false ? health.since : at;
      // Several calls that fail together are one failure.
      if (health?.reachable === false && at < health.nextTry) {
        health = { ...health, problem, checked: at };
        return;
      }
      pauseMs = Math.min(Math.max(2 * pauseMs, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
      const nextTry = new Date(at.getTime() + pauseMs);
      health = { reachable: false, since, problem, checked: at, nextTry };
    },
  };
}
