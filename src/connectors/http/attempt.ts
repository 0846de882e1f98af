/** One try at a call: sends it, reads the answer up to its limit, and tells failures from answers. */
import { type Agent, fetch, type Response } from 'undici';
import { told } from './answer.ts';
import { failureOf, HttpFailure } from './failures.ts';
import type { HttpAnswer, HttpBody, HttpRequest, HttpValues } from './types.ts';

const MAX_BYTES = 32 << 20;
/** The service cannot be used now; what else it says with a 4xx is its answer. */
const NO_ANSWER: ReadonlySet<number> = new Set([401, 403, 408, 429]);
const LONGEST_WAIT_MS = 10_000;

/** Throws `HttpFailure`. */
export async function attempt(
  request: HttpRequest,
  { agent, headers, timeoutMs }: { agent: Agent; headers: Record<string, string>; timeoutMs: number },
): Promise<HttpAnswer> {
  try {
    const { body, type } = written(request.body);
    const response = await fetch(address(request), {
      method: request.method ?? 'GET',
      headers: { ...(type === null ? {} : { 'content-type': type }), ...headers, ...request.headers },
      body,
      dispatcher: agent,
      // Credentials go nowhere but to the server that the settings name.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return checked(request, response, await textOf(response, request.maxBytes ?? MAX_BYTES));
  } catch (error) {
    throw failureOf(error, timeoutMs);
  }
}

function checked(request: HttpRequest, response: Response, text: string): HttpAnswer {
  const { status } = response;
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  const answer = {
    status,
    type: type.trim().toLowerCase(),
    headers: Object.fromEntries(response.headers),
    text,
  };
  const isAnswer = status < 300 || (status >= 400 && status < 500 && !NO_ANSWER.has(status));
  if (isAnswer || request.answers?.includes(status) === true) return answer;
  if (status < 400) {
    const to = response.headers.get('location') ?? 'nowhere';
    throw new HttpFailure(`it sends to another address (${to}): correct its URL`, { passing: false });
  }
  if (status === 401 || status === 403) {
    throw new HttpFailure(`it refuses POMS (HTTP ${status}): ${told(answer)}`, { passing: false });
  }
  const waitMs = Math.min(1000 * (Number(response.headers.get('retry-after')) || 0), LONGEST_WAIT_MS);
  throw new HttpFailure(`it answered with HTTP ${status}: ${told(answer)}`, { waitMs });
}

function address({ url, query }: HttpRequest): URL {
  const address = new URL(url);
  for (const [name, value] of parameters(query ?? {})) address.searchParams.append(name, value);
  return address;
}

function written(body: HttpBody | undefined): { body: string | null; type: string | null } {
  if (body === undefined) return { body: null, type: null };
  if ('form' in body) {
    return { body: parameters(body.form).toString(), type: 'application/x-www-form-urlencoded' };
  }
  if ('json' in body) return { body: JSON.stringify(body.json), type: 'application/json' };
  return { body: body.text, type: body.type ?? 'text/plain; charset=utf-8' };
}

function parameters(values: HttpValues): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) parameters.append(name, String(one));
  }
  return parameters;
}

/** Counts what comes out of the unpacking, so that a small packed answer cannot fill the memory. */
async function textOf(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new HttpFailure(`its answer is larger than ${maxBytes} bytes`, { passing: false });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
