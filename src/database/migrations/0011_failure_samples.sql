-- What failed jobs wrote last: the telling line of a few jobs of each failure group (engine/log-reader.ts).

-- How far the logs of a group were read. Apart from `failure_group`, which every batch of events updates.
create table failure_reading (
  failure_group bigint primary key references failure_group,
  -- Logs are read when so many jobs have failed: 1, 10, 100, ...
  next_at bigint not null default 1,
  -- Looks in a row in which no log could be read.
  tries smallint not null default 0,
  -- Not before this time: an engine is at it, or no log could be read.
  not_before timestamptz not null
);

-- A few a group: four for each power of ten of its jobs.
create table failure_sample (
  failure_group bigint not null references failure_group,
  job_id bigint not null,
  submission_id bigint not null,
  taken timestamptz not null default now(),
  -- All three null: the log could not be read, or says nothing; why is told by `problem`.
  stream text check (stream in ('stdout', 'stderr')),
  line text,
  signature text,
  problem text,
  check ((line is null) <> (problem is null)),
  primary key (failure_group, job_id)
);

-- The hour in which jobs failed is counted as their host and site are: `2026-11-24T08`, UTC.
alter table failure_factor drop constraint failure_factor_factor_check;
alter table failure_factor add constraint failure_factor_factor_check check (factor in ('host', 'site', 'hour'));
