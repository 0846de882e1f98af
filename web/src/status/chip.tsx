/** A modifier beside a status, in words: `recovery of 1391`, `test`, `held by jane`. Neutral: colour is for status. */
import type { ReactNode } from 'react';
import styles from './status.module.css';

export function Chip({ children, title }: { children: ReactNode; title?: string }) {
  return (
    <span className={styles.chip} title={title}>
      {children}
    </span>
  );
}
