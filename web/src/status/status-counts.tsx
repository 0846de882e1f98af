/** How many of each kind: icon and number, only what there is; every count links to exactly what it counts. */
import type { SubmissionCounts } from '../api/types.ts';
import { count } from '../format/numbers.ts';
import { Link } from '../links/link.tsx';
import { KIND_WORDS, KINDS, type Kind } from './language.ts';
import styles from './status.module.css';
import { StatusIcon } from './status-icon.tsx';

export interface StatusCountsProps {
  counts: SubmissionCounts;
  /** Where a count leads. */
  to: (kind: Kind) => string;
  /** What is counted, for the label: `submissions`. */
  noun?: string;
  empty?: string;
}

export function StatusCounts({ counts, to, noun = 'submissions', empty = 'none yet' }: StatusCountsProps) {
  const present = KINDS.filter((kind) => counts[kind] > 0);
  if (present.length === 0) return <span className={styles.none}>{empty}</span>;
  return (
    <span className={styles.counts}>
      {present.map((kind) => (
        <Link
          key={kind}
          to={to(kind)}
          className={styles.count}
          data-kind={kind}
          title={`${count(counts[kind])} ${noun}: ${KIND_WORDS[kind]}`}
          aria-label={`${counts[kind]} ${noun}: ${KIND_WORDS[kind]}`}
        >
          <StatusIcon kind={kind} size={13} />
          {count(counts[kind])}
        </Link>
      ))}
    </span>
  );
}
