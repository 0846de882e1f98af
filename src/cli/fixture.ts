/** For tests: a small HTTP server with answers of POMS, and the command run against it. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from './program.ts';

export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  authorization: string | undefined;
}
export type Answer = { status?: number; json?: unknown; text?: string };

export interface TestServer {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

/** `answers` by method and path, for example `GET /api/v1/me`; anything else is answered as POMS answers it. */
export async function startServer(answers: Record<string, (asked: Asked) => Answer>): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readRequest(request).then((one) => {
      asked.push(one);
      const { status = 200, json, text } = answers[`${one.method} ${one.path}`]?.(one) ?? NOT_FOUND;
      response.writeHead(status, { 'content-type': text === undefined ? 'application/json' : 'text/plain' });
      response.end(text ?? JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const NOT_FOUND: Answer = {
  status: 404,
  json: {
    type: '/docs/errors#not-found',
    title: 'Not found',
    status: 404,
    code: 'not-found',
    detail: 'There is no campaign ghost here.',
    advice: 'Check the name and the experiment.',
  },
};

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://test');
  const body = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? '',
    path: decodeURIComponent(url.pathname),
    query: Object.fromEntries(url.searchParams),
    body: body === '' ? null : JSON.parse(body),
    authorization: request.headers.authorization,
  };
}

/** Runs the command in this process; what it printed and its exit status. */
export async function poms(...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const streams = { out: process.stdout, err: process.stderr };
  const printed = { out: '', err: '' };
  const originals = { out: streams.out.write, err: streams.err.write };
  const exitCode = process.exitCode;
  for (const name of ['out', 'err'] as const) {
    streams[name].write = ((text: string | Uint8Array) => {
      printed[name] += text.toString();
      return true;
    }) as typeof process.stdout.write;
  }
  process.exitCode = undefined;
  try {
    return { exitCode: await run(argv), ...printed };
  } finally {
    for (const name of ['out', 'err'] as const) streams[name].write = originals[name];
    process.exitCode = exitCode;
  }
}
