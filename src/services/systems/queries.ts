/** The statements about outside systems. */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import type { BatchSystemView, LaunchHostView } from './schema.ts';

export interface PlaceHealth {
  host: string;
  account: string;
  reachable: boolean;
  since: Date;
  problem: string | null;
  checked: Date;
}

/** Keeps the newest of what engines have seen. */
export async function saveHealth(db: Db, health: PlaceHealth): Promise<void> {
  const { host, account, reachable, since, problem, checked } = health;
  await sql`
    insert into launch_host_health as h (host, account, reachable, since, problem, checked)
    values (${host}, ${account}, ${reachable}, ${since}, ${problem}, ${checked})
    on conflict (host, account) do update set reachable = excluded.reachable, problem = excluded.problem,
      checked = excluded.checked, since = case h.reachable when excluded.reachable then h.since else excluded.since end
    where h.checked < excluded.checked`.execute(db);
}

/** The launch hosts by name; unfinished launches are few, and an index has only them (`launch_work`). */
export async function launchHostViews(db: Db, hosts: ReadonlyMap<string, number>): Promise<LaunchHostView[]> {
  const launches = await sql<{ host: string; running: number; queued: number }>`
    select p.host, count(*) filter (where l.state <> 'queued')::integer as running,
      count(*) filter (where l.state = 'queued')::integer as queued
    from launch l join stage s using (stage_id) join login_setup p using (login_setup_id)
    where l.state in ('queued', 'claimed', 'running') group by p.host`.execute(db);
  const health = await sql<PlaceHealth>`
    select host, account, reachable, since, problem, checked from launch_host_health
    where host = any(${[...hosts.keys()]}::text[]) order by host, account`.execute(db);
  return [...hosts].map(([name, limit]) => {
    const { running = 0, queued = 0 } = launches.rows.find(({ host }) => host === name) ?? {};
    const accounts = health.rows.filter(({ host }) => host === name);
    return { name, launches: { limit, running, queued }, accounts };
  });
}

/** The batch systems of these names, with what was noted of the last looks at them. */
export async function batchSystemViews(db: Db, names: readonly string[]): Promise<BatchSystemView[]> {
  const { rows } = await sql<BatchSystemView>`
    select name, looked, problem, problem_since from unnest(${names}::text[]) with ordinality as n (name, place)
    left join batch_cursor b on b.batch_system = n.name order by place`.execute(db);
  return rows;
}
