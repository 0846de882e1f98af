/**
 * What changed, as the database tells every process (`notify` in 0001_core.sql): the wake-up of the engine and the
 * source of the event stream. The connection is made again when it breaks; listeners are then told `reconnected`,
 * for they may have missed changes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface Change {
  kind: 'submission' | 'launch' | 'campaign' | 'hold' | 'job-action' | 'reconnected';
  experiment: string;
  campaignId: number | null;
  id: number | null;
}

export type ChangeListener = (change: Change) => void;

export interface Changes {
  /** Returns the function that ends the subscription. */
  subscribe(listener: ChangeListener): () => void;
  close(): Promise<void>;
}

const KINDS: ReadonlySet<string> = new Set(['submission', 'launch', 'campaign', 'hold', 'job-action']);

export async function listenForChanges(url: string): Promise<Changes> {
  const listeners = new Set<ChangeListener>();
  let closed = false;
  const tell = (change: Change) => {
    for (const listener of listeners) listener(change);
  };
  const open = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'poms changes',
      keepAlive: true,
    });
    client.on('notification', (message) => {
      const change = parseChange(message.payload ?? '');
      if (change !== null) tell(change);
    });
    client.on('error', () => {});
    client.on('end', () => {
      if (!closed) void reopen();
    });
    await client.connect();
    await client.query('listen poms');
    return client;
  };
  const reopen = async (): Promise<void> => {
    for (let wait = 100; !closed; wait = Math.min(wait * 2, 5000)) {
      try {
        current = await open();
        tell({ kind: 'reconnected', experiment: '', campaignId: null, id: null });
        return;
      } catch {
        await sleep(wait);
      }
    }
  };
  let current = await open();
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      await current.end();
    },
  };
}

function parseChange(payload: string): Change | null {
  const [kind = '', experiment = '', campaign = '', id = ''] = payload.split(':');
  if (!KINDS.has(kind)) return null;
  return {
    kind: kind as Change['kind'],
    experiment,
    campaignId: campaign === '' ? null : Number(campaign),
    id: Number(id),
  };
}
