/**
 * A catalogue of the size that experiments reach, made by the database itself: files in five tiers, each with the
 * parents such files have, runs, locations; projects over raw files with what became of them. With 5 M files there are
 * 20 M parents, as in spec/data-handling.md 4.3.
 */
import pg from 'pg';

export const EXPERIMENT = 'bench';
/** Files of an ordinary project. */
export const PROJECT_FILES = 2000;
/** Files of each of the two large projects, `large_1` and `large_2`. */
export const LARGE_FILES = 100_000;
export const TIERS = ['raw', 'reco', 'calib', 'ana', 'merged'] as const;

export interface Wanted {
  files: number;
  projects: number;
}

/** `$tier`: files of a tier; `$projects`, `$each`, `$large` as above. Names sort as their ids do within a tier. */
const STEPS = [
  `set session_replication_role = replica; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
   set synchronous_commit = off; set maintenance_work_mem = '1GB'; set work_mem = '256MB'`,
  `insert into experiment (experiment, name) values ('bench', 'Benchmark') on conflict do nothing`,
  `insert into dh.lookup (experiment, kind, name)
   select 'bench', 'tier', t from unnest(array['raw', 'reco', 'calib', 'ana', 'merged']) with ordinality as u(t, n) order by n`,
  `insert into dh.lookup (experiment, kind, name) values ('bench', 'type', 'detector'), ('bench', 'format', 'root'),
     ('bench', 'stream', 'physics'), ('bench', 'stream', 'cosmics')`,
  `insert into dh.application (experiment, family, name, version)
   select 'bench', 'art', t, 'v' || v from unnest(array['daq', 'reco', 'calib', 'ana', 'merge']) with ordinality as u(t, n),
     generate_series(1, 5) as v order by n, v`,
  // Tier by tier, so that a file is younger than its parents. A version each half percent of files is old or new.
  `insert into dh.file (experiment, name, size, event_count, first_event, last_event, created, created_by, updated,
     updated_by, started, ended, type_id, tier_id, format_id, stream_id, application_id, n_loc, meta, digest)
   select 'bench', t.name || '_' || lpad(n::text, 9, '0') || '.root', 1000000 + n % 999983, 100 + n % 900, n * 1000,
     n * 1000 + 999, timestamptz '2026-01-01' + make_interval(secs => (t.place - 1) * 2000000 + n % 1900000), 'bench',
     now(), 'bench', timestamptz '2025-01-01' + make_interval(secs => n), timestamptz '2025-01-01' + make_interval(secs => n + 60),
     (select lookup_id from dh.lookup where kind = 'type'), t.lookup_id, (select lookup_id from dh.lookup where kind = 'format'),
     (select min(lookup_id) from dh.lookup where kind = 'stream') + n % 2, t.first_version + n / 1000 % 5,
     case when n % 50 = 7 then 0 else 1 end,
     jsonb_build_object('bench.campaign', 'c' || n % 40, 'detector.hv_value', n % 100), 'd'
   from (select name, lookup_id, row_number() over (order by lookup_id) as place,
       (row_number() over (order by lookup_id) - 1) * 5 + 1 as first_version from dh.lookup where kind = 'tier') as t,
     generate_series(1, $tier) as n order by t.place, n`,
  `insert into dh.file_parent (child_id, parent_id) select $tier + n, n from generate_series(1, $tier) as n`,
  `insert into dh.file_parent (child_id, parent_id) select 2 * $tier + n, $tier + n from generate_series(1, $tier) as n`,
  `insert into dh.file_parent (child_id, parent_id)
   select 3 * $tier + n, p from generate_series(1, $tier) as n, unnest(array[n, 2 * $tier + n]) as p`,
  `insert into dh.file_parent (child_id, parent_id)
   select 4 * $tier + n, 3 * $tier + 1 + (n + p) % $tier from generate_series(1, $tier) as n, generate_series(0, 15) as p
   order by 1, 2`,
  `insert into dh.file_run (file_id, run, subrun, run_type)
   select t * $tier + n, n / 100, n % 100, 'physics' from generate_series(0, 2) as t, generate_series(1, $tier) as n order by 1`,
  `insert into dh.file_location (file_id, location)
   select file_id, 'pool:/data/' || file_id % 997 from dh.file where n_loc = 1 order by file_id`,
  `insert into dh.definition (experiment, name, dims, created_by) values ('bench', 'all_raw', 'data_tier raw', 'bench')`,
  // Projects begin spread over the raw files; the large ones at their begin.
  `create temporary table plan as
   select n as id, case when n > $projects then 'large_' || n - $projects else 'project_' || n end as name,
     case when n > $projects then $large else $each end as files,
     case when n > $projects then 0 else (n::bigint * 7919 * $each) % greatest($tier - $each, 1) end as skip
   from generate_series(1, $projects + 2) as n`,
  `insert into dh.snapshot (snapshot_id, experiment, version, files, created_by) overriding system value
   select id, 'bench', 1, files, 'bench' from plan order by id`,
  `insert into dh.snapshot_file (snapshot_id, file_id, seq)
   select id, skip + s, s from plan, generate_series(1, files) as s where skip + s <= $tier order by 1, 2`,
  `insert into dh.project (project_id, experiment, name, station, snapshot_id, started_by) overriding system value
   select id, 'bench', name, 'bench', id, 'bench' from plan order by id`,
  `insert into dh.process (process_id, project_id) overriding system value select id, id from plan order by id`,
  `insert into dh.project_file (project_id, file_id, seq, state, process_id)
   select snapshot_id, file_id, seq, case when seq % 10 = 3 then 'failed' when seq % 10 = 7 then 'delivered' else 'consumed' end,
     snapshot_id from dh.snapshot_file order by 1, 2`,
  `select setval(pg_get_serial_sequence('dh.snapshot', 'snapshot_id'), 1000000),
     setval(pg_get_serial_sequence('dh.project', 'project_id'), 1000000),
     setval(pg_get_serial_sequence('dh.process', 'process_id'), 1000000)`,
];

/** Loads it into an empty catalogue; indexes are made anew afterwards, which is faster. Returns seconds taken. */
export async function loadFiles(url: string, wanted: Wanted): Promise<{ seconds: number; bytes: number }> {
  const tier = Math.floor(wanted.files / TIERS.length);
  const sizes = { tier, projects: wanted.projects, each: PROJECT_FILES, large: Math.min(LARGE_FILES, tier) };
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const begun = performance.now();
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
       from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'dh' and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`,
    );
    const [settings = '', ...rest] = STEPS;
    await client.query(settings);
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    for (const step of rest) {
      await client.query(step.replace(/\$(\w+)/g, (_, name: keyof typeof sizes) => String(sizes[name])));
    }
    for (const { definition } of indexes) await client.query(definition);
    await client.query('vacuum (analyze)');
    await client.query('checkpoint');
    const { rows } = await client.query<{ bytes: string }>(
      `select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'dh' and c.relkind = 'r'`,
    );
    return { seconds: (performance.now() - begun) / 1000, bytes: Number(rows[0]?.bytes ?? 0) };
  } finally {
    await client.end();
  }
}
