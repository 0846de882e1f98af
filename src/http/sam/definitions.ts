/** Definitions and their snapshots. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import { personOf } from '../identity.ts';
import { parametersOf, pathPart } from './parameters.ts';
import { reading, writing } from './queries.ts';
import { sendJson, sendObject, sendText, wantsJson } from './reply.ts';

export function definitionRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  writing(app, '/definitions/create', async (request, reply) => {
    const parameters = parametersOf(request);
    const definition = await catalogue.createDefinition(pathPart(request, 'experiment'), {
      name: parameters.required('defname'),
      dims: parameters.required('dims'),
      group: parameters.text('group'),
      description: parameters.text('description'),
      user: parameters.text('user') ?? personOf(request).username,
      replace: false,
    });
    return sendJson(reply, { defname: definition.name, defid: definition.id, dimensions: definition.dims });
  });

  const describe = async (request: FastifyRequest, reply: FastifyReply) => {
    const definition = await catalogue.definition(
      pathPart(request, 'experiment'),
      pathPart(request, 'definition'),
    );
    return sendObject(request, reply, {
      defname: definition.name,
      defid: definition.id,
      create_time: definition.created.toISOString(),
      username: definition.user,
      group: definition.group,
      description: definition.description,
      dimensions: definition.dims,
    });
  };
  reading(app, '/definitions/name/:definition', describe);
  reading(app, '/definitions/name/:definition/describe', describe);

  writing(app, '/definitions/name/:definition/snapshot', async (request, reply) => {
    const definition = pathPart(request, 'definition');
    const snapshot = await catalogue.snapshot(
      pathPart(request, 'experiment'),
      definition,
      personOf(request).username,
    );
    // The bare number unless JSON is asked for by name: clients read it as an integer whatever they accept.
    const json = parametersOf(request).text('format') !== undefined && wantsJson(request, 'plain');
    return json ? sendJson(reply, { snapshot_id: snapshot.id }) : sendText(reply, String(snapshot.id));
  });
}
