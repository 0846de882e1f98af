/**
 * Nothing moves under the cursor (console.md, principle 5): while a reader points at a table its rows keep their
 * places; values change in them, and rows that are new wait until they are asked for.
 */
import { useRef, useState } from 'react';

export interface Arranged<Row> {
  shown: Row[];
  /** Rows that wait behind "4 new". */
  fresh: number;
}

/**
 * The rows in the order of `frozen` ids, with their present values. Rows that come after the last of them are the
 * list's next page and follow at once; the others are new and wait.
 */
export function arrange<Row>(
  rows: readonly Row[],
  frozen: readonly string[] | null,
  idOf: (row: Row) => string,
): Arranged<Row> {
  if (frozen === null) return { shown: [...rows], fresh: 0 };
  const known = new Set(frozen);
  const present = new Map(rows.map((row) => [idOf(row), row]));
  const shown = frozen.flatMap((id) => present.get(id) ?? []);
  const end = rows.findLastIndex((row) => known.has(idOf(row))) + 1;
  const fresh = rows.slice(0, end).filter((row) => !known.has(idOf(row))).length;
  return { shown: [...shown, ...rows.slice(end)], fresh };
}

export interface FrozenRows<Row> extends Arranged<Row> {
  freeze: () => void;
  thaw: () => void;
}

/** Rows that keep their places between `freeze` and `thaw`. */
export function useFrozenRows<Row>(rows: readonly Row[], idOf: (row: Row) => string): FrozenRows<Row> {
  const [frozen, setFrozen] = useState<string[] | null>(null);
  const last = useRef(rows);
  last.current = rows;
  return {
    ...arrange(rows, frozen, idOf),
    freeze: () => setFrozen((now) => now ?? last.current.map(idOf)),
    thaw: () => setFrozen(null),
  };
}
