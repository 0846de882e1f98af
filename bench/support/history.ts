/**
 * History of the size that production reaches, made by the database itself: campaigns with four stages each,
 * submissions with ten jobs each. A tenth of all is in one campaign, as with a campaign that keeps up with a
 * detector; what is open is among the newest, and statuses that are rare in life are rare here.
 */
import pg from 'pg';

export interface History {
  submissions: number;
  campaigns: number;
  stages: number;
  jobsEach: number;
}

/** Statements in order; `$size`s are filled in from `History`, numbers all. */
const STEPS = [
  // No triggers and no checks of foreign keys, which would take most of the time; the counters are filled at the end.
  `set session_replication_role = replica`,
  `insert into experiment (experiment, name) values ('bench', 'Benchmark')`,
  `insert into experimenter (username) values ('bench')`,
  `insert into login_setup (experiment, name, host, account, creator_id, creator_role)
   select 'bench', 'local', 'local', 'me', experimenter_id, 'production' from experimenter where username = 'bench'`,
  `insert into job_type (experiment, name, launch_script, creator_id, creator_role)
   select 'bench', 'run', 'run %(dataset)s', experimenter_id, 'production' from experimenter where username = 'bench'`,
  `insert into campaign (experiment, name, creator_id, creator_role)
   select 'bench', 'campaign-' || n, experimenter_id, 'production'
   from experimenter, generate_series(1, $campaigns) as n where username = 'bench'`,
  `insert into stage (campaign_id, experiment, name, job_type_id, login_setup_id, software_version, creator_id, creator_role)
   select campaign_id, 'bench', 'stage-' || n, job_type_id, login_setup_id, 'v1', c.creator_id, 'production'
   from campaign c, job_type, login_setup, generate_series(1, $stagesEach) as n`,
  `insert into dependency (campaign_id, upstream_stage_id, downstream_stage_id)
   select campaign_id, a.stage_id, b.stage_id from stage a join stage b using (campaign_id)
   where substr(b.name, 7)::integer = substr(a.name, 7)::integer + 1`,
  `insert into snapshot (kind, hash, content) values
     ('stage', 's', '{"name": "stage", "stageType": "regular", "voRole": "production", "creator": "bench", "softwareVersion": "v1", "completionType": "located", "completionPct": 95, "outputAncestorDepth": 1}'),
     ('job_type', 'j', '{"recoveries": [], "outputFilePatterns": ["%"]}'),
     ('login_setup', 'l', '{"host": "local", "account": "me"}')`,
  // Which stage: one in ten of the first campaign, the others spread over all in a fixed disorder.
  `create temporary table plan as
   select n, s.stage_id, s.campaign_id, s.creator_id,
     case when $submissions - n < 40 then 4000 when $submissions - n < 60 then 3000
       when n % 50 = 7 then 6000 when n % 97 = 5 then 2000 when n % 211 = 3 then 1500
       when n in (11, 1011, 2011) then 5000 else 8000 end as status_id,
     now() - make_interval(secs => ($submissions - n) * 30) as at
   from generate_series(1, $submissions) as n
   join (select stage.*, row_number() over (order by stage_id) - 1 as place from stage) as s
     on s.place = case when n % 10 = 0 then n / 10 % $stagesEach else (n::bigint * 7919) % $stages end`,
  `insert into launch (launch_id, run_id, stage_id, campaign_id, experiment, cause, cause_key, requested_by, state,
     state_since, outcome, started, ended, created)
   overriding system value
   select n, n, stage_id, campaign_id, 'bench', 'manual', 'request:' || n, creator_id,
     case status_id when 2000 then 'failed' else 'done' end, at, case status_id when 2000 then 'launch-no-job' end, at, at, at
   from plan order by n`,
  `insert into submission (submission_id, launch_id, run_id, stage_id, campaign_id, experiment, creator_id,
     stage_snapshot_id, job_type_snapshot_id, login_setup_snapshot_id, dataset, files_expected, project, command,
     batch_system, batch_ids, status_id, status_since, jobs_idle, jobs_running, jobs_completed, jobs_failed, files_total,
     files_consumed, files_failed, files_produced, files_located, created, updated)
   overriding system value
   select n, n, n, stage_id, campaign_id, 'bench', creator_id, 1, 2, 3, 'bench_dataset_slice_' || n, 10, 'poms_' || n,
     'run --dataset=bench_dataset_slice_' || n, 'local', array[n || '@local'], status_id, at,
     case status_id when 3000 then $jobsEach else 0 end, case status_id when 4000 then $jobsEach else 0 end,
     case status_id when 8000 then $jobsEach else 0 end, case when status_id in (3000, 4000, 8000) then 0 else $jobsEach end,
     10, 10, 0, 10, 10, at, at
   from plan order by n`,
  `insert into submission_event (submission_id, at, kind, status_id, actor)
   select n, at, 'status', status, 'bench' from plan, unnest(array[1000, 3000, status_id]) as status order by n`,
  `select make_job_partitions_for($submissions, 100000)`,
  `insert into job (submission_id, batch_id, state, state_since, host, submitted, started, ended, wall_seconds)
   select n, n || '.' || process || '@local',
     case status_id when 3000 then 'idle' when 4000 then 'running' when 8000 then 'completed' else 'failed' end,
     at, 'node' || n % 500, at, at, at, 100
   from plan, generate_series(0, $jobsEach - 1) as process order by n, process`,
  `select setval(pg_get_serial_sequence('launch', 'launch_id'), $submissions),
     setval(pg_get_serial_sequence('submission', 'submission_id'), $submissions)`,
  `insert into stage_counter
   select a.*, (select max(status_since) from submission s where s.stage_id = a.stage_id and s.status_id = a.status_id)
   from (select stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed, jobs_failed,
     jobs_removed, files_total, files_produced, files_located, files_consumed from stage_count_audit) as a`,
];

/** Fills an empty, migrated database. A million submissions with ten million jobs take some minutes. */
export async function loadHistory(url: string, history: History): Promise<void> {
  const sizes: Record<string, number> = { ...history, stagesEach: history.stages / history.campaigns };
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const step of STEPS) {
      await client.query(step.replace(/\$(\w+)/g, (_, name: string) => String(sizes[name])));
    }
    await client.query('vacuum (analyze)');
  } finally {
    await client.end();
  }
}
