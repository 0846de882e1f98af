/** The share of jobs that ended, in percent; undefined when there are no jobs. */
import type { JobCounts } from '../api/types.ts';

export function endedPercent(jobs: JobCounts): number | undefined {
  const ended = jobs.completed + jobs.failed + jobs.removed;
  const total = ended + jobs.idle + jobs.running + jobs.held;
  return total === 0 ? undefined : (ended * 100) / total;
}
