/** The console's files, built by Vite; every page of it is the same document, which knows its URL. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { PomsError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import type { App } from './server.ts';

const FOLDER = join(packageRoot, 'dist', 'web');

/** Nothing when the console has not been built (tests of the API). */
export async function consoleRoutes(app: App): Promise<void> {
  if (!existsSync(join(FOLDER, 'index.html'))) return;
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, action: 'public' };
    });
    await scope.register(fastifyStatic, { root: FOLDER, prefix: '/', wildcard: false, maxAge: '1y', immutable: true });
    // The document names the current files, so it must not be kept; they have their content in their names.
    const page = async (_request: unknown, reply: import('fastify').FastifyReply) =>
      reply.sendFile('index.html', { maxAge: 0, immutable: false });
    scope.get('/', page);
    scope.get('/e/*', page);
    scope.get('/admin/*', page);
    scope.get('/api/*', async (request) => {
      throw new PomsError('not-found', { kind: 'page or call', name: request.url.split('?')[0] ?? '' });
    });
  });
}
