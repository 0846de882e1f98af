/** The shapes of the status language. Shape and colour go together; the word is always beside or in the label. */

import type { Kind } from './language.ts';
import styles from './status.module.css';

export interface StatusIconProps {
  kind: Kind;
  size?: number;
  /** How far, 0 to 100: fills the ring of `running`. */
  percent?: number | undefined;
  /** The rocket of a failed launch instead of the cross. */
  launch?: boolean;
}

export function StatusIcon({ kind, size = 14, percent, launch = false }: StatusIconProps) {
  return (
    <svg
      className={styles.icon}
      data-kind={kind}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {launch ? <BrokenRocket /> : <Shape kind={kind} percent={percent ?? 50} />}
    </svg>
  );
}

function Shape({ kind, percent }: { kind: Kind; percent: number }) {
  switch (kind) {
    case 'waiting':
      return (
        <circle
          cx="8"
          cy="8"
          r="5.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeDasharray="2.9 2.9"
        />
      );
    case 'approval':
      return (
        <path
          d="M4 8.5V5a1 1 0 0 1 2 0V3.2a1 1 0 0 1 2 0V2.6a1 1 0 0 1 2 0v1.2a1 1 0 0 1 2 0V10c0 3-1.7 5-4.4 5C5.3 15 4.4 13.9 2.7 11.2L1.6 9.4c-.5-.9.7-1.7 1.4-1z"
          fill="currentColor"
        />
      );
    case 'running':
      return <Pie percent={percent} />;
    case 'held':
      return <path d="M3.5 2.5h3.4v11H3.5zM9.1 2.5h3.4v11H9.1z" fill="currentColor" />;
    case 'finished':
      return <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="2.6" />;
    case 'done':
      return (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path d="M4.7 8.3 7 10.6l4.3-4.8" fill="none" stroke="var(--surface)" strokeWidth="1.9" />
        </>
      );
    case 'failed':
      return (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path d="m5.3 5.3 5.4 5.4m0-5.4-5.4 5.4" fill="none" stroke="var(--surface)" strokeWidth="1.9" />
        </>
      );
    case 'stopped':
      return <rect x="2.5" y="2.5" width="11" height="11" rx="1.5" fill="currentColor" />;
  }
}

/** A ring with its share filled from the top, clockwise. */
function Pie({ percent }: { percent: number }) {
  const share = Math.max(3, Math.min(100, percent)) / 100;
  const length = 2 * Math.PI * 2.2;
  return (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.7" />
      <circle
        cx="8"
        cy="8"
        r="2.2"
        fill="none"
        stroke="currentColor"
        strokeWidth="4.4"
        strokeDasharray={`${share * length} ${length}`}
        transform="rotate(-90 8 8)"
      />
    </>
  );
}

function BrokenRocket() {
  return (
    <>
      <path d="M14.5 1.5c-3.8.2-6.3 1.6-8 4.6l3.4 3.4c3-1.7 4.4-4.2 4.6-8z" fill="currentColor" />
      <path d="M5.6 6.8 2.7 7.3 1.3 9.7l2.9.3zM9.2 10.4l-.5 2.9-2.4 1.4-.3-2.9z" fill="currentColor" />
      <path d="m1.5 1.5 13 13" stroke="var(--surface)" strokeWidth="3.2" />
      <path d="m1.5 1.5 13 13" stroke="currentColor" strokeWidth="1.5" />
    </>
  );
}
