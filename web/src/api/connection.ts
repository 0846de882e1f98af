/** Whether the event stream is alive: a tiny store that the frame's banner and the queries read. */
import { useSyncExternalStore } from 'react';

export interface Connection {
  /** `connecting` before the first event; `lost` after a break, with when it was last alive. */
  state: 'connecting' | 'live' | 'lost';
  since: number;
}

let current: Connection = { state: 'connecting', since: Date.now() };
const listeners = new Set<() => void>();

export function setConnection(state: Connection['state']): void {
  if (current.state === state) return;
  current = { state, since: Date.now() };
  for (const listener of listeners) listener();
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
