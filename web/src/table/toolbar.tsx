/** The line above a table: filters, and at the end how many rows there are. */
import type { ReactNode } from 'react';
import styles from './table.module.css';

export function Toolbar({ children, note }: { children: ReactNode; note?: ReactNode }) {
  return (
    <div className={styles.toolbar}>
      {children}
      <span className={styles.note}>{note}</span>
    </div>
  );
}
