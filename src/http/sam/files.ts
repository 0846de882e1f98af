/** Files: declaring, metadata and its changes, retirement. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import type { CatalogueFile } from '../../connectors/data/types.ts';
import { PomsError } from '../../errors.ts';
import { personOf } from '../identity.ts';
import { authoriseFiles, experimentOf, FILE_PATHS, fileOf, getting, reading, writing } from './calls.ts';
import { errorBody } from './errors.ts';
import { locationViews } from './locations.ts';
import { fileKeysOf, parametersOf } from './parameters.ts';
import { sendJson, sendObject, sendText } from './reply.ts';

/** Bytes; metadata of some 20,000 files. */
const METADATA_LIMIT = 32 * 1024 * 1024;

export function fileRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  app.route({
    method: 'POST',
    url: '/files',
    config: { action: 'file.write' },
    bodyLimit: METADATA_LIMIT,
    async handler(request, reply) {
      const user = personOf(request).username;
      const declared = await catalogue.declare(experimentOf(request), objectsOf(request), user);
      return sendText(reply, declared.map(({ name, outcome }) => `${outcome} ${name}\n`).join(''));
    },
  });
  app.route({
    method: 'POST',
    url: '/files/validate_metadata',
    config: { action: 'file.view' },
    bodyLimit: METADATA_LIMIT,
    async handler(request, reply) {
      await catalogue.validateFiles(experimentOf(request), objectsOf(request));
      return sendText(reply, 'Metadata is valid\n');
    },
  });
  app.route({
    method: 'PUT',
    url: '/files',
    config: { action: 'file.write' },
    bodyLimit: METADATA_LIMIT,
    async handler(request, reply) {
      const changes = objectsOf(request);
      await authoriseFiles(request, catalogue, changes.flatMap(nameIn));
      const each = /^(1|true|yes)$/i.test(String(queryOf(request).continue_on_error ?? ''));
      const by = { user: personOf(request).username, each };
      const results = await catalogue.changeFiles(experimentOf(request), changes, by);
      return sendJson(
        reply,
        results.map(({ name, error }) =>
          error
            ? { file_name: name, status: 'error', ...errorBody(error) }
            : { file_name: name, status: 'changed' },
        ),
      );
    },
  });

  reading(app, '/files/metadata', async (request, reply) => {
    const experiment = experimentOf(request);
    const files = await catalogue.filesMetadata(experiment, fileKeysOf(request));
    const places = parametersOf(request).flag('locations')
      ? await locationViews(
          catalogue,
          experiment,
          files.map((file) => file.name),
        )
      : null;
    return sendJson(
      reply,
      files.map((file) => metadataOf(request, file, places)),
    );
  });

  for (const path of FILE_PATHS) {
    getting(app, `${path}/metadata`, async (request, reply) => {
      const [experiment, name] = [experimentOf(request), await fileOf(request, catalogue)];
      const file = await catalogue.file(experiment, name);
      const places = parametersOf(request).flag('locations')
        ? await locationViews(catalogue, experiment, [name])
        : null;
      return sendObject(request, reply, metadataOf(request, file, places));
    });

    const change = async (request: FastifyRequest, what: Record<string, unknown>) => {
      const name = await fileOf(request, catalogue);
      const given = what.file_name ?? name;
      if (given !== name)
        throw new PomsError('bad-metadata', { file: name, problems: 'a file cannot be renamed' });
      await authoriseFiles(request, catalogue, [name]);
      const by = { user: personOf(request).username, each: false };
      await catalogue.changeFiles(experimentOf(request), [{ ...what, file_name: name }], by);
    };
    writing(
      app,
      `${path}/metadata`,
      async (request, reply) => {
        const [what] = objectsOf(request);
        await change(request, what ?? {});
        return sendText(reply, 'OK\n');
      },
      { method: 'PUT' },
    );
    writing(
      app,
      `${path}/content_status`,
      async (request, reply) => {
        const parameters = parametersOf(request);
        const status = parameters.text('content_status') ?? parameters.required('status');
        await change(request, { content_status: status });
        return sendText(reply, 'OK\n');
      },
      { method: 'PUT' },
    );
    writing(app, `${path}/retired_date`, async (request, reply) => {
      const name = await fileOf(request, catalogue);
      await authoriseFiles(request, catalogue, [name]);
      await catalogue.retire(experimentOf(request), name, personOf(request).username);
      return sendText(reply, 'OK\n');
    });
  }
}

/** Fields in the order in which people read them, and which of them are of the file itself. */
const FIELDS: readonly (readonly [name: string, basic: boolean])[] = [
  ['file_name', true],
  ['file_id', true],
  ['create_date', true],
  ['user', true],
  ['update_date', true],
  ['update_user', true],
  ['file_type', true],
  ['file_format', true],
  ['file_size', true],
  ['checksum', true],
  ['content_status', true],
  ['retired_date', true],
  ['group', false],
  ['data_tier', true],
  ['data_stream', false],
  ['application', false],
  ['process_id', false],
  ['event_count', true],
  ['first_event', false],
  ['last_event', false],
  ['start_time', false],
  ['end_time', false],
  ['runs', false],
  ['parents', false],
];
const PLACES = new Map(FIELDS.map(([name], place) => [name, place]));
const BASIC = new Set(FIELDS.flatMap(([name, basic]) => (basic ? [name] : [])));

function metadataOf(
  request: FastifyRequest,
  file: CatalogueFile,
  places: Awaited<ReturnType<typeof locationViews>> | null,
): Record<string, unknown> {
  const basic = parametersOf(request).flag('basic');
  const placeOf = (name: string) => PLACES.get(name) ?? FIELDS.length;
  const fields = Object.entries(file.metadata)
    .filter(([name]) => !basic || BASIC.has(name))
    .sort(([a], [b]) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
  return { ...Object.fromEntries(fields), ...(places && { locations: places.get(file.name) ?? [] }) };
}

/** The metadata in the body: one object or a list of them. */
function objectsOf(request: FastifyRequest): Record<string, unknown>[] {
  const { body } = request;
  const objects: unknown[] = Array.isArray(body) ? body : [body];
  if (!(request.headers['content-type'] ?? '').includes('json') || !objects.every(isObject)) {
    const problem = 'The metadata of a file, or a list of them, is expected as JSON.';
    throw new PomsError('bad-request', { problem });
  }
  return objects;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of a call whose body is a list. */
function queryOf(request: FastifyRequest): Record<string, unknown> {
  return isObject(request.query) ? request.query : {};
}

function nameIn(change: Record<string, unknown>): string[] {
  const name = change.file_name;
  return typeof name === 'string' ? [name] : [];
}
