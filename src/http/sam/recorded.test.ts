/** Requests of real clients as they were recorded (spec/data-handling.md 1.3): the same bytes on the wire. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SamServer, startSam } from '../../../test/support/sam.ts';
import { raw } from '../../../test/support/sam-sample.ts';

let sam: SamServer;
beforeAll(async () => {
  sam = await startSam();
});
afterAll(() => sam.stop());

const FORM = 'application/x-www-form-urlencoded';

/** As the samweb client of version 2 sends it, with the headers of its urllib2. */
async function v2(
  method: string,
  path: string,
  body?: string,
  type = FORM,
): Promise<{ status: number; text: string; head: string }> {
  const lines = [
    `${method} ${path.replace('<api>', '/sam/dune/api')} HTTP/1.1`,
    'Accept-Encoding: identity',
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`, `Content-Type: ${type}`]),
    `Host: 127.0.0.1:${sam.port}`,
    'From: alice@vm',
    'Accept: application/json',
    'SAM-Role: default',
    'User-Agent: SAMWebClient/v2_1 (samweb) python/2.7.3',
    'Connection: close',
  ];
  const answer = await sam.raw(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const text = rest.join('\r\n\r\n');
  const chunked = /^transfer-encoding: chunked/im.test(head);
  return { status: Number(head.split(' ')[1]), text: chunked ? unchunked(text) : text, head };
}

function unchunked(text: string): string {
  let body = '';
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at);
    const length = Number.parseInt(text.slice(at, end), 16);
    if (!(length > 0)) return body;
    body += text.slice(end + 2, end + 2 + length);
    at = end + 2 + length + 2;
  }
}

describe('samweb, version 2', () => {
  let project = '';
  let process = '';

  it('declares files and a definition, and finds them', async () => {
    for (const n of [1, 2]) {
      const declared = await v2(
        'POST',
        '<api>/files',
        `${JSON.stringify(raw(n), null, 2)}\n`,
        'application/json',
      );
      expect(declared.status).toBe(200);
    }
    const dims = 'dims=data_tier+raw+and+run_number+1-10000&defname=mydef&group=test';
    const created = await v2('POST', '<api>/definitions/create', dims);
    expect(JSON.parse(created.text)).toMatchObject({ defname: 'mydef', defid: expect.any(Number) });
    expect((await v2('GET', '<api>/files/count?dims=defname%3A+mydef')).text).toBe('2');
    expect((await v2('GET', '<api>/files/list?dims=defname%3A+mydef&format=plain')).text).toBe(
      'raw1.root\nraw2.root\n',
    );
    expect((await v2('GET', '<api>/definitions/name/mydef/describe?format=plain')).text).toContain(
      'Definition Name: mydef\n',
    );
    const snapshot = await v2('POST', '<api>/definitions/name/mydef/snapshot?format=plain', 'group=test');
    expect(snapshot.text).toMatch(/^\d+$/);
  });

  it('runs a project', async () => {
    const started = await v2(
      'POST',
      '<api>/startProject',
      'defname=mydef&name=proj1&station=test&group=test',
    );
    project = new URL(started.text.trim()).pathname;
    expect(project).toBe('/sam/dune/api/projects/test/proj1');
    const established = await v2(
      'POST',
      `${project}/establishProcess`,
      'appfamily=art&appversion=v1&node=vm&appname=reco&schemas=root%2Cgsiftp&deliverylocation=node1&username=alice',
    );
    process = `${project}/process/${established.text}`;
    const next = () => v2('POST', `${process}/getNextFile`, '');
    const handed = JSON.parse((await next()).text);
    expect(handed).toEqual({ url: 'root://door.example.org//dune/raw/raw1.root', filename: 'raw1.root' });
    const released = await v2(
      'POST',
      `${process}/updateFileStatus`,
      `filename=${encodeURIComponent(handed.url)}&status=consumed`,
    );
    expect(released.status).toBe(200);
    expect(JSON.parse((await next()).text)).toMatchObject({ filename: 'raw2.root' });
    expect(
      (await v2('POST', `${process}/updateFileStatus`, 'filename=raw2.root&status=skipped')).status,
    ).toBe(200);
    const none = await next();
    expect([none.status, none.text]).toEqual([204, '']);
    expect((await v2('PUT', `${process}/status`, 'status=completed')).status).toBe(200);
    expect((await v2('POST', `${project}/endProject`, 'force=1')).status).toBe(200);
  });

  it('asks what became of it', async () => {
    expect((await v2('GET', '<api>/projects/name/proj1/summary?format=plain')).text).toMatch(
      /File Counts: consumed 1, skipped 1/,
    );
    const recovery = await v2(
      'GET',
      '<api>/projects/name/proj1/recovery_dimensions?useProcess=1&format=plain',
    );
    const left = await v2(
      'GET',
      `<api>/files/list?dims=${encodeURIComponent(recovery.text).replaceAll('%20', '+')}&format=plain`,
    );
    expect(left.text).toBe('raw2.root\n');
    const children =
      '<api>/files/list?dims=isparentof%3A%28+snapshot_for_project_name+proj1+and+version+v1+%29+and+availability%3A+physical&format=plain';
    expect(await v2('GET', children)).toMatchObject({ status: 200, text: '' });
    expect((await v2('DELETE', '<api>/definitions/name/mydef?')).status).toBe(409);
  });

  it('reads the type of an error to the letter', async () => {
    const { status, head } = await v2('GET', '<api>/files/count?dims=colour+red');
    expect(status).toBe(400);
    expect(head).toMatch(/^content-type: application\/json\r?$/im);
  });

  it('needs no Accept header', async () => {
    const bare = (path: string) =>
      sam.raw(`GET /sam/dune/api${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect(await bare('/files/count?dims=data_tier+raw')).toMatch(/\r\n\r\n2$/);
    expect(await bare('/projects/name/proj1/summary')).toMatch(/content-type: application\/json\r\n/i);
    expect(await bare('/definitions/list')).toMatch(/content-type: text\/plain/i);
  });
});
