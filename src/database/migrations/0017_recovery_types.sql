-- Recoveries by the state of the files of a project, as Data Dispatcher has them.

alter table job_type_recovery drop constraint job_type_recovery_type_check;
alter table job_type_recovery add check (type in ('consumed_status', 'process_status', 'added_files', 'pending_files',
  'delivered_not_consumed', 'state_failed', 'state_not_done', 'reprocess_orphans', 'reprocess_all'));
