/** Lists, counts and sums of the files of a query or a definition; and what a query means. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Catalogue, DIMENSIONS, fileUrl } from '../../connectors/data/catalogue/index.ts';
import { definitionFiles } from '../../domain/dimension-text.ts';
import { parseDimensions, printDimensions } from '../../domain/dimensions/index.ts';
import { PomsError } from '../../errors.ts';
import { experimentOf, type Handler, reading } from './calls.ts';
import { parametersOf, pathPart } from './parameters.ts';
import { sendJson, sendNames, sendObject, sendText, wantsJson } from './reply.ts';

type QueryOf = (request: FastifyRequest) => string;

export function queryRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  const ofDims: QueryOf = (request) => parametersOf(request).required('dims');
  const ofDefinition: QueryOf = (request) => definitionFiles(pathPart(request, 'definition'));
  for (const [path, queryOf] of [
    ['/files', ofDims],
    ['/definitions/name/:definition/files', ofDefinition],
  ] as const) {
    reading(app, `${path}/list`, orExplained(catalogue, queryOf, listFiles(catalogue, queryOf)));
    reading(app, `${path}/count`, orExplained(catalogue, queryOf, countFiles(catalogue, queryOf)));
    reading(app, `${path}/summary`, orExplained(catalogue, queryOf, summarize(catalogue, queryOf)));
  }
  reading(app, '/files/expand_query', async (request, reply) =>
    sendObject(request, reply, {
      query: await catalogue.explainQuery(experimentOf(request), ofDims(request)),
    }),
  );
  reading(app, '/files/list/dimensions', async (request, reply) => {
    const known = Object.entries(DIMENSIONS).map(([name, { help }]) => [name, help] as const);
    if (!parametersOf(request).flag('descriptions'))
      return sendNames(
        request,
        reply,
        known.map(([name]) => name),
        'json',
      );
    if (wantsJson(request, 'json')) return sendJson(reply, known);
    return sendText(reply, known.map(([name, help]) => `${name}\t${help}\n`).join(''));
  });
  reading(app, '/files/list/locations', (request, reply) => sendLocated(request, reply, catalogue));
}

/**
 * With `parse_only` the query as it was understood, with `diagnostics` also with its definitions replaced. For people:
 * the text is no query where it has more than one line.
 */
function orExplained(catalogue: Catalogue, queryOf: QueryOf, handler: Handler): Handler {
  return async (request, reply) => {
    const parameters = parametersOf(request);
    const query = queryOf(request);
    if (parameters.flag('parse_only')) return sendText(reply, `${printDimensions(parseDimensions(query))}\n`);
    if (!parameters.flag('diagnostics')) return handler(request, reply);
    const expanded = await catalogue.explainQuery(experimentOf(request), query);
    const parsed = printDimensions(parseDimensions(query));
    return sendText(reply, `Query: ${query}\nParsed: ${parsed}\nExpanded: ${expanded}\n`);
  };
}

function countFiles(catalogue: Catalogue, queryOf: QueryOf): Handler {
  return async (request, reply) =>
    sendText(reply, String(await catalogue.count(experimentOf(request), queryOf(request))));
}

function summarize(catalogue: Catalogue, queryOf: QueryOf): Handler {
  return async (request, reply) => {
    const { files, bytes, events } = await catalogue.summary(experimentOf(request), queryOf(request));
    return sendObject(request, reply, {
      file_count: files,
      total_file_size: bytes,
      total_event_count: events,
    });
  };
}

/** Sent while it is read: a list may have millions of files. */
function listFiles(catalogue: Catalogue, queryOf: QueryOf): Handler {
  return async (request, reply) => {
    const info = parametersOf(request).flag('fileinfo');
    const json = wantsJson(request, 'plain');
    const { portions, close } = await catalogue.streamLines(experimentOf(request), queryOf(request));
    // Also where the client goes away in the middle, or before the first byte.
    reply.raw.once('close', () => void close());
    if (reply.raw.destroyed) await close();
    const type = json ? 'application/json' : 'text/plain; charset=utf-8';
    const texts = json ? jsonTexts(portions, info) : plainTexts(portions, info);
    return reply.header('content-type', type).send(Readable.from(texts));
  };
}

type Portions = Awaited<ReturnType<Catalogue['streamLines']>>['portions'];

/** Clients want four words in each line, so what is not known is 0. */
async function* plainTexts(portions: Portions, info: boolean): AsyncGenerator<string> {
  for await (const files of portions) {
    const lines = files.map(({ name, id, size, events }) =>
      info ? `${name} ${id} ${size ?? 0} ${events ?? 0}\n` : `${name}\n`,
    );
    yield lines.join('');
  }
}

async function* jsonTexts(portions: Portions, info: boolean): AsyncGenerator<string> {
  let separator = '[';
  for await (const files of portions) {
    const texts = files.map(({ name, id, size, events }) =>
      JSON.stringify(
        info ? { file_name: name, file_id: id, file_size: size ?? 0, event_count: events ?? 0 } : name,
      ),
    );
    if (texts.length === 0) continue;
    yield separator + texts.join(',');
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

/** `path name` in columns, and with `checksums` the checksums of the file; one line for each location. */
async function sendLocated(
  request: FastifyRequest,
  reply: FastifyReply,
  catalogue: Catalogue,
): Promise<FastifyReply> {
  const parameters = parametersOf(request);
  const definition = parameters.text('defname');
  const dims =
    parameters.text('dims') ?? (definition === undefined ? undefined : definitionFiles(definition));
  if (dims === undefined)
    throw new PomsError('bad-request', { problem: 'Either dims or defname is expected.' });
  const schemas = parameters.all('schema');
  const files = await catalogue.locatedFiles(experimentOf(request), dims, {
    prefixes: parameters.all('filter_path'),
    schemas,
  });
  const checksums = parameters.flag('checksums');
  // Who asks for URLs of some schemas wants to read the files.
  const place = (name: string, path: string) => (schemas.length > 0 ? fileUrl(name, path) : path);
  if (wantsJson(request, 'plain')) {
    return sendJson(
      reply,
      files.map((file) => ({
        location: place(file.name, file.path),
        file_name: file.name,
        ...(checksums && { checksum: file.checksums }),
      })),
    );
  }
  const lines = files.map((file) => {
    const columns = [place(file.name, file.path), file.name];
    return `${(checksums ? [...columns, file.checksums.join(';')] : columns).join('\t')}\n`;
  });
  return sendText(reply, lines.join(''));
}
