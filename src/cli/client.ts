/** A client of POMS's API: answers are checked against the schemas that the server answers by. */
import { z } from 'zod';
import { problemDocument } from '../http/errors.ts';
import { ApiFailure, CommandFailure } from './failure.ts';

export type Query = Record<string, string | number | undefined>;

export interface ClientOptions {
  /** Where POMS is, without `/api/v1`. */
  url: string;
  token?: string | undefined;
}

export interface Client {
  readonly url: string;
  /** All calls throw `ApiFailure` for a problem that POMS tells, `CommandFailure` where it does not answer. */
  get<S extends z.ZodType>(path: string, schema: S, query?: Query): Promise<z.output<S>>;
  post<S extends z.ZodType>(path: string, schema: S, body: unknown): Promise<z.output<S>>;
  text(path: string): Promise<string>;
  /** The whole address of a path, for people. */
  address(path: string): string;
  /** Follows the pages of a list until `limit` items or its end. */
  list<T>(
    path: string,
    schema: z.ZodType<{ items: T[]; next: string | null }>,
    query: Query,
    limit: number,
  ): Promise<Listing<T>>;
  /** The same for a list whose question is sent with POST. */
  postList<T>(
    path: string,
    schema: z.ZodType<{ items: T[]; next: string | null }>,
    body: object,
    limit: number,
  ): Promise<Listing<T>>;
}

export interface Listing<T> {
  items: T[];
  /** There are more than were asked for. */
  more: boolean;
}

/** Items of one page at most: the server's limit. */
const PAGE = 500;
const API = '/api/v1';

export function createClient({ url, token }: ClientOptions): Client {
  const base = url.replace(/\/+$/, '');
  const headers = token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };

  // Paths in answers are whole already.
  const address = (path: string) => `${base}${path.startsWith(`${API}/`) ? '' : API}${path}`;

  async function call(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(address(path), {
        ...init,
        headers: { accept: 'application/json', ...headers, ...init.headers },
      });
    } catch {
      throw new CommandFailure(
        `No POMS answers at ${base}.\n  Start it with poms serve, or name another with --url or POMS_URL.`,
      );
    }
    if (!response.ok) throw await failureOf(response, base);
    return response;
  }

  async function parsed<S extends z.ZodType>(response: Response, schema: S): Promise<z.output<S>> {
    const result = schema.safeParse(await response.json().catch(() => null));
    if (result.success) return result.data;
    throw new CommandFailure(
      `The answer of ${base} is not understood: ${z.prettifyError(result.error)}\n  Is the server of another version than this command?`,
    );
  }

  const get: Client['get'] = async (path, schema, query = {}) =>
    parsed(await call(path + queryString(query), {}), schema);

  const post: Client['post'] = async (path, schema, body) => {
    const headers = { 'content-type': 'application/json' };
    return parsed(await call(path, { method: 'POST', headers, body: JSON.stringify(body) }), schema);
  };

  return {
    url: base,
    get,
    post,
    text: async (path) => (await call(path, {})).text(),
    address,
    list: (path, schema, query, limit) =>
      followPages((page) => get(path, schema, { ...query, ...page }), limit),
    postList: (path, schema, body, limit) =>
      followPages((page) => post(path, schema, { ...body, ...page }), limit),
  };
}

async function followPages<T>(
  ask: (page: { after?: string; limit: number }) => Promise<{ items: T[]; next: string | null }>,
  limit: number,
): Promise<Listing<T>> {
  const { items, next: second } = await ask({ limit: Math.min(limit, PAGE) });
  let next = second;
  while (next !== null && items.length < limit) {
    const more = await ask({ after: next, limit: Math.min(limit - items.length, PAGE) });
    items.push(...more.items);
    next = more.next;
  }
  return { items, more: next !== null };
}

async function failureOf(response: Response, base: string): Promise<CommandFailure> {
  const document = problemDocument.safeParse(await response.json().catch(() => null));
  if (document.success) return new ApiFailure(document.data);
  return new CommandFailure(
    `${base} answered ${response.status} ${response.statusText}, and not as POMS does.\n  Is the address right, and is a proxy between that is broken?`,
  );
}

function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search}`;
}

/** The path of an experiment's things. */
export function ofExperiment(experiment: string, ...parts: (string | number)[]): string {
  return [
    '/experiments',
    encodeURIComponent(experiment),
    ...parts.map((part) => encodeURIComponent(part)),
  ].join('/');
}
