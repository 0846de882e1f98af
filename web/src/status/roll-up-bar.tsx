/** Jobs by state as one stacked bar with the total beside it; a part links to its jobs where there is a list of them. */
import type { JobCounts, JobState } from '../api/types.ts';
import { count } from '../format/numbers.ts';
import { Link } from '../links/link.tsx';
import { JOB_KINDS, JOB_ORDER, JOB_WORDS } from './language.ts';
import styles from './status.module.css';

export interface RollUpBarProps {
  jobs: JobCounts;
  to?: (state: JobState) => string;
  /** Numbers under the bar, for where there is room. */
  legend?: boolean;
}

export function RollUpBar({ jobs, to, legend = false }: RollUpBarProps) {
  const total = JOB_ORDER.reduce((sum, state) => sum + jobs[state], 0);
  const parts = JOB_ORDER.filter((state) => jobs[state] > 0);
  const words = parts.map((state) => `${count(jobs[state])} ${JOB_WORDS[state]}`).join(', ');
  return (
    <span className={styles.rollUp}>
      <span className={styles.barLine}>
        <span
          className={styles.bar}
          role="img"
          aria-label={total === 0 ? 'no jobs' : `Jobs: ${words}`}
          title={words}
        >
          {parts.map((state) => (
            <span
              key={state}
              className={styles.part}
              data-kind={JOB_KINDS[state]}
              style={{ flexGrow: jobs[state] }}
            />
          ))}
        </span>
        <span className={styles.total}>{total === 0 ? '–' : count(total)}</span>
      </span>
      {legend && (
        <span className={styles.legend}>
          {parts.map((state) => (
            <LegendItem key={state} state={state} jobs={jobs} to={to} />
          ))}
        </span>
      )}
    </span>
  );
}

function LegendItem({ state, jobs, to }: { state: JobState; jobs: JobCounts; to: RollUpBarProps['to'] }) {
  const content = (
    <>
      <i className={styles.swatch} data-kind={JOB_KINDS[state]} />
      {count(jobs[state])} {JOB_WORDS[state]}
    </>
  );
  if (to === undefined) return <span className={styles.legendItem}>{content}</span>;
  return (
    <Link to={to(state)} className={styles.legendItem}>
      {content}
    </Link>
  );
}
