/** Filters live in the URL: reading them, and changing them without a new page. */
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Filter = Record<string, string | undefined>;

/** The present search parameters and a setter that keeps the others; an empty value takes a parameter away. */
export function useFilter(): [Filter, (change: Filter) => void] {
  const filter = useRouterState({ select: (state) => state.location.search as Filter });
  const navigate = useNavigate();
  const change = useCallback(
    (next: Filter) =>
      void navigate({
        to: '.',
        search: (old: Filter) => withoutEmpty({ ...old, ...next }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [filter, change];
}

function withoutEmpty(filter: Filter): Filter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''),
  );
}
