/** What a page asks again for because of the event stream, with a stream in place of the browser's. */
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { follow } from './event-stream.ts';
import { keys } from './keys.ts';

class Stream extends EventTarget {
  static CLOSED = 2;
  readyState = 1;
  constructor() {
    super();
    stream = this;
  }
  close(): void {
    this.readyState = 2;
  }
  say(event: string): void {
    this.dispatchEvent(new Event(event));
    vi.advanceTimersByTime(1000);
  }
}

let stream: Stream;
let client: QueryClient;
let stop: () => void;
const list = keys.campaignList('demo', {});

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Stream);
  client = new QueryClient();
});
afterEach(() => {
  stop();
  client.clear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Whether the answer is asked for again when it is next shown. */
const stale = (): boolean => client.getQueryState(list)?.isInvalidated ?? false;

it('asks for nothing twice when the page is loaded', () => {
  stop = follow('demo', client);
  const asking = vi.fn(() => new Promise<string>(() => {}));
  void client.prefetchQuery({ queryKey: list, queryFn: asking });
  vi.advanceTimersByTime(0);
  expect(asking).toHaveBeenCalledTimes(1);
  stream.say('open');
  stream.say('connected');
  expect(asking).toHaveBeenCalledTimes(1);
  client.setQueryData(list, 'fresh');
  expect(stale()).toBe(false);
});

it('asks again for what an earlier visit has left', () => {
  client.setQueryData(list, 'old');
  stop = follow('demo', client);
  expect(stale()).toBe(false);
  stream.say('open');
  expect(stale()).toBe(true);
});

it.each([
  ['its connection broke and was made again', ['error', 'open']],
  ['the server may have missed changes', ['reconnected']],
])('asks again for everything after %s, once', (_, events) => {
  stop = follow('demo', client);
  stream.say('open');
  client.setQueryData(list, 'fresh');
  const renew = vi.spyOn(client, 'invalidateQueries');
  for (const event of [...events, 'connected']) stream.say(event);
  expect(stale()).toBe(true);
  expect(renew).toHaveBeenCalledTimes(1);
});

it('opens the stream anew after an answer that ended it, and asks again', () => {
  stop = follow('demo', client);
  const first = stream;
  stream.say('open');
  client.setQueryData(list, 'fresh');
  stream.close();
  stream.say('error');
  vi.advanceTimersByTime(5000);
  expect(stream).not.toBe(first);
  stream.say('open');
  expect(stale()).toBe(true);
});
