-- Which submissions belong to a data project, for its page.
create index submission_project on submission (experiment, project) where project is not null;
