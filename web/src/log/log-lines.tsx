/** The lines of a log, only those in sight drawn. Scrolling up stops following; reaching the end begins it again. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef } from 'react';
import styles from './log.module.css';
import type { LogLine } from './log-text.ts';

const LINE_HEIGHT = 18;
/** This near to an edge counts as there, px. */
const EDGE = 24;

export interface LogLinesProps {
  lines: readonly LogLine[];
  /** The beginning is not loaded: labels are byte positions. */
  partial: boolean;
  wrap: boolean;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  /** Index of the line to show. */
  target: number | null;
  earlier: () => void;
  empty: string;
  height: string;
}

export function LogLines(props: LogLinesProps) {
  const { lines, partial, wrap, follow, onFollow, target, earlier, empty, height } = props;
  const box = useRef<HTMLElement>(null);
  const lastTop = useRef(0);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
    // The label of a line never changes, so the place in sight stays when earlier lines come.
    getItemKey: (index) => lines[index]?.label ?? index,
  });
  useKeepPlace(lines, virtual);

  useEffect(() => {
    if (follow && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follow, lines.length, virtual]);
  useEffect(() => {
    if (target !== null) virtual.scrollToIndex(target, { align: 'center' });
  }, [target, virtual]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines have another height when wrapped.
  useEffect(() => virtual.measure(), [wrap, virtual]);

  const scrolled = (): void => {
    const element = box.current;
    if (element === null) return;
    const up = element.scrollTop < lastTop.current - 2;
    lastTop.current = element.scrollTop;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < EDGE;
    if (up && follow && !atEnd) onFollow(false);
    if (atEnd && !follow) onFollow(true);
    if (partial && element.scrollTop < 400) earlier();
  };
  const widest = lines.reduce((most, line) => Math.max(most, String(line.label).length), 2);
  return (
    <section
      ref={box}
      className={styles.box}
      style={{ height }}
      data-wrap={wrap || undefined}
      onScroll={scrolled}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label="Lines"
    >
      {lines.length === 0 && <p className={styles.empty}>{empty}</p>}
      <div className={styles.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              data-error={line.error || undefined}
              data-target={item.index === target || undefined}
              className={styles.line}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <span className={styles.number} style={{ width: `${widest}ch` }}>
                {line.label}
              </span>
              <span className={styles.text}>{line.text}</span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

/** When lines come before the first, the view moves by their height, so that what is read stays where it is. */
function useKeepPlace(lines: readonly LogLine[], virtual: { scrollBy: (delta: number) => void }): void {
  const first = useRef<{ label: number; text: string; count: number } | null>(null);
  useLayoutEffect(() => {
    const before = first.current;
    const head = lines[0];
    first.current = head === undefined ? null : { label: head.label, text: head.text, count: lines.length };
    if (before === null || head === undefined || lines.length <= before.count) return;
    const added = lines.length - before.count;
    if (head.label !== before.label && lines[added]?.text === before.text)
      virtual.scrollBy(added * LINE_HEIGHT);
  }, [lines, virtual]);
}
