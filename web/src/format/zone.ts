/** The zone in which times are shown: the reader's own or UTC, chosen in the frame and kept in the browser. */
import { useSyncExternalStore } from 'react';

const STORED = 'poms.zone';
const listeners = new Set<() => void>();

export type Zone = 'local' | 'UTC';

export function useZone(): Zone {
  return useSyncExternalStore(subscribe, read);
}

/** The zone's name for a formatter; undefined is the reader's own. */
export function useZoneName(): string | undefined {
  return useZone() === 'UTC' ? 'UTC' : undefined;
}

export function setZone(zone: Zone): void {
  localStorage.setItem(STORED, zone);
  for (const listener of listeners) listener();
}

function read(): Zone {
  return localStorage.getItem(STORED) === 'UTC' ? 'UTC' : 'local';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
