/** When the jobs of a group failed, as small bars; what each is, is said on hover and to readers of the screen. */
import type { FailureGroup } from '../api/types.ts';
import { counted } from '../format/numbers.ts';
import { absolute } from '../format/time.ts';
import { useZoneName } from '../format/zone.ts';
import styles from './failures.module.css';

const HOUR_MS = 3_600_000;

export function Timeline({ line }: { line: NonNullable<FailureGroup['timeline']> }) {
  const zone = useZoneName();
  const most = Math.max(1, ...line.jobs);
  const begin = Date.parse(line.from);
  const bars = line.jobs.map((jobs, n) => ({
    jobs,
    at: new Date(begin + n * line.hours * HOUR_MS).toISOString(),
  }));
  const words = bars
    .filter(({ jobs }) => jobs > 0)
    .map(({ jobs, at }) => `${counted(jobs, 'job')} from ${absolute(at, zone)}`)
    .join(', ');
  return (
    <span className={styles.timeline} role="img" aria-label={`Failed over time: ${words}`}>
      {bars.map(({ jobs, at }) => (
        <i
          key={at}
          title={`${counted(jobs, 'job')} in ${line.hours} h from ${absolute(at, zone)}`}
          data-none={jobs === 0 || undefined}
          style={{ height: `${jobs === 0 ? 8 : Math.max(14, (100 * jobs) / most)}%` }}
        />
      ))}
    </span>
  );
}
