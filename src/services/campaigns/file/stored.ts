/** Reads a stored campaign as a definition. */
import { type RawBuilder, sql } from 'kysely';
import type { Db, Transaction } from '../../../database/index.ts';
import type { Owner } from '../../../domain/policies/index.ts';
import type { CampaignDefinition, DependencyDefinition, StageDefinition } from './definition.ts';

export interface StoredStage extends StageDefinition {
  stageId: number;
}

export interface StoredCampaign {
  campaignId: number;
  version: number;
  savedBy: string;
  savedAt: Date;
  owner: Owner;
  definition: Omit<CampaignDefinition, 'stages'> & { stages: StoredStage[] };
}

interface Row extends Omit<CampaignDefinition, 'stages' | 'dependencies' | 'tags'> {
  campaignId: number;
  version: number;
  savedBy: string;
  savedAt: Date;
  owner: Owner;
  tags: string[];
  stages: StoredStage[];
  dependencies: DependencyDefinition[];
}

/** One statement, one moment. Null where the experiment has no campaign of that name. */
export async function loadCampaign(
  db: Db | Transaction,
  experiment: string,
  name: string,
): Promise<StoredCampaign | null> {
  const { rows } = await sql<Row>`
    select c.campaign_id, c.name, c.description, c.type, c.active, c.data_handling, c.keywords, c.defaults, c.positions,
      c.version, coalesce(u.username, p.username) as saved_by, coalesce(c.updated, c.created) as saved_at,
      jsonb_build_object('experimenterId', c.creator_id, 'role', c.creator_role) as owner,
      ${listOf(sql`(select jsonb_agg(t.name order by t.name) from campaign_tag ct join tag t using (tag_id)
        where ct.campaign_id = c.campaign_id)`)} as tags,
      ${listOf(sql`(select jsonb_agg(jsonb_build_object('stageId', s.stage_id, 'name', s.name, 'type', s.stage_type,
          'jobType', j.name, 'loginSetup', l.name, 'voRole', s.vo_role, 'softwareVersion', s.software_version,
          'dataset', s.dataset, 'split', s.split, 'testSplit', s.test_split, 'parameters', s.parameters,
          'testParameters', s.test_parameters, 'mergeOverrides', s.merge_overrides, 'completion', s.completion_type,
          'completionPct', s.completion_pct, 'outputAncestorDepth', s.output_ancestor_depth,
          'dataSettings', s.data_settings, 'inherits', s.inherits)
          order by s.stage_id)
        from stage s join job_type j using (job_type_id) join login_setup l using (login_setup_id)
        where s.campaign_id = c.campaign_id)`)} as stages,
      ${listOf(sql`(select jsonb_agg(jsonb_build_object('from', a.name, 'to', b.name, 'files', d.file_patterns,
          'split', d.split, 'wait', d.wait) order by d.dependency_id)
        from dependency d join stage a on a.stage_id = d.upstream_stage_id join stage b on b.stage_id = d.downstream_stage_id
        where d.campaign_id = c.campaign_id)`)} as dependencies
    from campaign c
    join experimenter p on p.experimenter_id = c.creator_id
    left join experimenter u on u.experimenter_id = c.updater_id
    where c.experiment = ${experiment} and c.name = ${name}`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  const { campaignId, version, savedBy, savedAt, owner, ...definition } = row;
  return { campaignId, version, savedBy, savedAt, owner, definition };
}

const listOf = (query: RawBuilder<unknown>) => sql`coalesce(${query}, '[]')`;
