/** The one log view: numbered lines, follows while it grows, opens at the end, wraps or not, marks errors, saves. */
import { useEffect, useMemo, useState } from 'react';
import { ProblemPanel } from '../states/problem-panel.tsx';
import { Skeleton } from '../states/skeleton.tsx';
import styles from './log.module.css';
import { LogLines } from './log-lines.tsx';
import { linesOf } from './log-text.ts';
import { LogToolbar } from './log-toolbar.tsx';
import { useLog } from './use-log.ts';

export interface LogViewProps {
  /** The log's place below the API's root. */
  path: string;
  /** File name for saving it. */
  name: string;
  /** What to say while it has no line. */
  empty: string;
  /** Height of the lines, a CSS length. */
  height?: string;
}

export function LogView({ path, name, empty, height = '60vh' }: LogViewProps) {
  const { log, error, earlier, retry } = useLog(path);
  const [wrap, setWrap] = useState(true);
  const [follow, setFollow] = useState(true);
  const [target, setTarget] = useState<number | null>(null);
  const lines = useMemo(() => (log === undefined ? [] : linesOf(log)), [log]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another log begins at its end again.
  useEffect(() => setFollow(true), [path]);

  if (log === undefined) {
    return error === null ? <Skeleton height={320} /> : <ProblemPanel error={error} retry={retry} />;
  }
  return (
    <section className={styles.view} aria-label={name}>
      <LogToolbar
        log={log}
        lines={lines}
        path={path}
        name={name}
        wrap={wrap}
        onWrap={setWrap}
        follow={follow}
        onFollow={setFollow}
        onJump={(index) => {
          setFollow(false);
          setTarget(index);
        }}
        at={target}
      />
      {error !== null && <p className={styles.note}>The log cannot be read just now; it is tried again.</p>}
      <LogLines
        lines={lines}
        partial={log.start > 0}
        wrap={wrap}
        follow={follow}
        onFollow={setFollow}
        target={target}
        earlier={earlier}
        empty={log.ended ? empty : 'Nothing is written yet. Lines appear here as they come.'}
        height={height}
      />
    </section>
  );
}
