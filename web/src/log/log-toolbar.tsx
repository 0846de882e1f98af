/** Above a log: how much of it there is, errors with next and previous, wrap, follow, save. */
import { Button, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { bytes, counted, percent } from '../format/numbers.ts';
import { downloadLog } from './download.ts';
import styles from './log.module.css';
import type { LogLine, LogText } from './log-text.ts';

export interface LogToolbarProps {
  log: LogText;
  lines: readonly LogLine[];
  path: string;
  name: string;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  /** Shows the line with that index. */
  onJump: (index: number) => void;
  /** The line jumped to last. */
  at: number | null;
}

export function LogToolbar(props: LogToolbarProps) {
  const { log, lines, path, name, wrap, onWrap, follow, onFollow, onJump, at } = props;
  const errors = lines.flatMap((line, index) => (line.error ? [index] : []));
  const from = at ?? lines.length;
  const previous = errors.findLast((index) => index < from) ?? errors.at(-1);
  const next = errors.find((index) => index > from) ?? errors[0];
  return (
    <div className={styles.toolbar}>
      <span className={styles.facts}>
        {log.start > 0
          ? `last ${bytes(log.end - log.start)} of ${bytes(log.size)}`
          : counted(lines.length, 'line')}
        {!log.ended && ', growing'}
      </span>
      {previous !== undefined && next !== undefined && (
        <span className={styles.errors}>
          {counted(errors.length, 'line that looks like an error', 'lines that look like errors')}
          <Button size="compact-xs" onClick={() => onJump(previous)}>
            Previous
          </Button>
          <Button size="compact-xs" onClick={() => onJump(next)}>
            Next
          </Button>
        </span>
      )}
      <span className={styles.end}>
        <Switch
          size="xs"
          label="Wrap"
          checked={wrap}
          onChange={(event) => onWrap(event.currentTarget.checked)}
        />
        {!log.ended && (
          <Switch
            size="xs"
            label="Follow"
            checked={follow}
            onChange={(event) => onFollow(event.currentTarget.checked)}
          />
        )}
        <SaveButton path={path} name={name} />
      </span>
    </div>
  );
}

function SaveButton({ path, name }: { path: string; name: string }) {
  const [share, setShare] = useState<number | null>(null);
  const save = async (): Promise<void> => {
    setShare(0);
    try {
      await downloadLog(path, name, setShare);
    } catch {
      notifications.show({
        title: 'The log was not saved',
        message: 'It could not be read to its end; try again.',
      });
    }
    setShare(null);
  };
  return (
    <Button size="compact-xs" disabled={share !== null} onClick={() => void save()}>
      {share === null ? 'Download' : `Reading ${percent(share)}`}
    </Button>
  );
}
