-- Which hosts and accounts an experiment launches on, by role. An experiment without a row has stated none.
create table launch_rules (
  experiment text primary key references experiment on delete cascade,
  -- [{role, hosts: [pattern], accounts: [name]}]; src/domain/launch-rules.ts tells what they mean.
  rules jsonb not null check (jsonb_typeof(rules) = 'array'),
  version integer not null,
  updater_id integer not null references experimenter,
  updated timestamptz not null default now()
);
