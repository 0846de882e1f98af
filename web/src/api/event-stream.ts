/** One event stream per browser tab: it renews what changed, and everything that it may have missed a change of. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useLayoutEffect } from 'react';
import { effectsOf, parseChange } from './change-effects.ts';
import { API, queryString } from './client.ts';
import { setConnection } from './connection.ts';
import { keys } from './keys.ts';
import { keyedThrottle } from './throttle.ts';

/** A break shorter than this is not worth a banner, ms. */
const GRACE = 3000;
/** EventSource gives up on an error answer (a proxy's 502); then it is opened anew after this time, ms. */
const REOPEN = 5000;

/** Follows the experiment's changes while the component is mounted. */
export function useEventStream(experiment: string | null): void {
  const client = useQueryClient();
  // A layout effect asks for the stream before the page's effects ask for data, so that data is not older than it.
  useLayoutEffect(() => (experiment === null ? undefined : follow(experiment, client)), [experiment, client]);
}

/** Follows until the answered function is called. */
export function follow(experiment: string, client: QueryClient): () => void {
  const throttle = keyedThrottle();
  let source: EventSource | null = null;
  let lost: ReturnType<typeof setTimeout> | undefined;
  let reopen: ReturnType<typeof setTimeout> | undefined;

  const renew = (key: readonly unknown[], every: number): void =>
    throttle.request(JSON.stringify(key), every, () => void client.invalidateQueries({ queryKey: key }));
  /** All that there is by now; what is being asked for the first time comes fresh anyway. */
  const renewAll = (): void =>
    throttle.request('all', 500, () => {
      const queryKey = keys.experiment(experiment);
      void client.invalidateQueries({ queryKey, predicate: ({ state }) => state.dataUpdatedAt > 0 });
    });

  function open(): void {
    source = new EventSource(`${API}/events${queryString({ experiment })}`);
    source.addEventListener('open', () => {
      clearTimeout(lost);
      lost = undefined;
      setConnection('live');
      // Answers of before the stream, from an earlier visit or from before a break, may be out of date.
      renewAll();
    });
    source.addEventListener('change', (event: MessageEvent<string>) => {
      const change = parseChange(event.data);
      if (change === null) return;
      for (const effect of effectsOf(experiment, change)) renew(effect.key, effect.every);
    });
    source.addEventListener('reconnected', renewAll);
    source.addEventListener('error', () => {
      lost ??= setTimeout(() => setConnection('lost'), GRACE);
      if (source?.readyState === EventSource.CLOSED) reopen = setTimeout(open, REOPEN);
    });
  }

  open();
  return () => {
    clearTimeout(lost);
    clearTimeout(reopen);
    throttle.stop();
    source?.close();
    setConnection('connecting');
  };
}
