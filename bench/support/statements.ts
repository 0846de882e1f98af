/** What PostgreSQL was asked during a request, so that the plan of a slow one can be shown. */
import type pg from 'pg';

export interface Statement {
  text: string;
  values: unknown[];
}

/** Keeps the statements that pooled connections run from now on; `take` gives those since the last call. */
export function recordStatements(pool: pg.Pool): { take(): Statement[] } {
  const seen: Statement[] = [];
  const known = new WeakSet<object>();
  pool.on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const recording = (...args: unknown[]): unknown => {
      const [text, values] = args;
      if (typeof text === 'string') seen.push({ text, values: Array.isArray(values) ? values : [] });
      return query(...args);
    };
    Object.assign(client, { query: recording });
  });
  return { take: () => seen.splice(0) };
}

export interface Plan {
  /** Pages of 8 kB that the statements touched together: a cost that a busy machine does not change. */
  blocks: number;
  /** Of the slowest of them, with its times. */
  slowest: string;
}

/** Runs the reading ones of these statements again, explained. */
export async function explain(pool: pg.Pool, statements: readonly Statement[]): Promise<Plan> {
  let blocks = 0;
  let slowest = { milliseconds: -1, plan: '' };
  for (const { text, values } of statements.filter((one) => /^[\s(]*(select|with)\b/i.test(one.text))) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) ${text}`, values);
    const lines = rows.map((row) => row['QUERY PLAN']);
    const plan = lines.join('\n');
    // The first is of the whole statement.
    const buffers = lines.find((line) => line.includes('Buffers: shared')) ?? '';
    for (const [, pages] of buffers.matchAll(/(?:hit|read)=(\d+)/g)) blocks += Number(pages);
    const milliseconds = Number(/Execution Time: ([\d.]+)/.exec(plan)?.[1] ?? 0);
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, plan };
  }
  return { blocks, slowest: slowest.plan };
}
