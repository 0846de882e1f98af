/** All that a launch of a stage needs to know, read in one statement as it is at this moment. */
import { sql } from 'kysely';
import type { Db, Transaction } from '../../database/index.ts';
import type { DataSettings } from '../../domain/data-settings.ts';
import type { Parameters } from '../../domain/parameters.ts';
import type { Recovery } from '../../domain/recoveries.ts';
import type { SliceCursor } from '../../domain/splits/index.ts';
import { PomsError } from '../../errors.ts';

export interface StageContext {
  stageId: number;
  experiment: string;
  campaign: {
    campaignId: number;
    name: string;
    type: 'regular' | 'test';
    dataHandling: string;
    keywords: Record<string, string>;
    parameters: Parameters;
  };
  stage: {
    name: string;
    stageType: 'regular' | 'generator' | 'approval' | 'datatransfer' | 'test';
    voRole: 'production' | 'analysis';
    softwareVersion: string;
    dataset: string;
    split: string | null;
    testSplit: string | null;
    splitCursor: SliceCursor;
    splitEpoch: number;
    parameters: Parameters;
    testParameters: Parameters;
    mergeOverrides: boolean;
    completionType: 'located' | 'complete';
    completionPct: number;
    outputAncestorDepth: number;
    dataSettings: DataSettings;
    version: number;
    creator: string;
    creatorId: number;
    creatorRole: 'analysis' | 'production';
  };
  jobType: {
    jobTypeId: number;
    name: string;
    launchScript: string;
    parameters: Parameters;
    outputFilePatterns: string[];
    recoveries: Recovery[];
    version: number;
  };
  loginSetup: {
    name: string;
    host: string;
    account: string;
    setup: string;
    batchSystem: string;
    version: number;
  };
}

/**
 * Reads the stage with its campaign, job type and login setup. `lock` keeps the stage's row until the transaction
 * ends: whoever takes a slice must hold it. The lock leaves the key alone (`no key update`), for a launch inserted
 * before already shares it: with the stronger lock two launches of one stage wait for each other. Throws `not-found`.
 */
export async function loadStageContext(
  db: Db | Transaction,
  stageId: number,
  lock: boolean,
): Promise<StageContext> {
  const rows = await sql<StageContext>`
    select s.stage_id, s.experiment,
      jsonb_build_object('campaignId', c.campaign_id, 'name', c.name, 'type', c.type, 'dataHandling', c.data_handling,
        'keywords', c.keywords, 'parameters', coalesce(c.defaults -> 'parameters', '[]')) as campaign,
      jsonb_build_object('name', s.name, 'stageType', s.stage_type, 'voRole', s.vo_role,
        'softwareVersion', s.software_version, 'dataset', s.dataset, 'split', s.split, 'testSplit', s.test_split,
        'splitCursor', s.split_cursor, 'splitEpoch', s.split_epoch, 'parameters', s.parameters,
        'testParameters', s.test_parameters, 'mergeOverrides', s.merge_overrides,
        'completionType', s.completion_type, 'completionPct', s.completion_pct,
        'outputAncestorDepth', s.output_ancestor_depth, 'dataSettings', s.data_settings, 'version', s.version, 'creator', p.username,
        'creatorId', s.creator_id, 'creatorRole', s.creator_role) as stage,
      jsonb_build_object('jobTypeId', j.job_type_id, 'name', j.name, 'launchScript', j.launch_script,
        'parameters', j.parameters, 'outputFilePatterns', j.output_file_patterns, 'version', j.version,
        'recoveries', coalesce((select jsonb_agg(jsonb_build_object('type', r.type, 'parameters', r.parameters) order by r.position)
          from job_type_recovery r where r.job_type_id = j.job_type_id), '[]')) as job_type,
      jsonb_build_object('name', l.name, 'host', l.host, 'account', l.account, 'setup', l.setup,
        'batchSystem', l.batch_system, 'version', l.version) as login_setup
    from stage s
    join campaign c using (campaign_id)
    join job_type j using (job_type_id)
    join login_setup l using (login_setup_id)
    join experimenter p on p.experimenter_id = s.creator_id
    where s.stage_id = ${stageId}
    ${lock ? sql`for no key update of s` : sql``}`.execute(db);
  const found = rows.rows[0];
  if (found === undefined) throw new PomsError('not-found', { kind: 'stage', name: stageId });
  return found;
}
