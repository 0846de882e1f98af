/** What keeps all jobs of a batch system from being seen. */
import type { BatchFacts, Why } from './facts.ts';
import { lasting, seconds, sentence } from './words.ts';

/** A monitor looks at least every few seconds, an agent of a slow pool every ten minutes at most. */
const LOOK_SECONDS = 1200;

export function whyBatch({ system, looked, problem, problemSince }: BatchFacts, now: Date): Why | null {
  if (problem !== null && problemSince !== null) {
    const text = `Batch system ${system} has not answered for ${lasting(problemSince, now)}: ${sentence(problem)}`;
    return { code: 'batch-away', text, since: problemSince, moving: false };
  }
  if (looked === null || seconds(looked, now) <= LOOK_SECONDS) return null;
  const text = `Nobody has asked batch system ${system} for ${lasting(looked, now)}: does an engine run?`;
  return { code: 'no-engine', text, since: looked, moving: false };
}
