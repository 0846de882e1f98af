-- Jobs and their events in partitions of about a month of submissions, and what is kept of old ones
-- (docs/adr/0009-jobs-in-partitions-by-submission.md).
--
-- The key is the submission's number: it grows with the time of creation, never changes, and every statement about
-- jobs has it, so that a job is always found in one partition and nobody has to carry a month about. No foreign keys:
-- jobs are written only with their submission's row locked, events only with their job (services/jobs/ingest.ts), and
-- the check of a key at each of 25,000 rows a second costs as much as the row.

alter table job rename to job_before;
alter table job_event rename to job_event_before;

create sequence job_number;

create table job (
  submission_id bigint not null,
  job_id bigint not null default nextval('job_number'),
  state_since timestamptz not null,
  submitted timestamptz not null,
  started timestamptz,
  ended timestamptz,
  memory_kb bigint,
  attempt integer not null default 1,
  exit_code integer,
  wall_seconds real,
  cpu_seconds real,
  state text not null constraint job_state check (state in ('idle', 'running', 'held', 'completed', 'failed', 'removed')),
  batch_id text collate "C" not null,
  host text,
  site text,
  signal text,
  reason text,
  primary key (submission_id, batch_id)
) partition by range (submission_id);
-- No index has the state: it changes with every event, and the roll-up tells which submissions are worth a look.
create index job_page on job (submission_id, job_id);
create index job_by_number on job (job_id);

create table job_event (
  submission_id bigint not null,
  job_id bigint not null,
  at timestamptz not null,
  attempt integer not null,
  state text not null,
  event_key text collate "C" not null,
  detail jsonb,
  primary key (submission_id, job_id, event_key)
) partition by range (submission_id);
create trigger append_only before update or delete on job_event for each row execute function refuse_change();

-- Which submissions have their jobs where. Without gaps, from 0 on.
create table job_partition (
  from_id bigint primary key,
  -- The first submission of the next.
  to_id bigint not null unique check (to_id > from_id),
  made timestamptz not null default now(),
  -- Since when there are only summaries.
  folded timestamptz
);

-- What is kept of the jobs of a submission when they are folded.
create table job_summary (
  submission_id bigint primary key references submission,
  jobs integer not null,
  -- How many ended how: {"0": 98, "1": 1, "signal KILL": 1, "none": 3}; `none` for jobs without an exit.
  exits jsonb not null,
  -- Jobs by CPU time in percent of wall time: ten of 10 % each, the last for 100 % and more.
  efficiency integer[] not null check (cardinality(efficiency) = 11),
  wall_seconds double precision not null,
  cpu_seconds double precision not null,
  memory_kb_most bigint,
  first_submitted timestamptz not null,
  first_started timestamptz,
  first_ended timestamptz,
  last_ended timestamptz
);

-- Makes the partition that follows the last. Attached, not created in place, for that lets readers and writers go on.
create function make_job_partition(width bigint) returns void language plpgsql as $$
declare
  first bigint;
  parent text;
begin
  perform pg_advisory_xact_lock(7276704);
  select coalesce(max(to_id), 0) into first from job_partition;
  foreach parent in array array['job', 'job_event'] loop
    execute format('create table %I (like %I including all)', parent || '_' || first, parent);
    execute format('alter table %I attach partition %I for values from (%s) to (%s)',
      parent, parent || '_' || first, first, first + width);
  end loop;
  insert into job_partition (from_id, to_id) values (first, first + width);
end $$;

-- The same until the submission with this number has a place.
create function make_job_partitions_for(submission bigint, width bigint) returns void language plpgsql as $$
begin
  while not exists (select from job_partition where to_id > submission) loop
    perform make_job_partition(width);
  end loop;
end $$;

select make_job_partition(1000), make_job_partition(1000);
select make_job_partitions_for(coalesce(max(submission_id), 0) + 1000, greatest(1000, count(*) / 12)) from submission;

insert into job (submission_id, job_id, state_since, submitted, started, ended, memory_kb, attempt, exit_code, wall_seconds,
    cpu_seconds, state, batch_id, host, site, signal, reason)
  select submission_id, job_id, state_since, submitted, started, ended, memory_kb, attempt, exit_code, wall_seconds,
    cpu_seconds, state, batch_id, host, site, signal, reason
  from job_before order by submission_id, job_id;
insert into job_event (submission_id, job_id, at, attempt, state, event_key, detail)
  select job_before.submission_id, e.job_id, e.at, e.attempt, e.state, e.event_key, e.detail
  from job_event_before e join job_before using (job_id) order by 1, 2;
select setval('job_number', coalesce(max(job_id), 0) + 1, false) from job;
drop table job_event_before;
drop table job_before;

-- What the last look at the roll-ups found: the job counters of submissions, the counters of stages.
create table roll_up_audit (
  subject text primary key check (subject in ('submissions', 'stages')),
  looked timestamptz not null,
  checked bigint not null,
  differing bigint not null,
  -- Some of those that differ, with what is kept and what is true.
  examples jsonb not null default '[]'
);
