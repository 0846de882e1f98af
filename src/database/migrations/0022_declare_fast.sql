-- Declaring files in bulk. Files, words and applications are never deleted, parents are looked up before they are
-- linked, and runs and locations come in the transaction of their file: the checks of foreign keys find nothing, and
-- there are ten of them a file, which cost as much as all the rest. And a new file is written with the number of its
-- locations, instead of being written again, with all its index entries, when they are counted.

do $$
declare
  found record;
begin
  for found in select conrelid::regclass as tab, conname from pg_constraint
      where contype = 'f' and conrelid in ('dh.file'::regclass, 'dh.file_parent'::regclass, 'dh.file_run'::regclass,
        'dh.file_location'::regclass) loop
    execute format('alter table %s drop constraint %I', found.tab, found.conname);
  end loop;
end $$;

create or replace function dh.count_locations() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    -- Who inserts locations of files that were written with their number says so.
    if current_setting('poms.locations_counted', true) = 'on' then
      return null;
    end if;
    update dh.file f set n_loc = n_loc + c.n
      from (select file_id, count(*) as n from changed group by file_id) c where f.file_id = c.file_id;
  else
    update dh.file f set n_loc = n_loc - c.n
      from (select file_id, count(*) as n from changed group by file_id) c where f.file_id = c.file_id;
  end if;
  return null;
end $$;
