/**
 * One HTTP server that stands in for MetaCat (`/metacat/data`), its authentication (`/metacat/auth`), Data Dispatcher
 * (`/dispatcher`) and Rucio (`/rucio`). It keeps state and was written from the recorded shapes of
 * spec/data-handling.md 3.2 to 3.6, not against real servers: what it lets pass, they may refuse.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerDispatcher } from './dispatcher.ts';
import { answerMetacat } from './metacat.ts';
import { answerRucio } from './rucio.ts';
import { StandInState } from './state.ts';

export interface Asked {
  /** Below the service: `query`, `next_file`, `replicas/list`. */
  path: string;
  query: URLSearchParams;
  body: string;
  /** By whose token it came; null without one that holds. */
  user: string | null;
}

export interface Answer {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

/** What goes wrong with a request: `hang` never answers, `cut` ends the connection in the middle of the answer. */
export type Fault = { kind: 'hang' | 'cut' } | { kind: 'answer'; status: number; type: string; body: string };

export interface StandIn {
  url: string;
  state: StandInState;
  /** `POST /metacat/data/query`, in the order in which they came. */
  requests: string[];
  /** Asked for every request; null: nothing goes wrong. */
  fault: (request: string) => Fault | null;
  /** Tokens that were given out hold so long. Seconds. */
  tokenLifetime: number;
  /** How often somebody signed in. */
  logins: number;
  /** A token that holds, for jobs. */
  token(user: string): string;
  close(): Promise<void>;
}

/** The bearer token that the authentication takes. */
export const SCITOKEN = 'scitoken-of-poms';

export async function startStandIn(): Promise<StandIn> {
  const state = new StandInState();
  const tokens = new Map<string, { user: string; expires: number }>();
  const issue = (user: string, seconds: number): string => {
    const expires = Math.floor(Date.now() / 1000) + seconds;
    const part = (data: unknown) => Buffer.from(JSON.stringify(data)).toString('base64url');
    const token = `${part({ alg: 'HS256' })}.${part({ sub: user, exp: expires, jti: randomUUID() })}.signature`;
    tokens.set(token, { user, expires });
    return token;
  };
  const userOf = (token: string | string[] | undefined): string | null => {
    const known = tokens.get(String(token));
    return known === undefined || known.expires < Date.now() / 1000 ? null : known.user;
  };

  const answer = (request: IncomingMessage, url: URL, body: string): Answer => {
    const [, service = '', ...rest] = url.pathname.split('/');
    const asked = { path: rest.join('/'), query: url.searchParams, body };
    if (service === 'metacat' && rest[0] === 'auth') {
      const [scheme = '', held = ''] = (request.headers.authorization ?? '').split(' ');
      if (
        url.searchParams.get('method') !== 'token' ||
        scheme.toLowerCase() !== 'bearer' ||
        held !== SCITOKEN
      ) {
        return { status: 401, type: 'text/plain', body: 'Authentication failed' };
      }
      standIn.logins += 1;
      const token = issue(url.searchParams.get('username') ?? '', standIn.tokenLifetime);
      return { status: 200, type: 'text/plain', body: 'OK', headers: { 'X-Authentication-Token': token } };
    }
    const user = userOf(request.headers['x-authentication-token']);
    if (service === 'metacat') return answerMetacat(state, { ...asked, path: rest.slice(1).join('/'), user });
    if (service === 'dispatcher') return answerDispatcher(state, { ...asked, user });
    const rucioUser = userOf(request.headers['x-rucio-auth-token']);
    if (service === 'rucio') return answerRucio(state, { ...asked, user: rucioUser });
    return { status: 404, type: 'text/plain', body: 'Not found' };
  };

  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method} ${url.pathname}`;
    standIn.requests.push(line);
    const fault = standIn.fault(line);
    if (fault?.kind === 'hang') return;
    const { status, type, body, headers } =
      fault?.kind === 'answer'
        ? { headers: {}, ...fault }
        : answer(request, url, Buffer.concat(chunks).toString());
    if (fault?.kind === 'cut') {
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) + 10 });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
      return;
    }
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  };

  const standIn: StandIn = {
    url: '',
    state,
    requests: [],
    fault: () => null,
    tokenLifetime: 3600,
    logins: 0,
    token: (user) => issue(user, 3600),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  standIn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return standIn;
}
