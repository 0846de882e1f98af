-- The built-in file catalogue: files, their metadata, lineage and locations; definitions, snapshots; projects that
-- hand files to the processes of jobs. Everything is within one experiment. Names compare by their bytes
-- (collate "C"), so that `like 'prefix%'` uses the index and the order is the same on every machine.

create schema dh;

-- The words that many files share, one row each: files carry the number.
create table dh.lookup (
  lookup_id  integer generated always as identity primary key,
  experiment text not null,
  kind       text not null check (kind in ('type', 'tier', 'format', 'stream', 'group')),
  name       text collate "C" not null check (name <> ''),
  unique (experiment, kind, name)
);

create table dh.application (
  application_id integer generated always as identity primary key,
  experiment     text not null,
  family         text collate "C" not null,
  name           text collate "C" not null,
  version        text collate "C" not null,
  unique (experiment, family, name, version)
);
create index application_version on dh.application (experiment, version);

create table dh.file (
  file_id        bigint generated always as identity primary key,
  experiment     text not null,
  name           text collate "C" not null check (name <> '' and name !~ '[/[:space:]]'),
  size           bigint check (size >= 0),
  event_count    bigint check (event_count >= 0),
  first_event    bigint,
  last_event     bigint,
  created        timestamptz not null default now(),
  created_by     text not null,
  updated        timestamptz not null default now(),
  updated_by     text not null,
  started        timestamptz,
  ended          timestamptz,
  type_id        integer references dh.lookup,
  tier_id        integer references dh.lookup,
  format_id      integer references dh.lookup,
  stream_id      integer references dh.lookup,
  group_id       integer references dh.lookup,
  application_id integer references dh.application,
  process_id     bigint,
  content_status text not null default 'good' check (content_status in ('good', 'bad')),
  retired        timestamptz,
  -- Number of known locations, kept by a trigger on file_location: availability is asked of nearly every file.
  n_loc          integer not null default 0 check (n_loc >= 0),
  checksums      text[] not null default '{}',
  -- `category.parameter` values with their names in lower case, as queries spell them.
  meta           jsonb not null default '{}' check (jsonb_typeof(meta) = 'object'),
  -- The names of parameters that were declared with capitals: {"category.parameter": "Category.parameter"}.
  spelling       jsonb,
  -- SHA-256 of what was declared: tells an identical declaration that is repeated from another one.
  digest         text not null,
  unique (experiment, name)
);
create index file_application_created on dh.file (application_id, created);
create index file_tier_stream_type on dh.file (tier_id, stream_id, type_id);
create index file_meta on dh.file using gin (meta jsonb_path_ops);
create index file_created on dh.file using brin (created);

create table dh.file_parent (
  child_id  bigint not null references dh.file,
  parent_id bigint not null references dh.file,
  primary key (child_id, parent_id),
  check (child_id <> parent_id)
);
create unique index file_parent_down on dh.file_parent (parent_id, child_id);

create table dh.file_run (
  file_id  bigint not null references dh.file on delete cascade,
  run      bigint not null check (run >= 0),
  subrun   bigint check (subrun >= 0),
  run_type text collate "C",
  unique nulls not distinct (file_id, run, subrun)
);
create index file_run_down on dh.file_run (run, subrun, file_id);

create table dh.file_location (
  file_id    bigint not null references dh.file on delete cascade,
  location   text collate "C" not null check (location <> ''),
  tape_label text,
  added      timestamptz not null default now(),
  primary key (file_id, location)
);

create function dh.count_locations() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update dh.file f set n_loc = n_loc + c.n
      from (select file_id, count(*) as n from changed group by file_id) c where f.file_id = c.file_id;
  else
    update dh.file f set n_loc = n_loc - c.n
      from (select file_id, count(*) as n from changed group by file_id) c where f.file_id = c.file_id;
  end if;
  return null;
end $$;
create trigger location_added after insert on dh.file_location
  referencing new table as changed for each statement execute function dh.count_locations();
create trigger location_removed after delete on dh.file_location
  referencing old table as changed for each statement execute function dh.count_locations();

-- A definition that is replaced is retired, never changed: snapshots and projects keep telling the truth.
create table dh.definition (
  definition_id bigint generated always as identity primary key,
  experiment    text not null,
  name          text collate "C" not null check (name <> ''),
  dims          text not null check (dims <> ''),
  group_name    text,
  description   text,
  created       timestamptz not null default now(),
  created_by    text not null,
  retired       timestamptz
);
create unique index definition_active_name on dh.definition (experiment, name) where retired is null;
create index definition_name on dh.definition (experiment, name);

create table dh.snapshot (
  snapshot_id   bigint generated always as identity primary key,
  experiment    text not null,
  definition_id bigint references dh.definition,
  -- Counts the snapshots of one definition's name from 1.
  version       integer not null check (version > 0),
  files         bigint not null default 0 check (files >= 0),
  created       timestamptz not null default now(),
  created_by    text not null
);
create index snapshot_definition on dh.snapshot (definition_id, version);

create table dh.snapshot_file (
  snapshot_id bigint not null references dh.snapshot on delete cascade,
  file_id     bigint not null references dh.file,
  seq         bigint not null check (seq > 0),
  primary key (snapshot_id, file_id),
  unique (snapshot_id, seq)
);
create index snapshot_file_down on dh.snapshot_file (file_id, snapshot_id);

create table dh.project (
  project_id    bigint generated always as identity primary key,
  experiment    text not null,
  name          text collate "C" not null check (name <> '' and name !~ '[/[:space:]]'),
  station       text not null check (station <> '' and station !~ '[/[:space:]]'),
  group_name    text,
  description   text,
  definition_id bigint references dh.definition,
  snapshot_id   bigint not null references dh.snapshot,
  state         text not null default 'running' check (state in ('running', 'completed')),
  started       timestamptz not null default now(),
  started_by    text not null,
  ended         timestamptz,
  unique (experiment, name),
  check ((state = 'running') = (ended is null))
);
create index project_snapshot on dh.project (snapshot_id);

create table dh.process (
  process_id     bigint generated always as identity primary key,
  project_id     bigint not null references dh.project,
  application_id integer references dh.application,
  node           text,
  user_name      text,
  description    text,
  -- Chosen by the client: the same process asked for twice is one process.
  unique_id      text,
  -- At most so many files for this process; null: no limit.
  file_limit     integer check (file_limit > 0),
  state          text not null default 'active' check (state in ('active', 'completed', 'bad')),
  started        timestamptz not null default now(),
  ended          timestamptz,
  check ((state = 'active') = (ended is null))
);
create index process_project on dh.process (project_id);
create unique index process_unique_id on dh.process (project_id, unique_id) where unique_id is not null;

create table dh.project_file (
  project_id bigint not null references dh.project,
  file_id    bigint not null references dh.file,
  seq        bigint not null,
  state      text not null default 'unassigned' check (state in ('unassigned', 'transferred', 'delivered',
               'consumed', 'completed', 'failed', 'skipped', 'cancelled', 'unknown')),
  process_id bigint references dh.process,
  changed    timestamptz not null default now(),
  primary key (project_id, file_id),
  check ((state = 'unassigned') = (process_id is null))
);
create index project_file_state on dh.project_file (project_id, state, seq);
create index project_file_process on dh.project_file (process_id, state);
create index project_file_file on dh.project_file (file_id);

-- What a draining split has already handed out, so that it takes every file once (no chain of snapshots).
create table dh.taken_file (
  experiment text not null,
  drain      text collate "C" not null,
  file_id    bigint not null references dh.file,
  slice      bigint not null check (slice >= 0),
  primary key (experiment, drain, file_id)
);
create index taken_file_slice on dh.taken_file (experiment, drain, slice);
