/**
 * The catalogue's SAM web API at /sam/:experiment/api: what samweb, job scripts and plain `curl` speak. Transport
 * and errors as SAM clients expect them: parameters in the query string, a form or JSON alike; many answers plain
 * text whatever is accepted; errors `{"error": class, "message": text}` with a type of exactly `application/json`.
 * What SAM leaves open, and what was chosen: docs/adr/0015-sam-web-api.md.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import { PomsError } from '../../errors.ts';
import type { Experiments } from '../../services/experiments/service.ts';
import { experimentOf, getting } from './calls.ts';
import { definitionRoutes } from './definitions.ts';
import { registerSamErrors } from './errors.ts';
import { fileRoutes } from './files.ts';
import { locationRoutes } from './locations.ts';
import { processRoutes } from './processes.ts';
import { projectRoutes } from './projects.ts';
import { queryRoutes } from './queries.ts';
import { sendObject } from './reply.ts';
import { userRoutes } from './users.ts';
import { valueRoutes } from './values.ts';

export interface SamOptions {
  catalogue: Catalogue;
  experiments: Experiments;
  /** POMS's version. */
  version: string;
}

export const SAM_PREFIX = '/sam/:experiment/api';

/** Needs a server with `@fastify/formbody` and identity (src/http/server.ts). */
export async function samRoutes(app: FastifyInstance, options: SamOptions): Promise<void> {
  const { catalogue, experiments, version } = options;
  await app.register(
    async (sam) => {
      registerSamErrors(sam);
      sam.addHook('preHandler', refuseUnknown(experiments));
      getting(sam, '', async (request, reply) =>
        sendObject(request, reply, { server: 'POMS', version, experiment: experimentOf(request) }),
      );
      queryRoutes(sam, catalogue);
      fileRoutes(sam, catalogue);
      locationRoutes(sam, catalogue);
      definitionRoutes(sam, catalogue);
      projectRoutes(sam, catalogue);
      processRoutes(sam, catalogue);
      userRoutes(sam, experiments);
      valueRoutes(sam, catalogue, experiments);
    },
    { prefix: SAM_PREFIX },
  );
}

/** Members are members of what there is; an administrator could write into an experiment that nobody has made. */
function refuseUnknown(experiments: Experiments): (request: FastifyRequest) => Promise<void> {
  const known = new Set<string>();
  return async (request) => {
    const name = experimentOf(request);
    if (request.person?.root !== true || known.has(name)) return;
    for (const { experiment } of await experiments.list()) known.add(experiment);
    if (!known.has(name)) throw new PomsError('not-found', { kind: 'experiment', name });
  };
}
