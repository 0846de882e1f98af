/** Definitions and their snapshots. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import { PomsError } from '../../errors.ts';
import { personOf } from '../identity.ts';
import { authoriseOwn, experimentOf, getting, reading, writing } from './calls.ts';
import { parametersOf, pathNumber, pathPart } from './parameters.ts';
import { sendJson, sendNames, sendObject, sendText, wantsJson } from './reply.ts';

type Definition = Awaited<ReturnType<Catalogue['definition']>>;
type SnapshotInfo = Awaited<ReturnType<Catalogue['snapshotInfo']>>;

const ONE = '/definitions/name/:definition';

export function definitionRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  writing(app, '/definitions/create', async (request, reply) => {
    const parameters = parametersOf(request);
    const definition = await catalogue.createDefinition(experimentOf(request), {
      name: parameters.required('defname'),
      dims: parameters.required('dims'),
      group: parameters.text('group'),
      description: parameters.text('description'),
      user: parameters.text('user') ?? personOf(request).username,
      replace: false,
    });
    return sendJson(reply, view(definition));
  });

  reading(app, '/definitions/list', async (request, reply) => {
    const parameters = parametersOf(request);
    const names = await catalogue.listDefinitions(experimentOf(request), {
      name: parameters.text('defname'),
      user: parameters.text('user'),
      group: parameters.text('group'),
      after: parameters.time('after'),
      before: parameters.time('before'),
    });
    return sendNames(request, reply, names, 'plain');
  });

  const describe = async (request: FastifyRequest, reply: FastifyReply) =>
    sendObject(request, reply, view(await definitionOf(request, catalogue)));
  getting(app, ONE, describe);
  getting(app, `${ONE}/describe`, describe);

  writing(
    app,
    ONE,
    async (request, reply) => {
      const parameters = parametersOf(request);
      const change = { name: parameters.text('defname'), description: parameters.text('description') };
      if (change.name === undefined && change.description === undefined)
        throw new PomsError('bad-request', { problem: 'A new defname or description is expected.' });
      const definition = await definitionOf(request, catalogue);
      authoriseOwn(request, definition.user);
      return sendJson(
        reply,
        view(await catalogue.changeDefinition(experimentOf(request), definition.name, change)),
      );
    },
    { method: 'PUT' },
  );
  writing(
    app,
    ONE,
    async (request, reply) => {
      const definition = await definitionOf(request, catalogue);
      authoriseOwn(request, definition.user);
      await catalogue.deleteDefinition(experimentOf(request), definition.name);
      return sendText(reply, `Deleted definition ${definition.name}\n`);
    },
    { method: 'DELETE' },
  );

  writing(app, `${ONE}/snapshot`, async (request, reply) => {
    const parameters = parametersOf(request);
    const snapshot = await catalogue.snapshot(
      experimentOf(request),
      pathPart(request, 'definition'),
      personOf(request).username,
      { maxAge: parameters.number('max_age'), allowEmpty: parameters.flag('allow_empty', true) },
    );
    // The bare number unless JSON is asked for by name: clients read it as an integer whatever they accept.
    const json = parameters.text('format') !== undefined && wantsJson(request, 'plain');
    return json ? sendJson(reply, { snapshot_id: snapshot.id }) : sendText(reply, String(snapshot.id));
  });
  getting(app, `${ONE}/snapshot`, async (request, reply) => {
    const definition = pathPart(request, 'definition');
    const snapshot = await catalogue.snapshotInfo(experimentOf(request), { definition });
    return sendObject(request, reply, snapshotView(snapshot));
  });
  reading(app, '/definitions/snapshots/id/:snapshot', async (request, reply) => {
    const id = pathNumber(request, 'snapshot');
    return sendObject(
      request,
      reply,
      snapshotView(await catalogue.snapshotInfo(experimentOf(request), { id })),
    );
  });
}

function definitionOf(request: FastifyRequest, catalogue: Catalogue): Promise<Definition> {
  return catalogue.definition(experimentOf(request), pathPart(request, 'definition'));
}

function view(definition: Definition): Record<string, unknown> {
  return {
    defname: definition.name,
    defid: definition.id,
    create_time: definition.created.toISOString(),
    username: definition.user,
    group: definition.group,
    description: definition.description,
    dimensions: definition.dims,
  };
}

function snapshotView(snapshot: SnapshotInfo): Record<string, unknown> {
  return {
    snapshot_id: snapshot.id,
    snapshot_version: snapshot.version,
    defname: snapshot.definition,
    defid: snapshot.definitionId,
    create_time: snapshot.created.toISOString(),
    username: snapshot.user,
    file_count: snapshot.files,
  };
}
