import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createAuthority, pemOf } from '../../../test/support/certificates.ts';
import { readJson, readWhole } from './answer.ts';
import { createHttpClient } from './client.ts';
import type { HttpAnswer, HttpClient, HttpLinkSetting } from './types.ts';

const folder = mkdtempSync(join(tmpdir(), 'poms-http-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const PLAIN: HttpLinkSetting = { ca: null, certificate: null, key: null, tokenFile: null, timeoutSeconds: 1 };

function client(setting: Partial<HttpLinkSetting> = {}, now?: () => Date): HttpClient {
  const made = createHttpClient({
    system: 'Data handling test',
    setting: { ...PLAIN, ...setting },
    headers: { 'user-agent': 'POMS' },
    ...(now === undefined ? {} : { now }),
  });
  ends.push(() => made.close());
  return made;
}

async function listening<S extends Server>(server: S, scheme = 'http'): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener) => listening(createServer(listener));
const whole = ({ status, text }: HttpAnswer) => ({ status, text });

/** Answers what `answers` say, one after the other, and the last of them from then on; counts the calls. */
async function script(...answers: (string | { status: number; text?: string; type?: string })[]) {
  let calls = 0;
  const url = await serve((_request, response) => {
    const answer = answers[Math.min(calls, answers.length - 1)] ?? '';
    calls += 1;
    const {
      status,
      text = '',
      type = 'text/plain',
    } = typeof answer === 'string' ? { status: 200, text: answer } : answer;
    if (status === 0) response.socket?.destroy();
    else response.writeHead(status, { 'content-type': type }).end(text);
  });
  return { url, calls: () => calls };
}

describe('what goes out and comes back', () => {
  it('sends query, form, headers, and reads what was packed', async () => {
    const seen: { request: IncomingMessage; body: string }[] = [];
    const url = await serve((request, response) => {
      void textOf(request).then((body) => {
        seen.push({ request, body });
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(gzipSync('{"a":1}'));
      });
    });
    const answer = await client().call(
      {
        method: 'POST',
        url: `${url}/x?k=1`,
        query: { dims: "file_name 'a b'", no: undefined },
        body: { form: { file_name: ['a', 'b&c'], n: 2 } },
        headers: { 'sam-role': 'default' },
      },
      (one) => readJson(one, z.object({ a: z.number() })),
    );
    expect(answer).toEqual({ a: 1 });
    const [first] = seen;
    expect(first?.request.url).toBe('/x?k=1&dims=file_name+%27a+b%27');
    expect(first?.body).toBe('file_name=a&file_name=b%26c&n=2');
    expect(first?.request.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'sam-role': 'default',
      'user-agent': 'POMS',
    });
  });

  it('keeps connections open', async () => {
    const sockets = new Set<unknown>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      response.end('1');
    });
    const http = client();
    for (let n = 0; n < 10; n += 1) await http.call({ url }, readWhole);
    // A connection is free again a moment after its answer was read, so there may be a second one.
    expect(sockets.size).toBeLessThan(3);
  });

  it('gives a 4xx as an answer, and says what a refusal says', async () => {
    const missing = await script({ status: 404, text: 'no' });
    expect(await client().call({ url: missing.url }, whole)).toEqual({ status: 404, text: 'no' });
    const error = '{"error":"NoAuthorizationCredentials","message":"no certificate"}';
    const refused = await script({ status: 403, text: error, type: 'application/json' });
    await expect(client().call({ url: refused.url }, whole)).rejects.toThrow(
      'Data handling test could not be asked: it refuses POMS (HTTP 403): NoAuthorizationCredentials: no certificate',
    );
    expect(refused.calls()).toBe(1);
    expect(await client().call({ url: refused.url, answers: [403] }, whole)).toMatchObject({ status: 403 });
  });

  it('does not follow to another address, where the token would go along', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: 'https://login.example.org/' }).end();
    });
    await expect(client().call({ url }, whole)).rejects.toThrow(
      'it sends to another address (https://login.',
    );
  });

  it('stops at an answer that is too large, also one that was packed small', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(4 << 20)));
    });
    await expect(client().call({ url, maxBytes: 1 << 20 }, whole)).rejects.toThrow(
      'larger than 1048576 bytes',
    );
  });

  it.each([
    ['<html><head><title>Sign in</title></head></html>', 'is not JSON: a page "Sign in"'],
    ['{"a":', 'is not JSON: {"a":'],
    ['{"a":"x"}', 'not as expected: a: '],
    ['', 'is not JSON: nothing'],
  ])('says what is wrong with %s', async (text, problem) => {
    const { url, calls } = await script(text);
    const asked = client().call({ url }, (one) => readJson(one, z.object({ a: z.number() })));
    await expect(asked).rejects.toThrow(problem);
    expect(calls()).toBe(1);
  });
});

describe('tries', () => {
  it('asks again after a 5xx and a cut connection', async () => {
    const { url, calls } = await script({ status: 503 }, { status: 0 }, 'ok');
    expect(await client().call({ url }, whole)).toEqual({ status: 200, text: 'ok' });
    expect(calls()).toBe(3);
  });

  it('asks three times at most, and says what the service said', async () => {
    const { url, calls } = await script({ status: 500, text: 'out of memory\nat line 3' });
    await expect(client().call({ url }, whole)).rejects.toThrow('HTTP 500: out of memory');
    expect(calls()).toBe(3);
  });

  it('does not repeat what may have been done, unless told that it does no harm', async () => {
    const { url, calls } = await script({ status: 0 }, 'ok');
    await expect(client().call({ method: 'POST', url }, whole)).rejects.toThrow('the connection was cut');
    expect(calls()).toBe(1);
    const other = await script({ status: 0 }, 'ok');
    expect(await client().call({ method: 'POST', url: other.url, repeatable: true }, whole)).toMatchObject({
      text: 'ok',
    });
  });

  it('ends in time whatever the service does', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.write('begins and never ends');
    });
    const began = performance.now();
    const http = client({ timeoutSeconds: 0.3 });
    await expect(http.within(700).call({ url }, whole)).rejects.toThrow('there was no answer within');
    expect(performance.now() - began).toBeLessThan(1000);
    const spent = client().within(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(spent.call({ url }, whole)).rejects.toThrow('the operation has taken too long already');
  });

  it('waits as long as the service asks for, in its time', async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.end('ok');
    });
    const began = performance.now();
    await client().call({ url }, whole);
    expect(performance.now() - began).toBeGreaterThan(990);
  });
});

describe('the circuit breaker', () => {
  it('opens after three failures, lets one call through later, and closes when that is answered', async () => {
    let time = Date.parse('2026-01-01T00:00:00Z');
    let good = false;
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      response.writeHead(good ? 200 : 502).end();
    });
    const http = client({}, () => new Date(time));
    expect(http.health()).toBeNull();
    await expect(http.call({ url }, whole)).rejects.toThrow('HTTP 502');
    expect(calls).toBe(3);
    expect(http.health()).toMatchObject({ reachable: false, problem: 'it answered with HTTP 502: nothing' });

    const began = performance.now();
    await expect(http.call({ url }, whole)).rejects.toThrow(
      'it has been away since 2026-01-01T00:00:00Z (it answered with HTTP 502: nothing) and is asked again at 2026-01-01T00:00:05Z',
    );
    expect(performance.now() - began).toBeLessThan(50);
    expect(calls).toBe(3);

    time += 6_000;
    await expect(http.call({ url }, whole)).rejects.toThrow('HTTP 502');
    expect(calls).toBe(4);
    expect(http.health()?.nextTry).toEqual(new Date('2026-01-01T00:00:16Z'));

    time += 11_000;
    good = true;
    const all = await Promise.allSettled([1, 2, 3].map(() => http.call({ url }, whole)));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(http.health()).toMatchObject({ reachable: true, problem: null });
    await http.call({ url }, whole);
  });

  it('is one for each server, and the worst of them is told', async () => {
    const good = await script('ok');
    const bad = await script({ status: 500 });
    const http = client();
    await http.call({ url: good.url }, whole);
    await expect(http.call({ url: bad.url }, whole)).rejects.toThrow();
    expect(http.health()).toMatchObject({ reachable: false });
    await http.call({ url: good.url }, whole);
  });

  it('counts nonsense, but not an answer that the caller dislikes', async () => {
    const { url } = await script('<html>');
    const http = client();
    for (let n = 0; n < 3; n += 1)
      await expect(http.call({ url }, readWhole)).rejects.toThrow('not a number');
    expect(http.health()).toMatchObject({ reachable: false });
    const other = client();
    const dislike = () => {
      throw new Error('no such dimension');
    };
    for (let n = 0; n < 4; n += 1)
      await expect(other.call({ url }, dislike)).rejects.toThrow('no such dimension');
    expect(other.health()).toMatchObject({ reachable: true });
  });

  it('says in words that nobody listens', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const asked = client().call({ method: 'POST', url: `http://127.0.0.1:${port}` }, whole);
    await expect(asked).rejects.toThrow('the connection was refused');
  });
});

describe('credentials', () => {
  it('reads the token from its file, and again when it changes', async () => {
    const url = await serve((request, response) => response.end(request.headers.authorization));
    const tokenFile = join(folder, 'token');
    const http = client({ tokenFile });
    await expect(http.call({ url }, whole)).rejects.toThrow(`${tokenFile} for it cannot be read (ENOENT)`);
    writeFileSync(tokenFile, 'abc.def\n');
    expect(await http.call({ url }, whole)).toMatchObject({ text: 'Bearer abc.def' });
    writeFileSync(tokenFile, 'renewed.token\n');
    expect(await http.call({ url }, whole)).toMatchObject({ text: 'Bearer renewed.token' });
    writeFileSync(tokenFile, 'two\nlines\n');
    await expect(http.call({ url }, whole)).rejects.toThrow('does not hold one token');
  });

  it('verifies the server, and shows a client certificate', async () => {
    const ours = createAuthority(folder, 'ours');
    const other = createAuthority(folder, 'other');
    const server = createTlsServer(
      {
        ...pemOf(ours.sign('server')),
        ca: [pemOf({ certificate: ours.ca, key: ours.ca }).cert],
        requestCert: true,
      },
      (request, response) => response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN),
    );
    const url = await listening(server, 'https');
    const poms = ours.sign('poms');
    const http = client({ ca: ours.ca, ...poms });
    expect(await http.call({ url }, whole)).toMatchObject({ text: 'poms' });
    for (const ca of [null, other.ca]) {
      await expect(client({ ca }).call({ url }, whole)).rejects.toThrow('its certificate is not accepted');
    }
  });
});
