/** The event stream over a real connection. */
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Change, ChangeListener } from '../database/changes.ts';
import { eventRoutes } from './events.ts';
import { type App, createServer } from './server.ts';

let app: App;
let url: string;
const listeners = new Set<ChangeListener>();
const aborts = new AbortController();

beforeEach(async () => {
  app = await createServer({
    identify: async () => ({ experimenterId: 1, username: 'alice', root: true, roles: new Map() }),
    logger: pino({ level: 'silent' }),
    version: 'test',
  });
  eventRoutes(app, {
    changes: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: async () => {},
    },
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  aborts.abort();
  await app.close();
});

const tell = (change: Partial<Change>): void => {
  for (const listener of listeners)
    listener({ kind: 'submission', experiment: 'demo', campaignId: 1, id: 7, ...change });
};

/** Reads the names and data of events one after another. */
async function* events(): AsyncGenerator<string> {
  const answer = await fetch(`${url}/api/v1/events?experiment=demo`, { signal: aborts.signal });
  let text = '';
  for await (const piece of answer.body ?? []) {
    text += Buffer.from(piece).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield block.replaceAll(/^(event|data): /gm, '').replaceAll('\n', ' ');
  }
}

it('says that it is connected, then what changes in the experiment, and reconnected only when changes may be missing', async () => {
  const stream = events();
  const next = async () => (await stream.next()).value;
  expect(await next()).toBe('connected {}');
  tell({ experiment: 'another' });
  tell({});
  tell({});
  expect(await next()).toBe('change {"kind":"submission","campaignId":1,"id":7}');
  tell({ kind: 'reconnected', experiment: '', campaignId: null, id: null });
  expect(await next()).toBe('reconnected {}');
});
