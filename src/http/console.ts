/** The console's files, built by Vite; every page of it is the same document, which knows its URL. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { z } from 'zod';
import { packageRoot } from '../package-root.ts';
import type { App } from './server.ts';

const FOLDER = join(packageRoot, 'dist', 'web');

/** Its pages: each is the same document, which reads the URL. */
const PAGES = ['/', '/e/*', '/admin/*'];

/** Nothing when the console has not been built (tests of the API). */
export async function consoleRoutes(app: App): Promise<void> {
  if (!existsSync(join(FOLDER, 'index.html'))) return;
  await app.register(fastifyStatic, { root: FOLDER, serve: false });
  const open = { config: { action: 'public' as const }, schema: { hide: true } };
  for (const url of PAGES) {
    // It names the files of this version, so it is asked for afresh; those have their content in their names.
    app.get(url, open, (_request, reply) => reply.sendFile('index.html', { maxAge: 0 }));
  }
  app.get(
    '/assets/*',
    { ...open, schema: { hide: true, params: z.object({ '*': z.string() }) } },
    (request, reply) => reply.sendFile(`assets/${request.params['*']}`, { maxAge: '365d', immutable: true }),
  );
  app.get('/favicon.svg', open, (_request, reply) => reply.sendFile('favicon.svg', { maxAge: '1d' }));
}
