-- Lists by status or state, newest first, cost their page also where what is looked for is rare or long ago: without
-- these, one walks an experiment's, a campaign's or a stage's whole history (docs/performance.md). A change of status
-- or state writes the row anew anyway, so each costs one more entry then, and nothing when only counts change.
create index on submission (experiment, status_id, submission_id desc);
create index on submission (campaign_id, status_id, submission_id desc);
create index on submission (stage_id, status_id, submission_id desc);
create index on launch (experiment, state, launch_id desc);
