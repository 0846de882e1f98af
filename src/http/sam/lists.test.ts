/** Lists of more files than are read at once. Over real HTTP. */
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SamServer, startSam } from '../../../test/support/sam.ts';
import { raw } from '../../../test/support/sam-sample.ts';

let sam: SamServer;
beforeAll(async () => {
  sam = await startSam();
});
afterAll(() => sam.stop());

describe('long lists', () => {
  const FILES = 25_000;
  beforeAll(async () => {
    await sql`insert into dh.file (experiment, name, size, event_count, created_by, updated_by, digest, n_loc)
      select 'dune', 'long' || n, n, 1, 'pam', 'pam', '', 1 from generate_series(1, ${FILES}::int) n`.execute(
      sam.database.db,
    );
  });

  it('come whole, as lines and as JSON', async () => {
    const lines = (await sam.call('/files/list?dims=file_name%20long%25')).body.trimEnd().split('\n');
    expect([lines.length, new Set(lines).size, lines[0], lines.at(-1)]).toEqual([
      FILES,
      FILES,
      'long1',
      `long${FILES}`,
    ]);
    const json = await sam.call('/files/list?dims=file_name%20long%25&format=json&fileinfo=1');
    const last = { file_name: `long${FILES}`, file_size: FILES, event_count: 1 };
    expect((json.json() as unknown[]).at(-1)).toMatchObject(last);
  });

  it('come compressed to who can read that', async () => {
    const url = `${sam.base}/files/list?dims=file_name%20long%25&format=plain`;
    const body = await new Promise<Buffer>((resolve, reject) => {
      const call = request(url, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
        expect(answer.headers['content-encoding']).toBe('gzip');
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve(Buffer.concat(chunks)));
      });
      call.on('error', reject).end();
    });
    expect(gunzipSync(body).toString().split('\n')).toHaveLength(FILES + 1);
  });

  it('give their connection back when the client goes away, and when the connection breaks', async () => {
    const busy = async () => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'`.execute(sam.database.db);
      return rows[0]?.n ?? -1;
    };
    for (let time = 0; time < 8; time += 1) {
      const list = await sam.catalogue.streamLines('dune', 'file_name long%');
      if (time === 0) {
        expect(await busy()).toBe(1);
        await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and state like 'idle in transaction%'`.execute(sam.database.db);
        const read = async () => {
          for await (const portion of list.portions) expect(portion.length).toBeGreaterThan(0);
        };
        await expect(read()).rejects.toThrow();
      }
      await list.close();
      await list.close();
    }
    for (let time = 0; time < 8; time += 1) {
      const leave = new AbortController();
      const answer = await fetch(`${sam.base}/files/list?dims=file_name%20long%25`, { signal: leave.signal });
      expect(answer.status).toBe(200);
      leave.abort();
    }
    await expect.poll(busy, { timeout: 5000 }).toBe(0);
    expect((await sam.call('/files/list?dims=file_name%20long%25')).body.length).toBeGreaterThan(FILES * 5);
  });

  it('are not too many at once: who comes too late is asked to come back', async () => {
    const open = async () => sam.catalogue.streamLines('dune', 'file_name long%');
    const lists = [await open(), await open(), await open(), await open(), await open(), await open()];
    const late = await sam.call('/files/list?dims=file_name%20long%25');
    expect([late.status, late.headers['retry-after']]).toEqual([503, '10']);
    expect(late.json()).toMatchObject({ error: 'ServiceUnavailable' });
    for (const list of lists) await list.close();
    expect((await sam.call('/files/list?dims=file_name%20long%25')).status).toBe(200);
  });

  it('come from every kind of query', async () => {
    await sam.call('/files', { json: raw(1) });
    await sam.call('/definitions/create', { form: { defname: 'all', dims: 'data_tier raw' } });
    await sam.call('/startProject', { form: { name: 'proj', defname: 'all' } });
    for (const query of [
      'snapshot_for_project_name proj',
      'defname: all with limit 5',
      'data_tier raw minus file_name x',
    ])
      expect((await sam.call(`/files/list?dims=${encodeURIComponent(query)}`)).body).toBe('raw1.root\n');
  });

  it('a name may be as long as names may be', async () => {
    const name = `${'%'.repeat(200)}${'n'.repeat(50)}`;
    expect((await sam.call('/files', { json: { ...raw(9), file_name: name } })).status).toBe(200);
    const metadata = await sam.call(`/files/name/${encodeURIComponent(name)}/metadata`);
    expect(metadata.json()).toMatchObject({ file_name: name });
  });
});
