/** Moving through a table by keyboard: j and k choose a row, Enter opens it. */
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useKeys } from '../frame/keys.ts';

export interface RowKeys<Row> {
  rows: readonly Row[];
  rowId: (row: Row) => string;
  rowUrl: (row: Row) => string;
  reveal: (index: number) => void;
}

/** The id of the chosen row. */
export function useRowKeys<Row>({ rows, rowId, rowUrl, reveal }: RowKeys<Row>): string | null {
  const router = useRouter();
  const [active, setActive] = useState<string | null>(null);
  const at = active === null ? -1 : rows.findIndex((row) => rowId(row) === active);

  const choose = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    setActive(rowId(row));
    reveal(rows.indexOf(row));
  };
  useKeys({
    j: () => choose(at + 1),
    k: () => choose(at - 1),
    Enter: () => {
      const row = rows[at];
      if (row !== undefined) router.history.push(rowUrl(row));
    },
  });
  return active;
}
