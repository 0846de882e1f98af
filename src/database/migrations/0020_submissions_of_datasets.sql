-- Which submissions ran on a dataset, for its page.
create index submission_dataset on submission (experiment, dataset, submission_id desc);
