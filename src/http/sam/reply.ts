import type { FastifyReply, FastifyRequest } from 'fastify';
import { parametersOf } from './parameters.ts';
import { linesOf } from './plain.ts';

export function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send(text);
}

/** The type is exactly `application/json`, which old clients compare; Fastify would add a charset to a string. */
export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(value)));
}

/** `format=plain` or `format=json` wins, then what the client accepts, then what is usual for the call. */
export function wantsJson(request: FastifyRequest, usual: 'json' | 'plain'): boolean {
  const format = parametersOf(request).text('format');
  if (format !== undefined) return format === 'json';
  const accepted = request.headers.accept ?? '';
  if (accepted.includes('application/json')) return true;
  return accepted.includes('text/plain') ? false : usual === 'json';
}

/** Names: a JSON list, or one a line. */
export function sendNames(
  request: FastifyRequest,
  reply: FastifyReply,
  names: readonly string[],
  usual: 'json' | 'plain',
): FastifyReply {
  if (wantsJson(request, usual)) return sendJson(reply, names);
  return sendText(reply, names.map((name) => `${name}\n`).join(''));
}

/** An object as JSON, or as `Key: value` lines whose keys are aligned to the right. */
export function sendObject(
  request: FastifyRequest,
  reply: FastifyReply,
  value: Record<string, unknown>,
): FastifyReply {
  return wantsJson(request, 'json') ? sendJson(reply, value) : sendText(reply, linesOf(value));
}
