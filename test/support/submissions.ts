/** Submissions made straight in the database, for tests of what follows them. */
import { sql } from 'kysely';
import type { Db } from '../../src/database/index.ts';
import { EXPERIMENT, type TestCampaign } from './campaign.ts';

/** `count` new submissions of one stage with their launches, in order of their numbers. */
export async function makeSubmissions(
  db: Db,
  campaign: TestCampaign,
  stage: string,
  count: number,
): Promise<number[]> {
  const stageId = campaign.stages.get(stage) ?? 0;
  await sql`
    insert into snapshot (kind, hash, content) values
      ('stage', 's', ${JSON.stringify({ name: stage, stageType: 'regular', voRole: 'production', softwareVersion: 'v1', creator: 'tester', completionType: 'complete', completionPct: 100, outputAncestorDepth: 1 })}::jsonb),
      ('job_type', 'j', '{"recoveries": [], "outputFilePatterns": ["%"]}'), ('login_setup', 'l', '{"host": "local"}')
    on conflict do nothing`.execute(db);
  const rows = await sql<{ submissionId: number }>`
    with launches as (
      insert into launch (launch_id, run_id, stage_id, campaign_id, experiment, cause, cause_key, requested_by, state)
      overriding system value
      select id, id, ${stageId}, ${campaign.campaignId}, ${EXPERIMENT}, 'manual', 'test:' || id, ${campaign.experimenterId}, 'done'
      from (select nextval(pg_get_serial_sequence('launch', 'launch_id')) as id from generate_series(1, ${count})) as fresh
      returning launch_id)
    insert into submission (launch_id, run_id, stage_id, campaign_id, experiment, creator_id, stage_snapshot_id,
      job_type_snapshot_id, login_setup_snapshot_id, dataset, command, batch_system)
    select launch_id, launch_id, ${stageId}, ${campaign.campaignId}, ${EXPERIMENT}, ${campaign.experimenterId},
      (select snapshot_id from snapshot where kind = 'stage'), (select snapshot_id from snapshot where kind = 'job_type'),
      (select snapshot_id from snapshot where kind = 'login_setup'), 'data_' || launch_id, 'run', 'local'
    from launches order by launch_id returning submission_id`.execute(db);
  return rows.rows.map((row) => row.submissionId);
}
