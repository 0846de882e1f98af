-- The core of POMS: who, what is defined, what was launched, what became of it.
-- Names and numbers of statuses are those of the original (spec/backend.md 1.1).

create table experiment (
  experiment text primary key check (experiment ~ '^[a-z][a-z0-9_-]{0,31}$'),
  name text not null unique check (name <> ''),
  logbook text,
  active boolean not null default true,
  created timestamptz not null default now()
);

create table experimenter (
  experimenter_id integer generated always as identity primary key,
  username text not null unique check (username ~ '^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$'),
  first_name text not null default '',
  last_name text not null default '',
  email text,
  -- Administrator of the whole installation.
  root boolean not null default false,
  last_seen timestamptz,
  created timestamptz not null default now()
);

create table membership (
  experimenter_id integer not null references experimenter on delete cascade,
  experiment text not null references experiment on delete cascade,
  role text not null check (role in ('analysis', 'production-shifter', 'production', 'superuser')),
  active boolean not null default true,
  primary key (experimenter_id, experiment)
);
create index on membership (experiment);

-- ---------------------------------------------------------------------------------------------------------
-- Definitions. Every one has a version, for saves on a stale one are refused.

create table login_setup (
  login_setup_id integer generated always as identity primary key,
  experiment text not null references experiment,
  name text not null check (name <> '' and length(name) <= 200),
  -- 'local' is this machine; any other is a host name.
  host text not null check (host ~ '^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$'),
  account text not null check (account ~ '^[A-Za-z_][A-Za-z0-9_.-]{0,63}$'),
  -- Shell text that runs before the launch script.
  setup text not null default '',
  batch_system text not null default 'local' check (batch_system ~ '^[a-z][a-z0-9-]*$'),
  active boolean not null default true,
  version integer not null default 1,
  creator_id integer not null references experimenter,
  creator_role text not null check (creator_role in ('analysis', 'production')),
  created timestamptz not null default now(),
  updater_id integer references experimenter,
  updated timestamptz,
  unique (experiment, name)
);

create table job_type (
  job_type_id integer generated always as identity primary key,
  experiment text not null references experiment,
  name text not null check (name <> '' and length(name) <= 200),
  launch_script text not null check (launch_script <> ''),
  parameters jsonb not null default '[]' check (jsonb_typeof(parameters) = 'array'),
  output_file_patterns text[] not null default '{%}',
  active boolean not null default true,
  version integer not null default 1,
  creator_id integer not null references experimenter,
  creator_role text not null check (creator_role in ('analysis', 'production')),
  created timestamptz not null default now(),
  updater_id integer references experimenter,
  updated timestamptz,
  unique (experiment, name)
);

create table job_type_recovery (
  job_type_id integer not null references job_type on delete cascade,
  position integer not null check (position >= 0),
  type text not null check (type in ('consumed_status', 'process_status', 'added_files', 'pending_files', 'delivered_not_consumed')),
  parameters jsonb not null default '[]' check (jsonb_typeof(parameters) = 'array'),
  primary key (job_type_id, position)
);

create table campaign (
  campaign_id integer generated always as identity primary key,
  experiment text not null references experiment,
  name text not null check (name <> '' and length(name) <= 200),
  description text not null default '',
  active boolean not null default true,
  type text not null default 'regular' check (type in ('regular', 'test')),
  data_handling text not null default 'catalogue',
  -- What stages take where they say nothing themselves; `parameters` among them (spec 2.2 item 6).
  defaults jsonb not null default '{}' check (jsonb_typeof(defaults) = 'object'),
  keywords jsonb not null default '{}' check (jsonb_typeof(keywords) = 'object'),
  -- Where the editor has the stages: {"<stage>": {"x": 0, "y": 0}}.
  positions jsonb not null default '{}' check (jsonb_typeof(positions) = 'object'),
  version integer not null default 1,
  creator_id integer not null references experimenter,
  creator_role text not null check (creator_role in ('analysis', 'production')),
  created timestamptz not null default now(),
  updater_id integer references experimenter,
  updated timestamptz,
  unique (experiment, name)
);

create table stage (
  stage_id integer generated always as identity primary key,
  campaign_id integer not null references campaign on delete cascade,
  experiment text not null references experiment,
  name text not null check (name <> '' and length(name) <= 200),
  job_type_id integer not null references job_type,
  login_setup_id integer not null references login_setup,
  stage_type text not null default 'regular'
    check (stage_type in ('regular', 'generator', 'approval', 'datatransfer', 'test')),
  vo_role text not null default 'production' check (vo_role in ('production', 'analysis')),
  software_version text not null,
  dataset text not null default '',
  -- Normalised text of the split; null: the dataset is handed on whole.
  split text,
  test_split text,
  -- How far the split has come; null is the beginning. Only a launch that is no test moves it.
  split_cursor jsonb,
  -- Counts resets of the split: slices taken before a reset are other slices.
  split_epoch integer not null default 0,
  parameters jsonb not null default '[]' check (jsonb_typeof(parameters) = 'array'),
  test_parameters jsonb not null default '[]' check (jsonb_typeof(test_parameters) = 'array'),
  merge_overrides boolean not null default false,
  completion_type text not null default 'located' check (completion_type in ('located', 'complete')),
  completion_pct real not null default 95 check (completion_pct > 0 and completion_pct <= 100),
  output_ancestor_depth integer not null default 1 check (output_ancestor_depth between 1 and 10),
  -- Fields that follow the campaign's defaults.
  inherits text[] not null default '{}',
  version integer not null default 1,
  creator_id integer not null references experimenter,
  creator_role text not null check (creator_role in ('analysis', 'production')),
  created timestamptz not null default now(),
  updater_id integer references experimenter,
  updated timestamptz,
  unique (campaign_id, name),
  unique (campaign_id, stage_id)
);
create index on stage (experiment);
create index on stage (job_type_id);
create index on stage (login_setup_id);

-- Both ends are in the same campaign, by the composite keys.
create table dependency (
  dependency_id integer generated always as identity primary key,
  campaign_id integer not null references campaign on delete cascade,
  upstream_stage_id integer not null,
  downstream_stage_id integer not null,
  file_patterns text[] not null default '{%}' check (cardinality(file_patterns) > 0),
  -- The upstream's output is cut by the downstream stage's split: one submission a slice.
  split boolean not null default false,
  -- 'each': after every upstream submission; 'all': once, when everything upstream in the run has finished.
  wait text not null default 'each' check (wait in ('each', 'all')),
  unique (upstream_stage_id, downstream_stage_id),
  foreign key (campaign_id, upstream_stage_id) references stage (campaign_id, stage_id) on delete cascade,
  foreign key (campaign_id, downstream_stage_id) references stage (campaign_id, stage_id) on delete cascade,
  check (upstream_stage_id <> downstream_stage_id or (not split and wait = 'each'))
);
create index on dependency (campaign_id);
create index on dependency (downstream_stage_id);

create table tag (
  tag_id integer generated always as identity primary key,
  experiment text not null references experiment,
  name text not null check (name <> '' and length(name) <= 100),
  unique (experiment, name)
);

create table campaign_tag (
  campaign_id integer not null references campaign on delete cascade,
  tag_id integer not null references tag on delete cascade,
  primary key (campaign_id, tag_id)
);
create index on campaign_tag (tag_id);

-- Stage, job type and login setup as they were at a launch: immutable, stored once per content.
create table snapshot (
  snapshot_id bigint generated always as identity primary key,
  kind text not null check (kind in ('stage', 'job_type', 'login_setup')),
  hash text not null,
  content jsonb not null,
  created timestamptz not null default now(),
  unique (kind, hash)
);

-- ---------------------------------------------------------------------------------------------------------
-- What was launched.

create table submission_status (
  status_id integer primary key,
  status text not null unique
);
insert into submission_status (status_id, status) values
  (1000, 'New'), (1500, 'Cancelled'), (2000, 'LaunchFailed'), (2400, 'Awaiting Approval'), (2500, 'Approved'),
  (3000, 'Idle'), (4000, 'Running'), (5000, 'Held'), (6000, 'Failed'), (7000, 'Completed'), (8000, 'Located'),
  (9000, 'Removed');

-- The durable intent (tenet 2): committed and unique before anything runs.
create table launch (
  launch_id bigint generated always as identity primary key,
  -- The launch that began the chain of dependencies and recoveries; its own id for the first.
  run_id bigint not null references launch deferrable initially deferred,
  stage_id integer not null references stage,
  campaign_id integer not null references campaign,
  experiment text not null references experiment,
  cause text not null
    check (cause in ('manual', 'schedule', 'dependency', 'recovery', 'relaunch', 'test', 'script')),
  -- What asked for it, so that the same cause never launches twice: dependency:<submission>:<dependency>, ...
  cause_key text not null,
  -- Which slice it took, and how often that slice has been launched.
  slice_key text,
  attempt integer not null default 1 check (attempt >= 1),
  dataset text,
  parameters jsonb not null default '[]' check (jsonb_typeof(parameters) = 'array'),
  is_test boolean not null default false,
  recovery_of bigint,
  recovery_type text,
  recovery_position integer,
  triggered_by bigint,
  requested_by integer not null references experimenter,
  state text not null default 'queued' check (state in ('queued', 'claimed', 'running', 'done', 'failed', 'cancelled')),
  state_since timestamptz not null default now(),
  -- Error code of the catalogue, or 'no-slice-left'.
  outcome text,
  outcome_detail text,
  tries integer not null default 0,
  lease_owner text,
  lease_until timestamptz,
  host text,
  exit_code integer,
  started timestamptz,
  ended timestamptz,
  created timestamptz not null default now(),
  unique (stage_id, cause_key),
  unique (stage_id, slice_key, attempt),
  check ((lease_owner is null) = (lease_until is null)),
  check ((state in ('claimed', 'running')) = (lease_owner is not null)),
  check ((recovery_of is null) = (recovery_type is null)),
  check (cause <> 'recovery' or recovery_of is not null)
);
create index launch_work on launch (launch_id) where state in ('queued', 'claimed', 'running');
create index on launch (run_id);
create index on launch (stage_id, launch_id desc);
create index on launch (campaign_id, launch_id desc);
create index on launch (experiment, launch_id desc);

create table submission (
  submission_id bigint generated always as identity primary key,
  launch_id bigint not null unique references launch,
  run_id bigint not null references launch,
  stage_id integer not null references stage,
  campaign_id integer not null references campaign,
  experiment text not null references experiment,
  creator_id integer not null references experimenter,
  stage_snapshot_id bigint not null references snapshot,
  job_type_snapshot_id bigint not null references snapshot,
  login_setup_snapshot_id bigint not null references snapshot,
  -- The dataset as it was handed to the launch script, and how many files it had (null: not counted).
  dataset text not null,
  files_expected integer,
  project text,
  parameters jsonb not null default '[]',
  command text not null,
  batch_system text not null,
  batch_ids text[] not null default '{}',
  is_test boolean not null default false,
  recovery_of bigint references submission,
  recovery_type text,
  recovery_position integer,
  triggered_by bigint references submission,
  status_id integer not null default 1000 references submission_status,
  status_since timestamptz not null default now(),
  -- Roll-up of its jobs, kept in the transaction that changes them (tenet 1).
  jobs_idle integer not null default 0 check (jobs_idle >= 0),
  jobs_running integer not null default 0 check (jobs_running >= 0),
  jobs_held integer not null default 0 check (jobs_held >= 0),
  jobs_completed integer not null default 0 check (jobs_completed >= 0),
  jobs_failed integer not null default 0 check (jobs_failed >= 0),
  jobs_removed integer not null default 0 check (jobs_removed >= 0),
  files_total integer,
  files_consumed integer,
  files_failed integer,
  files_produced integer,
  files_located integer,
  force_located boolean not null default false,
  -- A person removed its jobs, and what the submission counts as when they have gone.
  stop_as text check (stop_as in ('Removed', 'Cancelled')),
  -- What the wrap-up has to do next: decide whether the output is located, or launch what follows.
  work text check (work in ('locate', 'follow-up')),
  work_due timestamptz,
  work_note text,
  -- Position in the job type's list of recoveries from which the next is looked for.
  next_recovery integer not null default 0,
  lease_owner text,
  lease_until timestamptz,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  check ((work is null) = (work_due is null)),
  check ((lease_owner is null) = (lease_until is null)),
  check ((recovery_of is null) = (recovery_type is null))
);
create index on submission (stage_id, submission_id desc);
create index on submission (campaign_id, submission_id desc);
create index on submission (experiment, submission_id desc);
create index on submission (run_id);
create index on submission (recovery_of) where recovery_of is not null;
create index on submission (triggered_by) where triggered_by is not null;
create index submission_work on submission (work_due) where work is not null;
create index submission_open on submission (status_id, status_since) where status_id < 6000;

alter table launch
  add foreign key (recovery_of) references submission,
  add foreign key (triggered_by) references submission;

create table submission_event (
  event_id bigint generated always as identity primary key,
  submission_id bigint not null references submission,
  at timestamptz not null default now(),
  kind text not null check (kind in ('status', 'launch', 'jobs', 'files', 'follow-up', 'action', 'note')),
  status_id integer references submission_status,
  -- A username, or the part of POMS that did it.
  actor text not null,
  message text not null default '',
  check ((kind = 'status') = (status_id is not null))
);
create index on submission_event (submission_id, event_id);

create table job (
  job_id bigint generated always as identity primary key,
  submission_id bigint not null references submission,
  batch_id text not null unique,
  state text not null check (state in ('idle', 'running', 'held', 'completed', 'failed', 'removed')),
  state_since timestamptz not null,
  attempt integer not null default 1,
  host text,
  site text,
  exit_code integer,
  signal text,
  reason text,
  submitted timestamptz not null,
  started timestamptz,
  ended timestamptz,
  wall_seconds real,
  cpu_seconds real,
  memory_kb bigint
);
create index on job (submission_id, job_id);
create index on job (submission_id, state);

create table job_event (
  event_key text not null,
  job_id bigint not null references job,
  at timestamptz not null,
  state text not null,
  attempt integer not null,
  detail jsonb,
  primary key (job_id, event_key)
);

-- How far the monitor has read each batch system; moved in the transaction that applies the events.
create table batch_cursor (
  batch_system text primary key,
  cursor jsonb,
  looked timestamptz,
  problem text,
  problem_since timestamptz
);

create table hold (
  hold_id integer generated always as identity primary key,
  scope text not null check (scope in ('everything', 'experiment', 'campaign', 'stage')),
  experiment text references experiment,
  campaign_id integer references campaign on delete cascade,
  stage_id integer references stage on delete cascade,
  reason text not null check (reason <> ''),
  held_by integer not null references experimenter,
  since timestamptz not null default now(),
  until timestamptz,
  released_by integer references experimenter,
  released timestamptz,
  check (case scope
    when 'everything' then experiment is null and campaign_id is null and stage_id is null
    when 'experiment' then experiment is not null and campaign_id is null and stage_id is null
    when 'campaign' then campaign_id is not null and stage_id is null
    else stage_id is not null end)
);
create unique index hold_once on hold (scope, experiment, campaign_id, stage_id) nulls not distinct where released is null;

create table audit_event (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  experiment text,
  actor text not null,
  action text not null,
  object text not null,
  before jsonb,
  after jsonb
);
create index on audit_event (experiment, audit_id desc);
create index on audit_event (object, audit_id desc);

-- ---------------------------------------------------------------------------------------------------------
-- Events are never changed.

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append only', tg_table_name;
end $$;
create trigger append_only before update or delete on submission_event for each row execute function refuse_change();
create trigger append_only before update or delete on job_event for each row execute function refuse_change();
create trigger append_only before update or delete on audit_event for each row execute function refuse_change();
create trigger append_only before update on snapshot for each row execute function refuse_change();

-- ---------------------------------------------------------------------------------------------------------
-- Every process hears what changed: 'kind:experiment:campaign:id', within the transaction that changed it.

create function tell_submission() returns trigger language plpgsql as $$
begin
  perform pg_notify('poms', 'submission:' || new.experiment || ':' || new.campaign_id || ':' || new.submission_id);
  return null;
end $$;
create trigger tell after insert or update of status_id, jobs_idle, jobs_running, jobs_held, jobs_completed, jobs_failed,
  jobs_removed, files_consumed, files_produced, files_located, work, batch_ids on submission
  for each row execute function tell_submission();

create function tell_launch() returns trigger language plpgsql as $$
begin
  perform pg_notify('poms', 'launch:' || new.experiment || ':' || new.campaign_id || ':' || new.launch_id);
  return null;
end $$;
create trigger tell after insert or update of state on launch for each row execute function tell_launch();

create function tell_campaign() returns trigger language plpgsql as $$
begin
  perform pg_notify('poms', 'campaign:' || new.experiment || ':' || new.campaign_id || ':' || new.campaign_id);
  return null;
end $$;
create trigger tell after insert or update on campaign for each row execute function tell_campaign();

create function tell_hold() returns trigger language plpgsql as $$
begin
  perform pg_notify('poms', 'hold:' || coalesce(new.experiment, '') || ':' || coalesce(new.campaign_id::text, '') || ':' || new.hold_id);
  return null;
end $$;
create trigger tell after insert or update on hold for each row execute function tell_hold();
