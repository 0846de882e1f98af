/**
 * The client for outside services: each call has a time-out, a bounded number of tries, and passes the circuit breaker
 * of its server (docs/adr/0016-data-handling-systems.md).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PomsError } from '../../errors.ts';
import type { LinkHealth } from '../link-health.ts';
import { NotUnderstood } from './answer.ts';
import { attempt } from './attempt.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { type Credentials, createCredentials } from './credentials.ts';
import { HttpFailure } from './failures.ts';
import type { HttpAnswer, HttpClient, HttpLinkSetting, HttpRequest } from './types.ts';

const TRIES = 3;
/** Before the second try; twice as long before the third, each with up to half as much on top. */
const PAUSE_MS = 200;
/** All tries at a call: it may be made within a transaction, which nothing may hold open for 30 s. */
const CALL_MS = 25_000;
/** A try that has less time than this is not worth it. */
const LEAST_MS = 50;

export interface HttpClientOptions {
  /** As in messages: `Data handling sam`. */
  system: string;
  setting: HttpLinkSetting;
  /** With every call. */
  headers?: Readonly<Record<string, string>>;
  now?: () => Date;
}

/** A client; connects to nothing before the first call. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const shared: Shared = {
    ...options,
    credentials: createCredentials(options.setting),
    breakers: new Map(),
  };
  return clientUntil(shared, null);
}

interface Shared extends HttpClientOptions {
  credentials: Credentials;
  /** By origin: each server has its own health. */
  breakers: Map<string, Breaker>;
}

/** `end`: of the operation, by the clock of `performance`. */
function clientUntil(shared: Shared, end: number | null): HttpClient {
  return {
    health: () => worst([...shared.breakers.values()].map((breaker) => breaker.health())),
    call: (request, read) => {
      const latest = performance.now() + CALL_MS;
      return tries(shared, request, read, end === null ? latest : Math.min(end, latest));
    },
    within: (ms) => {
      const latest = performance.now() + ms;
      return clientUntil(shared, end === null ? latest : Math.min(end, latest));
    },
    close: () => shared.credentials.close(),
  };
}

async function tries<T>(
  shared: Shared,
  request: HttpRequest,
  read: (answer: HttpAnswer) => T,
  end: number,
): Promise<T> {
  const breaker = breakerOf(shared, request.url);
  const repeatable = request.repeatable ?? (request.method ?? 'GET') === 'GET';
  let last: HttpFailure | null = null;
  for (let number = 0; number < TRIES; number += 1) {
    const pause: number = last === null ? 0 : pauseBefore(number, last.waitMs);
    const left: number = end - performance.now() - pause;
    if (left < LEAST_MS) break;
    if (pause > 0) await sleep(pause);
    const why = breaker.closedFor();
    // The tries before may themselves have opened it: then what they met says more.
    if (why !== null) throw outside(shared, last ?? new HttpFailure(why));
    const result: Tried<T> = await oneTry(shared, request, read, left, breaker);
    if ('value' in result) return result.value;
    last = result.failure;
    if (!last.passing || (last.reached === 'maybe' && !repeatable)) break;
  }
  throw outside(shared, last ?? new HttpFailure('the operation has taken too long already'));
}

type Tried<T> = { value: T } | { failure: HttpFailure };

/** Tells the breaker how it went, in every case. */
async function oneTry<T>(
  shared: Shared,
  request: HttpRequest,
  read: (answer: HttpAnswer) => T,
  left: number,
  breaker: Breaker,
): Promise<Tried<T>> {
  let answer: HttpAnswer;
  try {
    const { credentials, setting, headers } = shared;
    const wanted = request.timeoutMs ?? setting.timeoutSeconds * 1000;
    answer = await attempt(request, {
      agent: await credentials.agent(),
      headers: { ...(await credentials.headers()), ...headers },
      timeoutMs: Math.max(1, Math.floor(Math.min(wanted, left))),
    });
  } catch (error) {
    const failure = error instanceof HttpFailure ? error : new HttpFailure(String(error), { cause: error });
    breaker.failed(failure.message);
    return { failure };
  }
  try {
    const value = read(answer);
    breaker.answered();
    return { value };
  } catch (error) {
    if (!(error instanceof NotUnderstood)) {
      breaker.answered();
      throw error;
    }
    breaker.failed(error.message);
    return { failure: new HttpFailure(error.message, { passing: false, cause: error }) };
  }
}

function breakerOf({ breakers, now }: Shared, url: string): Breaker {
  const { origin } = new URL(url);
  const breaker = breakers.get(origin) ?? createBreaker(now);
  breakers.set(origin, breaker);
  return breaker;
}

function pauseBefore(number: number, waitMs: number): number {
  const pause = PAUSE_MS * 2 ** (number - 1);
  return Math.max(waitMs, pause + (Math.random() * pause) / 2);
}

function worst(all: (LinkHealth | null)[]): LinkHealth | null {
  const known = all.filter((health) => health !== null);
  return known.find((health) => !health.reachable) ?? known[0] ?? null;
}

function outside({ system }: Shared, failure: HttpFailure): PomsError {
  return new PomsError('outside-system', { system, problem: failure.message }, { cause: failure });
}
