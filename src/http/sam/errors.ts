/** Errors as SAM clients read them: JSON with the name of a class and a message. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type ErrorCode, PomsError } from '../../errors.ts';
import { toPomsError } from '../errors.ts';
import { sendJson } from './reply.ts';

const CLASSES: Partial<Record<ErrorCode, string>> = {
  'bad-query': 'DimensionError',
  'bad-metadata': 'InvalidMetadata',
  'bad-request': 'BadRequest',
  'not-signed-in': 'NoAuthorizationCredentials',
  'not-allowed': 'Forbidden',
  'project-ended': 'ProjectEnded',
  'wrong-state': 'InvalidState',
};
const MISSING: Record<string, string> = {
  file: 'FileNotFound',
  definition: 'DefinitionNotFound',
  project: 'ProjectNotFound',
  snapshot: 'SnapshotNotFound',
};
const TAKEN: Record<string, string> = {
  file: 'FileAlreadyExists',
  definition: 'DefinitionAlreadyExists',
  project: 'ProjectAlreadyExists',
};

/** Within the plugin `app` every error has this form; clients retry a status of 500 and above for hours. */
export function registerSamErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(toPomsError(error as never, request), reply));
  app.setNotFoundHandler((request, reply) =>
    sendError(new PomsError('not-found', { kind: 'call', name: request.url.split('?')[0] ?? '' }), reply),
  );
}

function sendError(error: PomsError, reply: FastifyReply): FastifyReply {
  // Clients know "no certificate, no token" as 403.
  const status = error.code === 'not-signed-in' ? 403 : error.status;
  return sendJson(reply.status(status), { error: className(error), message: error.message });
}

function className({ code, details }: PomsError): string {
  const kind = String(details.kind ?? '');
  if (code === 'not-found') return MISSING[kind] ?? 'NotFound';
  if (code === 'name-taken') return TAKEN[kind] ?? 'AlreadyExists';
  return CLASSES[code] ?? 'ServerError';
}
