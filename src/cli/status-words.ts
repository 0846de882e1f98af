/** How statuses and states are coloured and counted on a terminal; the colours mean what they mean in the console. */
import { endedJobs, type JobCounts, totalJobs } from '../domain/job-state.ts';
import type { Colour } from './output.ts';

const COLOURS: Record<string, Colour> = {
  Running: 'blue',
  Held: 'yellow',
  Completed: 'cyan',
  Located: 'green',
  Failed: 'red',
  LaunchFailed: 'red',
  'Awaiting Approval': 'magenta',
  Cancelled: 'gray',
  Removed: 'gray',
  running: 'blue',
  held: 'yellow',
  completed: 'green',
  failed: 'red',
  removed: 'gray',
};

/** Of a submission's status, a job's or a launch's state. */
export function statusColour(status: string): Colour | null {
  return COLOURS[status] ?? null;
}

/** `12/20, 1 failed, 2 held`: ended of all, and what needs attention. */
export function jobWords(jobs: JobCounts): string {
  const total = totalJobs(jobs);
  if (total === 0) return '';
  const notable = (['failed', 'held', 'removed'] as const).filter((state) => jobs[state] > 0);
  return [`${endedJobs(jobs)}/${total}`, ...notable.map((state) => `${jobs[state]} ${state}`)].join(', ');
}

/** `38/40 files, 2 failed`; empty where nothing is known. */
export function fileWords(files: {
  total: number | null;
  consumed: number | null;
  failed: number | null;
}): string {
  if (files.total === null || files.total === 0) return '';
  const failed = files.failed !== null && files.failed > 0 ? `, ${files.failed} failed` : '';
  return `${files.consumed ?? 0}/${files.total}${failed}`;
}
