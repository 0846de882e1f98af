/** A list by keyset pages as one list of rows, with what a table needs to ask for more. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { get, type Query } from './client.ts';

/** What to ask: `next` of one page is `after` of the following one. */
export interface ListQuery<Row> {
  key: readonly unknown[];
  fetch: (after: string | undefined, signal: AbortSignal) => Promise<Page<Row>>;
}

interface Page<Row> {
  items: Row[];
  next: string | null;
}

export interface List<Row> {
  /** All rows that are loaded; undefined until the first answer. */
  rows: Row[] | undefined;
  /** For `QueryState`. */
  state: { data: Row[] | undefined; error: Error | null; refetch: () => unknown };
  more: { has: boolean; busy: boolean; load: () => void };
}

/** Rows per page. */
const PAGE = 100;

export function listQuery<Row>(key: readonly unknown[], path: string, filter: Query = {}): ListQuery<Row> {
  return {
    key,
    fetch: (after, signal) => get<Page<Row>>(path, { ...filter, limit: PAGE, after }, signal),
  };
}

export function useList<Row>({ key, fetch }: ListQuery<Row>): List<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ signal, pageParam }) => fetch(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  return {
    rows,
    state: { data: rows, error, refetch },
    more: { has: hasNextPage, busy: isFetchingNextPage, load: () => void fetchNextPage() },
  };
}
