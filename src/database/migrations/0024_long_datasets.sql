-- The dataset of a submission may be long (a split hands on the text of its stage as it is, up to 10,000 characters), and
-- a row of an index may not: such a submission could not be made. The index has the beginning.
drop index submission_dataset;
create index submission_dataset on submission (experiment, "left"(dataset, 200), submission_id desc);
