/** The one table: virtual rows over the window's scroll, live in place, by keyboard (j, k, Enter) and by mouse. */
import { type RowData, useTable } from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { counted } from '../format/numbers.ts';
import { type Columns, features } from './columns.ts';
import { useFrozenRows } from './frozen-rows.ts';
import styles from './table.module.css';
import { HeaderRow, TableRow } from './table-row.tsx';
import { useRowKeys } from './use-row-keys.ts';

const ROW_HEIGHT = 33;

export interface DataTableProps<Row extends RowData> {
  columns: Columns<Row>;
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** Where Enter and a click on a row lead. */
  rowUrl: (row: Row) => string;
  /** What the rows are, for readers of the screen: `Submissions`. */
  label: string;
  /** Asks for the next page when the end comes near. */
  more?: { has: boolean; busy: boolean; load: () => void };
}

export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { columns, rows, rowId, rowUrl, label, more } = props;
  const body = useRef<HTMLDivElement>(null);
  const { shown, fresh, freeze, thaw } = useFrozenRows(rows, rowId);
  const data = useStable(shown);
  const table = useTable({ features, columns, data, getRowId: rowId });
  const models = table.getRowModel().rows;
  const virtual = useWindowVirtualizer({
    count: models.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollMargin: useOffset(body),
    getItemKey: (index) => models[index]?.id ?? index,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const active = useRowKeys({ rows: data, rowId, rowUrl, reveal: (index) => virtual.scrollToIndex(index) });

  useEffect(() => {
    if (more?.has && !more.busy && last >= models.length - 20) more.load();
  }, [more, last, models.length]);

  const before = (items[0]?.start ?? 0) - virtual.options.scrollMargin;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0) + virtual.options.scrollMargin;
  return (
    <div className={styles.wrap} ref={body} onPointerEnter={freeze} onPointerLeave={thaw}>
      <div className={styles.fresh} aria-live="polite">
        {fresh > 0 && (
          <button type="button" onClick={thaw}>
            {counted(fresh, 'new row', 'new rows')}
          </button>
        )}
      </div>
      <table className={styles.table} aria-label={label} aria-rowcount={models.length}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <HeaderRow key={group.id} headers={group.headers} />
          ))}
        </thead>
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map((item) => {
            const row = models[item.index];
            if (row === undefined) return null;
            return (
              <TableRow
                key={item.key}
                index={item.index}
                cells={row.getAllCells()}
                url={rowUrl(row.original)}
                active={row.id === active}
              />
            );
          })}
          {after > 0 && items.length > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
      {more?.busy && <p className={styles.more}>Loading more…</p>}
    </div>
  );
}

/** The same array as long as its elements are the same: the table's models are rebuilt only for new data. */
function useStable<T>(next: T[]): T[] {
  const kept = useRef(next);
  return useMemo(() => {
    const same =
      kept.current.length === next.length && kept.current.every((one, index) => one === next[index]);
    if (!same) kept.current = next;
    return kept.current;
  }, [next]);
}

/** How far down the page the table begins, px. */
function useOffset(of: React.RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const top = of.current === null ? 0 : of.current.getBoundingClientRect().top + window.scrollY;
    if (Math.abs(top - offset) > 1) setOffset(top);
  });
  return offset;
}
