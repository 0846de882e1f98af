-- What SAM clients ask of a catalogue besides files: values that may be used, tapes, ways to read a file.

-- Data disks are words as well; no file carries one.
alter table dh.lookup drop constraint lookup_kind_check;
alter table dh.lookup add check (kind in ('type', 'tier', 'format', 'stream', 'group', 'disk'));

-- Every parameter `category.name` that files of an experiment have, or may have.
create table dh.parameter (
  experiment text not null,
  -- In lower case, as in dh.file.meta and in queries.
  name       text collate "C" not null,
  -- As it was first written.
  spelling   text collate "C" not null check (lower(spelling) = name),
  data_type  text not null check (data_type in ('int', 'float', 'string', 'bool')),
  -- Somebody said which type it has: values of another are refused. Otherwise the type tells what there has been.
  fixed      boolean not null default false,
  primary key (experiment, name)
);

insert into dh.parameter (experiment, name, spelling, data_type)
select experiment, name, name,
  case when count(distinct type) = 1 then min(type)
    when bool_and(type in ('int', 'float')) then 'float' else 'string' end
from (
  select distinct f.experiment, p.key as name,
    case jsonb_typeof(p.value) when 'boolean' then 'bool' when 'string' then 'string'
      else case when (p.value #>> '{}')::numeric % 1 = 0 then 'int' else 'float' end end as type
  from dh.file f cross join lateral jsonb_each(f.meta) p
) used
group by experiment, name;
update dh.parameter p set spelling = s.spelling
from (
  select distinct on (f.experiment, e.key) f.experiment, e.key as name, e.value as spelling
  from dh.file f cross join lateral jsonb_each_text(f.spelling) e
  where f.spelling is not null order by f.experiment, e.key, f.file_id
) s
where s.experiment = p.experiment and s.name = p.name;

-- A location on tape is written path(sequence@label); the label has its own column already.
alter table dh.file_location add column tape_sequence text check (tape_sequence is null or tape_label is not null);

-- The kinds of URL that a process can read, as it named them: root, gsiftp.
alter table dh.process add column schemas text[] not null default '{}';
