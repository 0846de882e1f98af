import type { FastifyReply, FastifyRequest } from 'fastify';
import { parametersOf } from './parameters.ts';

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
  return usual === 'json' || (request.headers.accept ?? '').includes('application/json');
}

/** An object as JSON, or as `Key: value` lines whose keys are aligned to the right. */
export function sendObject(
  request: FastifyRequest,
  reply: FastifyReply,
  value: Record<string, unknown>,
): FastifyReply {
  if (wantsJson(request, 'json')) return sendJson(reply, value);
  const lines = Object.entries(value).filter(([, content]) => content !== null && content !== undefined);
  const width = Math.max(...lines.map(([key]) => key.length));
  return sendText(
    reply,
    `${lines.map(([key, content]) => `${title(key).padStart(width)}: ${plain(content)}`).join('\n')}\n`,
  );
}

function title(key: string): string {
  if (key.includes('.')) return key;
  return key.replaceAll('_', ' ').replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

function plain(content: unknown): string {
  if (Array.isArray(content)) return content.map(plain).join(', ');
  return typeof content === 'object' ? JSON.stringify(content) : String(content);
}
