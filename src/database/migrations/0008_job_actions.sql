-- Actions on jobs: asked for once, carried out by the engine a submission at a time, with what became of each job.

create table job_action (
  job_action_id bigint generated always as identity primary key,
  experiment text not null references experiment,
  action text not null check (action in ('hold', 'release', 'remove')),
  -- What whole submissions count as when their jobs have gone.
  remove_as text check (remove_as in ('Removed', 'Cancelled')),
  -- As it was asked for (src/domain/job-actions.ts).
  scope jsonb not null,
  reason text not null,
  requested_by integer not null references experimenter,
  -- The same key of the same person is the same action.
  request_key text not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  parts integer not null check (parts >= 0),
  parts_ended integer not null default 0 check (parts_ended between 0 and parts),
  -- Jobs that were meant as far as POMS knew, and what became of those that the batch systems knew.
  jobs integer not null,
  accepted integer not null default 0,
  not_applicable integer not null default 0,
  unknown_job integer not null default 0,
  failed integer not null default 0,
  launches_cancelled integer not null default 0,
  -- What was left out, and why: [{what, count, why}].
  skipped jsonb not null default '[]',
  created timestamptz not null default now(),
  ended timestamptz,
  unique (experiment, requested_by, request_key),
  check ((state in ('done', 'failed')) = (ended is not null)),
  check (remove_as is null or action = 'remove')
);
create index on job_action (experiment, job_action_id desc);

-- Its jobs in one submission: one call of the batch system.
create table job_action_part (
  job_action_id bigint not null references job_action,
  submission_id bigint not null references submission,
  batch_system text not null,
  -- Null: the whole submission, with jobs that POMS has not seen yet.
  batch_ids text[],
  jobs integer not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  tries integer not null default 0,
  due timestamptz not null default now(),
  accepted integer not null default 0,
  not_applicable integer not null default 0,
  unknown_job integer not null default 0,
  failed integer not null default 0,
  detail text,
  lease_owner text,
  lease_until timestamptz,
  ended timestamptz,
  primary key (job_action_id, submission_id),
  check ((lease_owner is null) = (lease_until is null)),
  check ((state = 'running') = (lease_owner is not null)),
  check ((state in ('done', 'failed')) = (ended is not null))
);
create index job_action_work on job_action_part (batch_system, due) where state in ('queued', 'running');
create index on job_action_part (submission_id, job_action_id desc);

-- Jobs that were not simply accepted.
create table job_action_outcome (
  job_action_id bigint not null,
  submission_id bigint not null,
  batch_id text not null,
  outcome text not null check (outcome in ('not-applicable', 'unknown-job', 'failed')),
  detail text,
  primary key (job_action_id, submission_id, batch_id),
  foreign key (job_action_id, submission_id) references job_action_part
);

create function tell_job_action() returns trigger language plpgsql as $$
begin
  perform pg_notify('poms', 'job-action:' || new.experiment || '::' || new.job_action_id);
  return null;
end $$;
create trigger tell after insert or update of state, parts_ended on job_action
  for each row execute function tell_job_action();
