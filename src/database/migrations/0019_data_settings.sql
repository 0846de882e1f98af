-- What a stage asks of the system that starts the data project of its submissions (Data Dispatcher): only what is
-- stated; the rest is as that system has it.
alter table stage add column data_settings jsonb not null default '{}' check (jsonb_typeof(data_settings) = 'object');
