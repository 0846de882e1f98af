-- How many submissions a stage has in each status, with the roll-ups of their jobs and files, so that a list of
-- campaigns costs what it shows and never what has happened (tenet 1).
--
-- A statement that changes submissions appends what it added and took away to stage_delta; nothing that it could
-- wait for or deadlock on is updated. Every 256th delta folds all committed ones into stage_counter, one session at
-- a time. The truth is the sum of both, which is what the view stage_count gives.

create table stage_counter (
  stage_id integer not null,
  -- A submission status; 0 counts launches that failed before they had a submission.
  status_id integer not null,
  submissions bigint not null,
  jobs_idle bigint not null,
  jobs_running bigint not null,
  jobs_held bigint not null,
  jobs_completed bigint not null,
  jobs_failed bigint not null,
  jobs_removed bigint not null,
  -- Of submissions that are no recoveries, for a recovery has part of its original's input and output.
  files_total bigint not null,
  files_produced bigint not null,
  files_located bigint not null,
  -- Of all submissions, for each counts what its own project consumed.
  files_consumed bigint not null,
  last_activity timestamptz,
  primary key (stage_id, status_id)
);

create table stage_delta (
  delta_id bigint generated always as identity primary key,
  stage_id integer not null,
  status_id integer not null,
  submissions bigint not null,
  jobs_idle bigint not null,
  jobs_running bigint not null,
  jobs_held bigint not null,
  jobs_completed bigint not null,
  jobs_failed bigint not null,
  jobs_removed bigint not null,
  files_total bigint not null,
  files_produced bigint not null,
  files_located bigint not null,
  files_consumed bigint not null,
  last_activity timestamptz
);
create index on stage_delta (stage_id);

create view stage_count as
  select stage_id, status_id, sum(submissions)::bigint as submissions, sum(jobs_idle)::bigint as jobs_idle,
    sum(jobs_running)::bigint as jobs_running, sum(jobs_held)::bigint as jobs_held,
    sum(jobs_completed)::bigint as jobs_completed, sum(jobs_failed)::bigint as jobs_failed,
    sum(jobs_removed)::bigint as jobs_removed, sum(files_total)::bigint as files_total,
    sum(files_produced)::bigint as files_produced, sum(files_located)::bigint as files_located,
    sum(files_consumed)::bigint as files_consumed, max(last_activity) as last_activity
  from (
    select stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed, jobs_failed,
      jobs_removed, files_total, files_produced, files_located, files_consumed, last_activity from stage_counter
    union all
    select stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed, jobs_failed,
      jobs_removed, files_total, files_produced, files_located, files_consumed, last_activity from stage_delta
  ) as parts
  group by stage_id, status_id;

-- The same from the submissions and launches themselves: costs their whole history, for the audit only.
create view stage_count_audit as
  select stage_id, status_id, count(*) as submissions, sum(jobs_idle)::bigint as jobs_idle,
    sum(jobs_running)::bigint as jobs_running, sum(jobs_held)::bigint as jobs_held,
    sum(jobs_completed)::bigint as jobs_completed, sum(jobs_failed)::bigint as jobs_failed,
    sum(jobs_removed)::bigint as jobs_removed,
    coalesce(sum(files_total) filter (where recovery_of is null), 0)::bigint as files_total,
    coalesce(sum(files_produced) filter (where recovery_of is null), 0)::bigint as files_produced,
    coalesce(sum(files_located) filter (where recovery_of is null), 0)::bigint as files_located,
    coalesce(sum(files_consumed), 0)::bigint as files_consumed
  from submission
  group by stage_id, status_id
  union all
  select stage_id, 0, count(*), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  from launch
  where state = 'failed' and outcome is distinct from 'no-slice-left'
    and not exists (select from submission where submission.launch_id = launch.launch_id)
  group by stage_id;

-- Adds all committed deltas to the counters. Does nothing where another session is at it.
create function fold_stage_counters() returns void language plpgsql as $$
begin
  if not pg_try_advisory_xact_lock(7276703) then
    return;
  end if;
  with taken as (
    delete from stage_delta where delta_id in (select delta_id from stage_delta order by delta_id for update skip locked)
    returning *
  )
  insert into stage_counter as c (stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed,
    jobs_failed, jobs_removed, files_total, files_produced, files_located, files_consumed, last_activity)
  select stage_id, status_id, sum(submissions), sum(jobs_idle), sum(jobs_running), sum(jobs_held), sum(jobs_completed),
    sum(jobs_failed), sum(jobs_removed), sum(files_total), sum(files_produced), sum(files_located), sum(files_consumed),
    max(last_activity)
  from taken
  group by stage_id, status_id
  on conflict (stage_id, status_id) do update set
    submissions = c.submissions + excluded.submissions,
    jobs_idle = c.jobs_idle + excluded.jobs_idle,
    jobs_running = c.jobs_running + excluded.jobs_running,
    jobs_held = c.jobs_held + excluded.jobs_held,
    jobs_completed = c.jobs_completed + excluded.jobs_completed,
    jobs_failed = c.jobs_failed + excluded.jobs_failed,
    jobs_removed = c.jobs_removed + excluded.jobs_removed,
    files_total = c.files_total + excluded.files_total,
    files_produced = c.files_produced + excluded.files_produced,
    files_located = c.files_located + excluded.files_located,
    files_consumed = c.files_consumed + excluded.files_consumed,
    last_activity = greatest(c.last_activity, excluded.last_activity);
end $$;

create function fold_when_due() returns trigger language plpgsql as $$
begin
  if new.delta_id % 256 = 0 then
    perform fold_stage_counters();
  end if;
  return null;
end $$;
create trigger fold after insert on stage_delta for each row execute function fold_when_due();

create function count_submissions() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    insert into stage_delta (stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed,
      jobs_failed, jobs_removed, files_total, files_produced, files_located, files_consumed, last_activity)
    select stage_id, status_id, sum(n), sum(n * jobs_idle), sum(n * jobs_running), sum(n * jobs_held),
      sum(n * jobs_completed), sum(n * jobs_failed), sum(n * jobs_removed), sum(n * original * files_total),
      sum(n * original * files_produced), sum(n * original * files_located), sum(n * files_consumed), max(activity)
    from (
      select 1 as n, stage_id, status_id, jobs_idle, jobs_running, jobs_held, jobs_completed, jobs_failed, jobs_removed,
        (recovery_of is null)::integer as original, coalesce(files_total, 0) as files_total,
        coalesce(files_produced, 0) as files_produced, coalesce(files_located, 0) as files_located,
        coalesce(files_consumed, 0) as files_consumed, greatest(created, status_since, updated) as activity
      from after_change
      union all
      select -1, stage_id, status_id, jobs_idle, jobs_running, jobs_held, jobs_completed, jobs_failed, jobs_removed,
        (recovery_of is null)::integer, coalesce(files_total, 0), coalesce(files_produced, 0), coalesce(files_located, 0),
        coalesce(files_consumed, 0), null
      from before_change
    ) as changes
    group by stage_id, status_id
    having sum(n) <> 0 or sum(n * jobs_idle) <> 0 or sum(n * jobs_running) <> 0 or sum(n * jobs_held) <> 0
      or sum(n * jobs_completed) <> 0 or sum(n * jobs_failed) <> 0 or sum(n * jobs_removed) <> 0
      or sum(n * original * files_total) <> 0 or sum(n * original * files_produced) <> 0
      or sum(n * original * files_located) <> 0 or sum(n * files_consumed) <> 0;
  elsif tg_op = 'INSERT' then
    insert into stage_delta (stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed,
      jobs_failed, jobs_removed, files_total, files_produced, files_located, files_consumed, last_activity)
    select stage_id, status_id, count(*), sum(jobs_idle), sum(jobs_running), sum(jobs_held), sum(jobs_completed),
      sum(jobs_failed), sum(jobs_removed), coalesce(sum(files_total) filter (where recovery_of is null), 0),
      coalesce(sum(files_produced) filter (where recovery_of is null), 0),
      coalesce(sum(files_located) filter (where recovery_of is null), 0), coalesce(sum(files_consumed), 0),
      max(greatest(created, status_since, updated))
    from after_change
    group by stage_id, status_id;
  else
    insert into stage_delta (stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed,
      jobs_failed, jobs_removed, files_total, files_produced, files_located, files_consumed)
    select stage_id, status_id, -count(*), -sum(jobs_idle), -sum(jobs_running), -sum(jobs_held), -sum(jobs_completed),
      -sum(jobs_failed), -sum(jobs_removed), -coalesce(sum(files_total) filter (where recovery_of is null), 0),
      -coalesce(sum(files_produced) filter (where recovery_of is null), 0),
      -coalesce(sum(files_located) filter (where recovery_of is null), 0), -coalesce(sum(files_consumed), 0)
    from before_change
    group by stage_id, status_id;
  end if;
  return null;
end $$;
create trigger count_inserted after insert on submission
  referencing new table as after_change for each statement execute function count_submissions();
create trigger count_updated after update on submission
  referencing old table as before_change new table as after_change for each statement execute function count_submissions();
create trigger count_deleted after delete on submission
  referencing old table as before_change for each statement execute function count_submissions();

-- A launch that fails before it has a submission is counted when it fails and stops counting when it is retried.
create function count_failed_launch() returns trigger language plpgsql as $$
declare
  failed_before boolean := tg_op = 'UPDATE' and old.state = 'failed' and old.outcome is distinct from 'no-slice-left';
  failed_now boolean := new.state = 'failed' and new.outcome is distinct from 'no-slice-left';
begin
  if failed_before <> failed_now and not exists (select from submission where launch_id = new.launch_id) then
    insert into stage_delta (stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed,
      jobs_failed, jobs_removed, files_total, files_produced, files_located, files_consumed, last_activity)
    values (new.stage_id, 0, case when failed_now then 1 else -1 end, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, new.state_since);
  end if;
  return null;
end $$;
create trigger count_failed after insert or update of state, outcome on launch
  for each row execute function count_failed_launch();

-- For databases that already have history.
insert into stage_counter
  select a.*, (select max(greatest(s.created, s.status_since, s.updated)) from submission s
    where s.stage_id = a.stage_id and s.status_id = a.status_id)
  from (select stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed, jobs_failed,
    jobs_removed, files_total, files_produced, files_located, files_consumed from stage_count_audit) as a;
