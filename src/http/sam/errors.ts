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
  'cross-origin': 'Forbidden',
  'project-ended': 'ProjectEnded',
  'wrong-state': 'InvalidState',
  'in-use': 'DefinitionInUse',
  'too-large': 'RequestTooLarge',
  'too-many-lists': 'ServiceUnavailable',
  'database-unavailable': 'ServiceUnavailable',
};
const MISSING: Record<string, string> = {
  file: 'FileNotFound',
  definition: 'DefinitionNotFound',
  project: 'ProjectNotFound',
  snapshot: 'SnapshotNotFound',
  process: 'ProcessNotFound',
  user: 'UserNotFound',
};
const TAKEN: Record<string, string> = {
  file: 'FileAlreadyExists',
  definition: 'DefinitionAlreadyExists',
  project: 'ProjectAlreadyExists',
  user: 'UserAlreadyExists',
};
/** Seconds after which it makes sense to ask again. */
const RETRY_AFTER: Partial<Record<ErrorCode, number>> = { 'too-many-lists': 10, 'database-unavailable': 5 };

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
  const seconds = RETRY_AFTER[error.code];
  if (seconds !== undefined) reply.header('retry-after', seconds);
  if (error.code === 'too-large') readToTheEnd(reply);
  return sendJson(reply.status(status), errorBody(error));
}

/**
 * Most clients read no answer before they have sent everything, and come back for hours when the connection breaks. So
 * what is left of the body is read and forgotten; Node.js ends a request that takes more than five minutes.
 */
function readToTheEnd(reply: FastifyReply): void {
  reply.removeHeader('connection');
  reply.request.raw.resume();
}

/** The class and message of an error. */
export function errorBody(error: PomsError): { error: string; message: string } {
  return { error: className(error), message: error.message };
}

function className({ code, details, message }: PomsError): string {
  // A `file of process 7` is a file.
  const [kind = ''] = String(details.kind ?? '').split(' ');
  if (code === 'not-found') return MISSING[kind] ?? 'NotFound';
  if (code === 'name-taken') return TAKEN[kind] ?? 'AlreadyExists';
  // The name by which the SAM server tells queries that it could answer and will not.
  if (code === 'bad-query' && message.includes('Query forbidden - ')) return 'ForbiddenQuery';
  return CLASSES[code] ?? 'ServerError';
}
