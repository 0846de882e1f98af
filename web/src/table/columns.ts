/** How a table's columns are described; the same for every entity. */
import { createColumnHelper, type RowData, tableFeatures } from '@tanstack/react-table';
import type { ReactNode } from 'react';

/** What a column says about its looks. */
export interface ColumnLooks {
  /** px; absent: shares what is left. */
  width?: number;
  /** px where the table is narrower than 560 px; absent: shares what is left there. */
  narrow?: number;
  /** Numbers stand right-aligned. */
  align?: 'end';
  /** Left out where the table is narrower than: narrow 560 px, medium 800 px, wide 1040 px. */
  hideBelow?: 'narrow' | 'medium' | 'wide';
}

/** Sorting, filtering and paging happen at the server, so only the core model is needed here. */
export const features = tableFeatures({ columnMeta: {} as ColumnLooks });

export interface Column<Row> extends ColumnLooks {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
}

/** The library's column definitions. Call once per table, outside the component. */
export function columnsOf<Row extends RowData>(columns: readonly Column<Row>[]) {
  const helper = createColumnHelper<typeof features, Row>();
  return helper.columns(
    columns.map(({ id, header, cell, ...looks }) =>
      helper.display({ id, header, cell: (context) => cell(context.row.original), meta: looks }),
    ),
  );
}

export type Columns<Row extends RowData> = ReturnType<typeof columnsOf<Row>>;
