-- The recoveries of a submission by their launches: each follow-up asks for them, and without this reads all launches.
create index on launch (recovery_of) where recovery_of is not null;
