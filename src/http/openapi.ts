/** The OpenAPI document, made from the routes' schemas. */
import type { App } from './server.ts';

export function openApiRoutes(app: App): void {
  app.get(
    '/api/v1/openapi.json',
    { config: { action: 'self.view' }, schema: { hide: true } },
    async (_request, reply) => reply.send(app.swagger()),
  );
}
