/**
 * Who asks, and may they: every route declares an action in its `config`, and this hook lets nothing past that has
 * none. Changes need a same-origin proof when they come from a browser (design 9).
 */
import type { FastifyRequest } from 'fastify';
import { type Action, authorise, type Person } from '../domain/policies/index.ts';
import { PomsError } from '../errors.ts';
import type { App } from './server.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route does, in the words of the policy table; 'public' for what needs nobody (health, the console's files). */
    action?: Action | 'public';
  }
  interface FastifyRequest {
    person: Person | null;
  }
}

/** Finds the person behind a request, or null. Throws where an identity was sent that cannot be believed. */
export type Identify = (request: FastifyRequest) => Promise<Person | null>;

export function registerIdentity(app: App, identify: Identify): void {
  app.decorateRequest('person', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.action === undefined && !OWN_ROUTES.test(route.url)) {
      throw new Error(`Route ${String(route.method)} ${route.url} declares no action`);
    }
  });
  app.addHook('onRequest', async (request) => {
    const action = request.routeOptions.config.action;
    if (action === undefined || action === 'public') return;
    if (!READING.has(request.method)) refuseCrossOrigin(request);
    const person = await identify(request);
    if (person === null) throw new PomsError('not-signed-in');
    request.person = person;
    const { experiment } = request.params as { experiment?: string };
    authorise(person, action, { experiment: experiment ?? null });
  });
}

/** The person of a request that passed the hook. */
export function personOf(request: FastifyRequest): Person {
  if (request.person === null) throw new PomsError('not-signed-in');
  return request.person;
}

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Pages of the OpenAPI viewer, which registers its own routes. */
const OWN_ROUTES = /^(\/api\/v1\/docs(\/|$)|\*$)/;

/** Browsers send `Sec-Fetch-Site` and `Origin`; other clients send neither and carry no cookies. */
function refuseCrossOrigin(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new PomsError('cross-origin', { origin: String(request.headers.origin ?? site) });
  }
  const origin = request.headers.origin;
  if (origin !== undefined && site === undefined && !sameHost(origin, request.host)) {
    throw new PomsError('cross-origin', { origin });
  }
}

function sameHost(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
