/** What a launch needs to know of its submission, as it was stored: a launch that is taken up again runs the same. */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import type { DataSettings } from '../../domain/data-settings.ts';
import type { RecoveryType } from '../../domain/recoveries.ts';
import { PomsError } from '../../errors.ts';

export interface SubmissionToLaunch {
  submissionId: number;
  campaignId: number;
  campaign: string;
  campaignType: string;
  /** Of the campaign, in the order of their names. */
  tags: string[];
  stageId: number;
  stage: string;
  stageType: string;
  jobTypeId: number;
  launcher: string;
  isTest: boolean;
  parentId: number | null;
  dataset: string;
  dataHandling: string;
  dataSettings: DataSettings;
  /** Its data project, once that is known. */
  project: string | null;
  /** The submission that this one recovers. */
  recovers: { project: string | null; type: RecoveryType } | null;
  command: string;
  setup: string;
  host: string;
  account: string;
  batchSystem: string;
}

/** Throws `not-found`. */
export async function loadLaunchFacts(db: Db, submissionId: number): Promise<SubmissionToLaunch> {
  const rows = await sql<SubmissionToLaunch>`
    select b.submission_id, b.campaign_id, c.name as campaign, c.type as campaign_type,
      array(select t.name from campaign_tag ct join tag t using (tag_id) where ct.campaign_id = c.campaign_id order by 1) as tags, b.stage_id, st.content ->> 'name' as stage,
      st.content ->> 'stageType' as stage_type, (jt.content ->> 'jobTypeId')::int as job_type_id, p.username as launcher,
      b.is_test, coalesce(b.recovery_of, b.triggered_by) as parent_id, b.dataset, b.command,
      c.data_handling, coalesce(st.content -> 'dataSettings', '{}') as data_settings, b.project,
      (select jsonb_build_object('project', o.project, 'type', b.recovery_type) from submission o
        where o.submission_id = b.recovery_of) as recovers,
      ls.content ->> 'setup' as setup, ls.content ->> 'host' as host, ls.content ->> 'account' as account, b.batch_system
    from submission b
    join campaign c using (campaign_id)
    join experimenter p on p.experimenter_id = b.creator_id
    join snapshot st on st.snapshot_id = b.stage_snapshot_id
    join snapshot jt on jt.snapshot_id = b.job_type_snapshot_id
    join snapshot ls on ls.snapshot_id = b.login_setup_snapshot_id
    where b.submission_id = ${submissionId}`.execute(db);
  const facts = rows.rows[0];
  if (facts === undefined) throw new PomsError('not-found', { kind: 'submission', name: submissionId });
  return facts;
}
