-- Jobs and events with narrow keys: an index entry costs 28 bytes, however long the names are that batch systems give
-- (docs/performance.md, "Job events").

-- A job's place is its number, which is also the order of pages. A batch id is found by its hash: it is unique in its
-- submission, where two of 100,000 have the same hash by chance in 1 of 4 billion submissions.
alter table job drop constraint job_pkey1;
drop index job_page;
alter table job add primary key (submission_id, job_id);
create unique index job_by_batch_id on job (submission_id, hashtextextended(batch_id, 0));

-- The key of an event only has to tell it from the other events of its job, so its hash does.
alter table job_event alter column event_key type bigint using hashtextextended(event_key, 0);

-- The roll-ups change as often as jobs do, and no index has them: with room on its page, such an update leaves the nine
-- indexes alone.
alter table submission set (fillfactor = 75);
