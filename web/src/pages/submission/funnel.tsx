/** The files of a submission from input to located output, each step as a bar against the largest. */
import type { FileCounts } from '../../api/types.ts';
import { count, percent } from '../../format/numbers.ts';
import styles from './submission.module.css';

export function Funnel({ files }: { files: FileCounts }) {
  const steps = stepsOf(files);
  const known = steps.filter((step) => step.value !== null);
  if (known.length === 0) {
    return <p className={styles.panel}>Files are counted when its project has begun.</p>;
  }
  const most = Math.max(1, ...known.map((step) => step.value ?? 0));
  return (
    <dl className={`${styles.panel} ${styles.funnel}`}>
      {steps.map(({ name, value, of, bad }) => (
        <div key={name} className={styles.step}>
          <dt>{name}</dt>
          <dd className={styles.stepValue}>{value === null ? '–' : count(value)}</dd>
          <dd className={styles.stepBar} aria-hidden="true">
            <i data-bad={bad || undefined} style={{ width: `${((value ?? 0) * 100) / most}%` }} />
          </dd>
          <dd className={styles.stepShare}>
            {value === null || of === null || of === 0 ? '' : percent(value / of)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface Step {
  name: string;
  value: number | null;
  /** What it is a share of. */
  of: number | null;
  bad?: boolean;
}

function stepsOf(files: FileCounts): Step[] {
  return [
    { name: 'Input', value: files.total, of: null },
    { name: 'Consumed', value: files.consumed, of: files.total },
    ...(files.failed !== null && files.failed > 0
      ? [{ name: 'Failed', value: files.failed, of: files.total, bad: true }]
      : []),
    { name: 'Produced', value: files.produced, of: null },
    { name: 'Located', value: files.located, of: files.produced },
  ];
}
