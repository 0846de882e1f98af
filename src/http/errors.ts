/** Errors as answers: RFC 9457 problem details with the catalogue's code. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type InputProblem, PomsError } from '../errors.ts';

export const problemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  advice: z.string(),
  instance: z.string().optional(),
  problems: z.array(z.object({ path: z.string(), problem: z.string() })).optional(),
});
export type ProblemDocument = z.infer<typeof problemDocument>;

export function toProblem(error: PomsError, instance: string): ProblemDocument {
  return {
    type: `/docs/errors#${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.message,
    advice: error.advice,
    instance,
    ...(error.problems.length > 0 ? { problems: [...error.problems] } : {}),
  };
}

export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendError(toPomsError(error, request), request, reply),
  );
  app.setNotFoundHandler((request, reply) =>
    sendError(
      new PomsError('not-found', { kind: 'page or call', name: request.url.split('?')[0] ?? '' }),
      request,
      reply,
    ),
  );
}

function sendError(error: PomsError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .status(error.status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error, request.id)));
}

export function toPomsError(error: FastifyError, request: FastifyRequest): PomsError {
  if (error instanceof PomsError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems: InputProblem[] = error.validation.map((issue) => ({
      path: [error.validationContext ?? '', ...issue.instancePath.split('/').filter(Boolean)].join('.'),
      problem: issue.message ?? 'is not valid',
    }));
    return new PomsError(
      'bad-request',
      { problem: problems.map((one) => `${one.path}: ${one.problem}`).join('; ') },
      { problems },
    );
  }
  if (error.statusCode === 413) {
    const limit = `${Math.floor(request.routeOptions.bodyLimit / 1024 / 1024)} MB`;
    return new PomsError('too-large', { limit }, { cause: error });
  }
  if (!isResponseSerializationError(error) && error.statusCode !== undefined && error.statusCode < 500) {
    return new PomsError('bad-request', { problem: error.message }, { cause: error });
  }
  if (UNKEEPABLE.has(error.code)) {
    const problem = `a value cannot be kept: ${error.message}`;
    return new PomsError('bad-request', { problem }, { cause: error });
  }
  request.log.error({ err: error }, 'request failed');
  if (isConnectionProblem(error))
    return new PomsError('database-unavailable', { problem: 'it does not answer.' }, { cause: error });
  return new PomsError('internal', { reference: request.id }, { cause: error });
}

/**
 * PostgreSQL's codes for values that no column takes: a number out of range, a NUL or broken character in a text or
 * in JSON. Only a request brings such values, in any of its names and filters.
 */
const UNKEEPABLE: ReadonlySet<string> = new Set(['22003', '22021', '22P05']);

/** Classes 08 (connection), 57P (shutdown), 53 (resources) of PostgreSQL, and refused or broken sockets. */
function isConnectionProblem(error: Error & { code?: string }): boolean {
  return (
    /^(08|57P|53)/.test(error.code ?? '') ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE'].includes(error.code ?? '') ||
    /Connection terminated/.test(error.message)
  );
}
