/** What every part shows until it has its answer: a skeleton after 150 ms, an error in place, what is missing. */
import type { ReactNode } from 'react';
import { ProblemPanel } from './problem-panel.tsx';
import { Skeleton } from './skeleton.tsx';

export interface QueryStateProps<T> {
  query: { data: T | undefined; error: Error | null; refetch: () => unknown };
  /** Height of what will be here, px, so that nothing jumps when it comes. */
  height?: number;
  children: (data: T) => ReactNode;
}

/** Old data stay on the page when a renewal fails; the frame's banner tells that they age. */
export function QueryState<T>({ query, height = 200, children }: QueryStateProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ProblemPanel error={query.error} retry={() => void query.refetch()} />;
  return <Skeleton height={height} />;
}
