/** How calls are registered: by method, and by what they do in the words of the policy table. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import { type Action, authorise } from '../../domain/policies/index.ts';
import { PomsError } from '../../errors.ts';
import { personOf } from '../identity.ts';
import { pathNumber, pathPart } from './parameters.ts';

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** A call that changes nothing, by GET and POST alike: what is asked for may be too long for a URL. */
export function reading(app: FastifyInstance, url: string, handler: Handler): void {
  app.route({ method: ['GET', 'POST'], url, config: { action: 'file.view' }, handler });
}

/** A call that changes nothing, at a URL whose POST changes something. */
export function getting(app: FastifyInstance, url: string, handler: Handler): void {
  app.route({ method: 'GET', url, config: { action: 'file.view' }, handler });
}

/** A call that changes something, never by GET. */
export function writing(
  app: FastifyInstance,
  url: string,
  handler: Handler,
  { method = 'POST', action = 'file.write' }: { method?: 'POST' | 'PUT' | 'DELETE'; action?: Action } = {},
): void {
  app.route({ method, url, config: { action }, handler });
}

export function experimentOf(request: FastifyRequest): string {
  return pathPart(request, 'experiment');
}

/** The two ways in which a URL names a file. */
export const FILE_PATHS = ['/files/name/:file', '/files/id/:id'] as const;

/** The name of the file of a URL. Error 'not-found' for a number that no file has. */
export async function fileOf(request: FastifyRequest, catalogue: Catalogue): Promise<string> {
  const name = pathPart(request, 'file');
  if (name !== '') return name;
  const id = pathNumber(request, 'id');
  const [file] = await catalogue.fileRefs(experimentOf(request), { names: [], ids: [id] });
  if (!file) throw new PomsError('not-found', { kind: 'file', name: id });
  return file.name;
}

/** One's own everybody may change, what others made only who manages the catalogue. Error 'not-allowed'. */
export function authoriseOwn(request: FastifyRequest, madeBy: string): void {
  const person = personOf(request);
  if (madeBy !== person.username) authorise(person, 'file.manage', { experiment: experimentOf(request) });
}

/** As `authoriseOwn`, for each of these files that there is. */
export async function authoriseFiles(
  request: FastifyRequest,
  catalogue: Catalogue,
  names: string[],
): Promise<void> {
  const files = await catalogue.fileRefs(experimentOf(request), { names, ids: [] });
  for (const { createdBy } of files) authoriseOwn(request, createdBy);
}
