/** One row of the table, and its header. */
import { useRouter } from '@tanstack/react-router';
import { type Cell, FlexRender, type Header, type RowData } from '@tanstack/react-table';
import type { CSSProperties, MouseEvent } from 'react';
import type { ColumnLooks, features } from './columns.ts';
import styles from './table.module.css';

type Features = typeof features;

export function HeaderRow<Row extends RowData>({ headers }: { headers: Header<Features, Row, unknown>[] }) {
  return (
    <tr>
      {headers.map((header) => (
        <th key={header.id} scope="col" {...looks(header.column.columnDef.meta)}>
          <FlexRender header={header} />
        </th>
      ))}
    </tr>
  );
}

export interface TableRowProps<Row extends RowData> {
  cells: Cell<Features, Row, unknown>[];
  index: number;
  url: string;
  active: boolean;
}

export function TableRow<Row extends RowData>({ cells, index, url, active }: TableRowProps<Row>) {
  const router = useRouter();
  const open = (event: MouseEvent<HTMLTableRowElement>): void => {
    if (event.target instanceof Element && event.target.closest('a, button, input, label') !== null) return;
    if (window.getSelection()?.toString()) return;
    if (event.metaKey || event.ctrlKey) window.open(url, '_blank');
    else router.history.push(url);
  };
  return (
    <tr className={styles.row} data-active={active || undefined} aria-rowindex={index + 1} onClick={open}>
      {cells.map((cell) => (
        <td key={cell.id} {...looks(cell.column.columnDef.meta)}>
          <FlexRender cell={cell} />
        </td>
      ))}
    </tr>
  );
}

function looks(meta: ColumnLooks | undefined): {
  style: CSSProperties;
  'data-align': string | undefined;
  'data-hide': string | undefined;
} {
  return {
    // Variables, so that the style sheet chooses by the width of the table.
    style: { '--width': px(meta?.width), '--narrow': px(meta?.narrow) } as CSSProperties,
    'data-align': meta?.align,
    'data-hide': meta?.hideBelow,
  };
}

function px(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}px`;
}
