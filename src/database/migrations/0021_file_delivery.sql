-- The next file of a project for one of its processes, in one call: what 16 clients at once ask for all the time.
--
-- The lock on the process is enough. A process ends only with its row locked, and a project that ends first ends its
-- processes and then looks at the files they hold: so it sees what is taken here, or this sees that it has ended.

create function dh.next_file(in_experiment text, in_project text, in_process bigint, in_resume boolean)
returns table (outcome text, name text, locations text[], schemas text[]) language plpgsql as $$
declare
  project dh.project%rowtype;
  process dh.process%rowtype;
  file bigint;
begin
  select * into project from dh.project p where p.experiment = in_experiment and p.name = in_project;
  if not found then
    return query select 'no project', null::text, null::text[], null::text[];
    return;
  end if;
  select * into process from dh.process p
    where p.process_id = in_process and p.project_id = project.project_id for no key update;
  if not found then
    return query select case project.state when 'running' then 'no process' else 'project ended' end, null::text,
      null::text[], null::text[];
    return;
  end if;
  if process.state <> 'active' then
    return query select case p.state when 'running' then 'process ended' else 'project ended' end, null::text,
      null::text[], null::text[] from dh.project p where p.project_id = project.project_id;
    return;
  end if;

  if in_resume then
    select pf.file_id into file from dh.project_file pf
      where pf.process_id = in_process and pf.project_id = project.project_id and pf.state in ('delivered', 'transferred')
      order by pf.seq limit 1;
  end if;
  if file is null and process.file_limit is not null and process.file_limit <= (
      select count(*) from dh.project_file pf
      where pf.process_id = in_process and pf.project_id = project.project_id) then
    return query select 'none', null::text, null::text[], null::text[];
    return;
  end if;
  if file is null then
    update dh.project_file pf set state = 'delivered', process_id = in_process, changed = now()
      where pf.project_id = project.project_id and pf.file_id = (
        select u.file_id from dh.project_file u where u.project_id = project.project_id and u.state = 'unassigned'
        order by u.seq limit 1 for update skip locked)
      returning pf.file_id into file;
  end if;
  if file is null then
    -- Others are taking the last ones at this moment; if one of them fails, its file is free again.
    return query select case when exists (select from dh.project_file u
        where u.project_id = project.project_id and u.state = 'unassigned') then 'locked' else 'none' end,
      null::text, null::text[], null::text[];
    return;
  end if;
  return query select 'file', f.name, array(
      select l.location from dh.file_location l where l.file_id = file order by l.location), process.schemas
    from dh.file f where f.file_id = file;
end $$;
