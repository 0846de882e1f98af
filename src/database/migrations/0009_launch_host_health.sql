-- How it stands with the link to an account of a launch host, as the engine that asked last has seen it.
create table launch_host_health (
  host text not null,
  account text not null,
  reachable boolean not null,
  since timestamptz not null,
  problem text,
  checked timestamptz not null,
  primary key (host, account),
  check (reachable = (problem is null))
);
