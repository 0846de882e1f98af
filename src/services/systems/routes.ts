/** The URL of outside systems. */
import type { Db } from '../../database/index.ts';
import type { App } from '../../http/server.ts';
import { batchSystemViews, launchHostViews } from './queries.ts';
import { systemsView } from './schema.ts';

export interface SystemRoutesDeps {
  db: Db;
  /** Launch hosts with the launches that may run on them at a time. */
  launchHosts: ReadonlyMap<string, number>;
  batchSystems: readonly string[];
}

export function systemRoutes(app: App, { db, launchHosts, batchSystems }: SystemRoutesDeps): void {
  app.get(
    '/api/v1/systems',
    {
      config: { action: 'system.view' },
      schema: {
        tags: ['systems'],
        summary: 'Show launch hosts and batch systems, and whether they can be reached',
        response: { 200: systemsView },
      },
    },
    async () => ({
      launchHosts: await launchHostViews(db, launchHosts),
      batchSystems: await batchSystemViews(db, batchSystems),
    }),
  );
}
