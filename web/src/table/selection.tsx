/** Rows that a reader has chosen, by their numbers: kept beside the table, so that its columns stay the same. */
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import styles from './table.module.css';

export interface Selection {
  ids: ReadonlySet<number>;
  toggle: (id: number) => void;
  choose: (ids: readonly number[]) => void;
}

const Chosen = createContext<Selection>({ ids: new Set(), toggle: () => {}, choose: () => {} });

export function SelectionScope({ children }: { children: ReactNode }) {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  const selection = useMemo<Selection>(
    () => ({
      ids,
      toggle: (id) => setIds((before) => toggled(before, id)),
      choose: (chosen) => setIds(new Set(chosen)),
    }),
    [ids],
  );
  return <Chosen value={selection}>{children}</Chosen>;
}

export function useSelection(): Selection {
  return useContext(Chosen);
}

/** The box of one row; `label` says what is chosen, for readers of the screen. */
export function SelectBox({ id, label }: { id: number; label: string }) {
  const { ids, toggle } = useSelection();
  return (
    <input
      type="checkbox"
      className={styles.box}
      aria-label={label}
      checked={ids.has(id)}
      onChange={() => toggle(id)}
    />
  );
}

/** With or without it. */
export function toggled(before: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}
