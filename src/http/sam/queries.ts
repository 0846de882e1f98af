/** Lists, counts and sums of the files of a query or a definition. Long queries come by POST. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import { definitionFiles } from '../../domain/dimension-text.ts';
import { parametersOf, pathPart } from './parameters.ts';
import { sendJson, sendObject, sendText, wantsJson } from './reply.ts';

type QueryOf = (request: FastifyRequest) => string;

export function queryRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  const ofDims: QueryOf = (request) => parametersOf(request).required('dims');
  const ofDefinition: QueryOf = (request) => definitionFiles(pathPart(request, 'definition'));
  for (const [path, queryOf] of [
    ['/files', ofDims],
    ['/definitions/name/:definition/files', ofDefinition],
  ] as const) {
    reading(app, `${path}/list`, (request, reply) => sendList(request, reply, catalogue, queryOf(request)));
    reading(app, `${path}/count`, async (request, reply) =>
      sendText(reply, String(await catalogue.count(pathPart(request, 'experiment'), queryOf(request)))),
    );
    reading(app, `${path}/summary`, async (request, reply) => {
      const { files, bytes, events } = await catalogue.summary(
        pathPart(request, 'experiment'),
        queryOf(request),
      );
      return sendObject(request, reply, {
        file_count: files,
        total_file_size: bytes,
        total_event_count: events,
      });
    });
  }
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** A call that changes nothing, by GET and POST. */
export function reading(app: FastifyInstance, url: string, handler: Handler): void {
  app.route({ method: ['GET', 'POST'], url, config: { action: 'file.view' }, handler });
}

/** A call that changes something, by POST only. */
export function writing(app: FastifyInstance, url: string, handler: Handler): void {
  app.route({ method: 'POST', url, config: { action: 'file.write' }, handler });
}

async function sendList(
  request: FastifyRequest,
  reply: FastifyReply,
  catalogue: Catalogue,
  query: string,
): Promise<FastifyReply> {
  const experiment = pathPart(request, 'experiment');
  const files = await catalogue.lines(experiment, query, { after: 0, limit: null });
  const info = parametersOf(request).flag('fileinfo');
  if (wantsJson(request, 'plain')) {
    const asObject = (file: (typeof files)[number]) => ({
      file_name: file.name,
      file_id: file.id,
      file_size: file.size ?? 0,
      event_count: file.events ?? 0,
    });
    return sendJson(
      reply,
      files.map((file) => (info ? asObject(file) : file.name)),
    );
  }
  // Clients want four words in each line, so what is not known is 0.
  const lines = files.map((file) =>
    info ? `${file.name} ${file.id} ${file.size ?? 0} ${file.events ?? 0}` : file.name,
  );
  return sendText(reply, lines.map((line) => `${line}\n`).join(''));
}
