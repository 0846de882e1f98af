-- Failures in groups, moved by the difference with each batch of job events (services/jobs/failures.ts), so that what a
-- page of failures costs does not depend on how many jobs have failed.

-- What is one failure, everywhere.
create table failure_signature (
  -- 48 bits of a hash of the rest.
  failure bigint primary key,
  kind text not null,
  code text not null,
  text text not null
);

-- The jobs of a stage that failed in one way. Its number is a hash of both, so that a job's group is known unasked.
create table failure_group (
  failure_group bigint primary key,
  campaign_id integer not null,
  stage_id integer not null,
  failure bigint not null references failure_signature,
  jobs bigint not null,
  -- Of them, those that are kept no longer one by one.
  folded bigint not null default 0,
  wall_seconds double precision not null,
  -- Of the times at which jobs came into it.
  first timestamptz not null,
  last timestamptz not null
);
create index on failure_group (campaign_id, failure);

-- Where the jobs of a group ran: 200 values of a factor at most, the rest in the value ''. What lost its place and
-- came back is counted from then on, so a count is a least one, while the sum of all is exact.
create table failure_factor (
  failure_group bigint not null references failure_group,
  factor text not null check (factor in ('host', 'site')),
  value text not null,
  jobs bigint not null,
  last timestamptz not null,
  primary key (failure_group, factor, value)
);

-- Null: it has not failed. Jobs that failed before there were groups are in none.
alter table job add column failure bigint;
create index job_by_failure on job (failure, job_id) where failure is not null;

alter table roll_up_audit drop constraint roll_up_audit_subject_check;
alter table roll_up_audit add constraint roll_up_audit_subject_check
  check (subject in ('submissions', 'stages', 'failures'));
