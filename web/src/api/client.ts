/** The one place that talks HTTP: JSON in and out, every failure as an `ApiError` with a problem document. */
import type { ProblemDocument } from './types.ts';

export const API = '/api/v1';

export type Query = Record<string, string | number | boolean | undefined>;

/** A failed call; `problem` is what the reader is shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** @throws {ApiError} */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return call<T>(path + queryString(query), { method: 'GET', signal: signal ?? null });
}

/** @throws {ApiError} */
export async function post<T>(path: string, body: unknown): Promise<T> {
  return call<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/**
 * A text of the server; `address` as answers tell it, with the API's root.
 *
 * @throws {ApiError}
 */
export async function getText(address: string, signal: AbortSignal): Promise<string> {
  return (await ask(address, { signal })).text();
}

/** Undefined and empty values are left out, so that a filter that is not set is not sent. */
export function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const headers = { accept: 'application/json', ...init.headers };
  const response = await ask(API + path, { ...init, headers });
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

async function ask(address: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(UNREACHABLE);
  }
  if (!response.ok) throw new ApiError(await problemOf(response));
  return response;
}

/** The problem document of an answer; one is made up where the answer has none (a proxy's error page). */
async function problemOf(response: Response): Promise<ProblemDocument> {
  if (response.headers.get('content-type')?.includes('json')) {
    const document = (await response.json().catch(() => null)) as ProblemDocument | null;
    if (document !== null && typeof document.code === 'string') return document;
  }
  return {
    type: 'about:blank',
    title: 'Not an answer of POMS',
    status: response.status,
    code: `http-${response.status}`,
    detail: `The answer was ${response.status} ${response.statusText}, and not from POMS itself: something between this browser and POMS sent it.`,
    advice: 'Try again; if it stays, tell your POMS administrator the code and the time.',
  };
}

const UNREACHABLE: ProblemDocument = {
  type: 'about:blank',
  title: 'POMS does not answer',
  status: 0,
  code: 'unreachable',
  detail: 'The request did not reach POMS: the network is down, or POMS is being restarted.',
  advice: 'It is tried again by itself as soon as the connection is back.',
};
