/**
 * The catalogue's SAM web API at /sam/:experiment/api: what samweb, job scripts and plain `curl` speak. Transport
 * and errors as SAM clients expect them: parameters in the query string, a form or JSON alike; most answers plain
 * text; errors `{"error": class, "message": text}` with a type of exactly `application/json`.
 */
import type { FastifyInstance } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import { definitionRoutes } from './definitions.ts';
import { registerSamErrors } from './errors.ts';
import { fileRoutes } from './files.ts';
import { processRoutes } from './processes.ts';
import { projectRoutes } from './projects.ts';
import { queryRoutes } from './queries.ts';

export interface SamOptions {
  catalogue: Catalogue;
}

export const SAM_PREFIX = '/sam/:experiment/api';

/** Needs a server with `@fastify/formbody` and identity (src/http/server.ts). */
export async function samRoutes(app: FastifyInstance, { catalogue }: SamOptions): Promise<void> {
  await app.register(
    async (sam) => {
      registerSamErrors(sam);
      queryRoutes(sam, catalogue);
      fileRoutes(sam, catalogue);
      definitionRoutes(sam, catalogue);
      projectRoutes(sam, catalogue);
      processRoutes(sam, catalogue);
    },
    { prefix: SAM_PREFIX },
  );
}
