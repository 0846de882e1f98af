-- Jobs are written once and then updated a few times. With room left on their pages an update stays on its page and
-- leaves the three indexes alone (HOT), which none of what changes is in.

create or replace function make_job_partition(width bigint) returns void language plpgsql as $$
declare
  first bigint;
begin
  perform pg_advisory_xact_lock(7276704);
  select coalesce(max(to_id), 0) into first from job_partition;
  execute format('create table %I (like job including all) with (fillfactor = 60)', 'job_' || first);
  execute format('create table %I (like job_event including all)', 'job_event_' || first);
  execute format('alter table job attach partition %I for values from (%s) to (%s)', 'job_' || first, first, first + width);
  execute format('alter table job_event attach partition %I for values from (%s) to (%s)',
    'job_event_' || first, first, first + width);
  insert into job_partition (from_id, to_id) values (first, first + width);
end $$;

do $$
declare
  partition record;
begin
  for partition in select from_id from job_partition where folded is null loop
    execute format('alter table %I set (fillfactor = 60)', 'job_' || partition.from_id);
  end loop;
end $$;
