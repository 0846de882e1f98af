/** The URL of outside systems. */
import type { DataHandling } from '../../connectors/data/types.ts';
import type { Db } from '../../database/index.ts';
import type { App } from '../../http/server.ts';
import { batchSystemViews, launchHostViews } from './queries.ts';
import { systemsView } from './schema.ts';

export interface SystemRoutesDeps {
  db: Db;
  /** Launch hosts with the launches that may run on them at a time. */
  launchHosts: ReadonlyMap<string, number>;
  batchSystems: readonly string[];
  dataHandlings: ReadonlyMap<string, DataHandling>;
}

export function systemRoutes(
  app: App,
  { db, launchHosts, batchSystems, dataHandlings }: SystemRoutesDeps,
): void {
  app.get(
    '/api/v1/systems',
    {
      config: { action: 'system.view' },
      schema: {
        tags: ['systems'],
        summary: 'Show launch hosts, batch systems and data handlings, and whether they can be reached',
        response: { 200: systemsView },
      },
    },
    async () => ({
      launchHosts: await launchHostViews(db, launchHosts),
      batchSystems: await batchSystemViews(db, batchSystems),
      dataHandlings: [...dataHandlings.values()].map(({ name, capabilities, health }) => ({
        name,
        language: capabilities.language,
        link: health(),
      })),
    }),
  );
}
