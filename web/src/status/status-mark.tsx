/** A status as icon and word: the way every status is shown. */
import { type Kind, meaningOf } from './language.ts';
import styles from './status.module.css';
import { StatusIcon } from './status-icon.tsx';

/** The status of a submission; `percent` is the share of its jobs that ended. */
export function StatusMark({ status, percent }: { status: string; percent?: number | undefined }) {
  const { kind, word, hint } = meaningOf(status);
  const shown = kind === 'running' && percent !== undefined ? `${word} ${Math.floor(percent)}%` : word;
  return (
    <KindMark kind={kind} word={shown} hint={hint} percent={percent} launch={status === 'LaunchFailed'} />
  );
}

export interface KindMarkProps {
  kind: Kind;
  word: string;
  hint?: string;
  percent?: number | undefined;
  launch?: boolean;
}

export function KindMark({ kind, word, hint, percent, launch = false }: KindMarkProps) {
  return (
    <span className={styles.mark} data-kind={kind} title={hint}>
      <StatusIcon kind={kind} percent={percent} launch={launch} />
      <span className={styles.word}>{word}</span>
    </span>
  );
}
