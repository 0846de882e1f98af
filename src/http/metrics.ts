/** Prometheus metrics, on a port of their own: the front never passes them on (design 12). */
import { createServer } from 'node:http';
import { sql } from 'kysely';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { EngineParts } from '../engine/parts.ts';
import { PomsError } from '../errors.ts';

/** Starts the metrics server. Throws `address-taken`. */
export async function startMetrics(
  parts: EngineParts,
  listen: { host: string; port: number },
): Promise<{ stop(): Promise<void> }> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addGauges(registry, parts);
  const server = createServer((_request, response) => {
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => {
        parts.log.warn({ err: error }, 'metrics could not be collected');
        response.writeHead(503).end('the database does not answer\n');
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new PomsError('address-taken', { address: `${listen.host}:${listen.port}` }, { cause })),
    );
    server.listen(listen.port, listen.host, resolve);
  });
  return { stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Asked from the database when somebody reads them: all processes tell the same. */
function addGauges(registry: Registry, parts: EngineParts): void {
  const { db } = parts.database;
  new Gauge({
    name: 'poms_launches',
    help: 'Launches that are not ended, by state.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const rows = await sql<{ state: string; n: number }>`
        select state, count(*) as n from launch where state in ('queued', 'claimed', 'running') group by state`.execute(
        db,
      );
      this.reset();
      for (const { state, n } of rows.rows) this.set({ state }, n);
    },
  });
  new Gauge({
    name: 'poms_wrapup_waiting',
    help: 'Submissions whose next step of the wrap-up is due.',
    registers: [registry],
    async collect() {
      const rows = await sql<{ n: number }>`
        select count(*) as n from submission where work is not null and work_due <= now()`.execute(db);
      this.set(rows.rows[0]?.n ?? 0);
    },
  });
  new Gauge({
    name: 'poms_roll_ups_differing',
    help: 'Counters that differed from what they count when they were last compared; anything above 0 is a defect.',
    labelNames: ['subject'],
    registers: [registry],
    async collect() {
      const rows = await sql<{ subject: string; n: number }>`
        select subject, differing as n from roll_up_audit`.execute(db);
      for (const { subject, n } of rows.rows) this.set({ subject }, n);
    },
  });
  new Gauge({
    name: 'poms_batch_look_age_seconds',
    help: 'Seconds since a batch system was last asked for changes.',
    labelNames: ['system'],
    registers: [registry],
    async collect() {
      const rows = await sql<{ system: string; age: number }>`
        select batch_system as system, extract(epoch from now() - looked)::float8 as age from batch_cursor
        where looked is not null`.execute(db);
      for (const { system, age } of rows.rows) this.set({ system }, age);
    },
  });
}
