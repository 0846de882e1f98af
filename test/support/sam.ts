/** The catalogue's SAM web API as a server of its own, over real HTTP, with three people of the experiment `dune`. */
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { sql } from 'kysely';
import { pino } from 'pino';
import { type Catalogue, createCatalogue } from '../../src/connectors/data/catalogue/index.ts';
import { samRoutes } from '../../src/http/sam/index.ts';
import { createServer } from '../../src/http/server.ts';
import { createExperiments } from '../../src/services/experiments/service.ts';
import { loadPerson } from '../../src/services/people/service.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export interface Answer {
  status: number;
  type: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  json(): never;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As a form; lists as repeated keys. */
  form?: Record<string, string | readonly string[]>;
  json?: unknown;
  headers?: Record<string, string>;
  /** Who asks; pam, of production, where nobody is named. */
  user?: string;
}

export interface SamServer {
  port: number;
  /** The URL that `SAM_WEB_BASE_URL` names. */
  base: string;
  database: TestDatabase;
  catalogue: Catalogue;
  call(path: string, call?: Call): Promise<Answer>;
  /** Bytes as they are, on a connection of their own; what comes back until it is closed. */
  raw(bytes: string): Promise<string>;
  stop(): Promise<void>;
}

/** pam: production; ann: analysis; sue: superuser. */
export async function startSam(): Promise<SamServer> {
  const database = await createTestDatabase();
  const { db } = database;
  await sql`insert into experiment (experiment, name) values ('dune', 'DUNE'), ('nova', 'NOvA')`.execute(db);
  await sql`with people as (insert into experimenter (username, first_name, email) values
      ('pam', 'Pam', 'pam@example.org'), ('ann', 'Ann', null), ('sue', 'Sue', null) returning *)
    insert into membership (experimenter_id, experiment, role)
    select experimenter_id, 'dune', case username when 'pam' then 'production' when 'ann' then 'analysis'
      else 'superuser' end from people`.execute(db);
  const app = await createServer({
    identify: async (request) => loadPerson(db, String(request.headers['x-user'] ?? 'pam')),
    logger: pino({ level: 'silent' }),
    version: 'test',
  });
  const catalogue = createCatalogue(db);
  await samRoutes(app as never, { catalogue, experiments: createExperiments(db), version: 'test' });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const port = Number(new URL(origin).port);
  const base = `${origin}/sam/dune/api`;
  return {
    port,
    base,
    database,
    catalogue,
    call: (path, call = {}) => callSam(path.startsWith('http') ? path : `${base}${path}`, call),
    raw: (bytes) => exchange(port, bytes),
    async stop() {
      await app.close();
      await database.drop();
    },
  };
}

function callSam(url: string, { method, form, json, headers = {}, user }: Call): Promise<Answer> {
  const body = json === undefined ? form && formText(form) : JSON.stringify(json);
  const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  const all = {
    ...(body !== undefined && { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
    ...(user !== undefined && { 'x-user': user }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      { method: method ?? (body === undefined ? 'GET' : 'POST'), headers: all },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const { 'content-type': contentType = '' } = answer.headers;
          const status = answer.statusCode ?? 0;
          const parsed = () => JSON.parse(text) as never;
          resolve({ status, type: contentType, headers: answer.headers, body: text, json: parsed });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function formText(form: NonNullable<Call['form']>): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    for (const one of typeof value === 'string' ? [value] : value) text.append(name, one);
  }
  return text.toString();
}

function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer in 20 s')));
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}
