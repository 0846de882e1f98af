/** Files one by one: declaring, metadata, locations, retirement. */
import type { FastifyInstance } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import { PomsError } from '../../errors.ts';
import { personOf } from '../identity.ts';
import { parametersOf, pathPart } from './parameters.ts';
import { reading, writing } from './queries.ts';
import { sendJson, sendObject, sendText, wantsJson } from './reply.ts';

/** Bytes; metadata of some 20,000 files. */
const DECLARE_LIMIT = 32 * 1024 * 1024;

export function fileRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  app.route({
    method: 'POST',
    url: '/files',
    config: { action: 'file.write' },
    bodyLimit: DECLARE_LIMIT,
    async handler(request, reply) {
      const { body } = request;
      if (typeof body !== 'object' || body === null) {
        throw new PomsError('bad-request', {
          problem: 'The metadata of a file, or a list of them, is expected as JSON.',
        });
      }
      const files: unknown[] = Array.isArray(body) ? body : [body];
      const declared = await catalogue.declare(
        pathPart(request, 'experiment'),
        files,
        personOf(request).username,
      );
      return sendText(reply, declared.map(({ name, outcome }) => `${outcome} ${name}\n`).join(''));
    },
  });

  reading(app, '/files/name/:file/metadata', async (request, reply) => {
    const file = await catalogue.file(pathPart(request, 'experiment'), pathPart(request, 'file'));
    const locations = parametersOf(request).flag('locations')
      ? { locations: file.locations.map(asLocation) }
      : {};
    return sendObject(request, reply, { ...file.metadata, ...locations });
  });

  app.get('/files/name/:file/locations', { config: { action: 'file.view' } }, async (request, reply) => {
    const { locations } = await catalogue.file(pathPart(request, 'experiment'), pathPart(request, 'file'));
    if (!wantsJson(request, 'json'))
      return sendText(reply, locations.map((location) => `${location}\n`).join(''));
    return sendJson(reply, locations.map(asLocation));
  });

  writing(app, '/files/name/:file/locations', async (request, reply) => {
    const parameters = parametersOf(request);
    const change = { add: parameters.all('add'), remove: parameters.all('remove') };
    if (change.add.length + change.remove.length === 0) {
      throw new PomsError('bad-request', { problem: 'A location to add or to remove is expected.' });
    }
    await catalogue.changeLocations(pathPart(request, 'experiment'), pathPart(request, 'file'), change);
    return sendText(reply, 'OK\n');
  });

  writing(app, '/files/name/:file/retired_date', async (request, reply) => {
    await catalogue.retire(
      pathPart(request, 'experiment'),
      pathPart(request, 'file'),
      personOf(request).username,
    );
    return sendText(reply, 'OK\n');
  });
}

function asLocation(location: string) {
  return { location, full_path: location };
}
