/**
 * A circuit breaker: after some failures in a row the service is left alone for a while (link-health.ts says how long),
 * and calls fail at once. Then one call is let through to see whether it is back.
 */
import { createLinkHealth, type LinkHealth } from '../link-health.ts';

/** One failure is no reason: a single query can be too heavy for the service, and only time-outs tell. */
const FAILURES_TO_OPEN = 3;

export interface Breaker {
  /** Null before the first call. */
  health(): LinkHealth | null;
  /** Null when a call may be made, which must then be followed by `answered` or `failed`; else why not. */
  closedFor(): string | null;
  answered(): void;
  failed(problem: string): void;
}

export function createBreaker(now: () => Date = () => new Date()): Breaker {
  const link = createLinkHealth(now);
  let failures = 0;
  let probing = false;
  return {
    health: link.state,
    closedFor() {
      const health = link.state();
      if (health === null || health.reachable) return null;
      const since = `it has been away since ${second(health.since)} (${health.problem})`;
      if (now() < health.nextTry) return `${since} and is asked again at ${second(health.nextTry)}`;
      if (probing) return `${since} and is being asked again just now`;
      probing = true;
      return null;
    },
    answered() {
      failures = 0;
      probing = false;
      link.answered();
    },
    failed(problem) {
      failures += 1;
      probing = false;
      if (failures >= FAILURES_TO_OPEN || link.state()?.reachable === false) link.failed(problem);
    },
  };
}

function second(date: Date): string {
  return date.toISOString().replace(/[.]\d+/, '');
}
