/** One campaign with its stages and their counts, as its page shows it. */
import { sql } from 'kysely';
import type { z } from 'zod';
import { countColumns, countParts } from '../../database/counts.ts';
import { holdOf } from '../../database/holds.ts';
import type { Db, Transaction } from '../../database/index.ts';
import { parseSplit } from '../../domain/splits/index.ts';
import { leadingStages } from '../../domain/stage-graph.ts';
import { PomsError } from '../../errors.ts';
import type { campaignView, dependencyView, stageView } from './schema.ts';

export type CampaignShown = z.input<typeof campaignView>;
type StageShown = z.input<typeof stageView>;
type StageRow = Omit<StageShown, 'leading'> & {
  launchesFailed: number;
  lastActivity: Date | null;
  waiting: { queued: number; starting: number };
};
type Header = Omit<
  CampaignShown,
  'stages' | 'dependencies' | 'submissions' | 'launches' | 'jobs' | 'lastActivity'
>;

/** Throws `not-found`. */
export async function viewCampaign(
  db: Db | Transaction,
  experiment: string,
  name: string,
): Promise<CampaignShown> {
  const header = await selectHeader(db, experiment, name);
  if (header === undefined) throw new PomsError('not-found', { kind: 'campaign', name });
  const rows = await selectStages(db, header.campaignId);
  const dependencies = await selectDependencies(db, header.campaignId);
  const leading = new Set(
    leadingStages({
      stages: rows.map((row) => ({ name: row.name, split: parseSplit(row.split) })),
      dependencies,
    }),
  );
  const stages = rows.map(({ launchesFailed, lastActivity: _, waiting, ...stage }) => ({
    ...stage,
    leading: leading.has(stage.name),
    launches: { ...waiting, failed: launchesFailed },
  }));
  const active = rows.flatMap(({ lastActivity }) => (lastActivity === null ? [] : [lastActivity.getTime()]));
  return {
    ...header,
    stages,
    dependencies,
    submissions: sumOf(
      stages.map((stage) => stage.submissions),
      NO_SUBMISSIONS,
    ),
    launches: sumOf(
      stages.map((stage) => stage.launches),
      { queued: 0, starting: 0, failed: 0 },
    ),
    jobs: sumOf(
      stages.map((stage) => stage.jobs),
      NO_JOBS,
    ),
    lastActivity: active.length === 0 ? null : new Date(Math.max(...active)),
  };
}

const NO_SUBMISSIONS = {
  waiting: 0,
  approval: 0,
  running: 0,
  held: 0,
  finished: 0,
  done: 0,
  failed: 0,
  stopped: 0,
};
const NO_JOBS = { idle: 0, running: 0, held: 0, completed: 0, failed: 0, removed: 0 };

/** Sums counts of the same names. */
function sumOf<T extends Record<string, number>>(all: readonly T[], nothing: T): T {
  const sum: Record<string, number> = { ...nothing };
  for (const counts of all)
    for (const [key, count] of Object.entries(counts)) sum[key] = (sum[key] ?? 0) + count;
  return sum as T;
}

async function selectHeader(
  db: Db | Transaction,
  experiment: string,
  name: string,
): Promise<Header | undefined> {
  const { rows } = await sql<Header>`
    select c.campaign_id, c.experiment, c.name, c.description, c.active, c.type, c.data_handling, c.defaults, c.keywords,
      c.positions, c.version, c.created, c.updated, p.username as creator, u.username as updater,
      coalesce((select jsonb_agg(t.name order by t.name) from campaign_tag ct join tag t using (tag_id)
        where ct.campaign_id = c.campaign_id), '[]') as tags,
      ${holdOf(sql`c.experiment`, sql`c.campaign_id`, sql`null`)} as hold
    from campaign c
    join experimenter p on p.experimenter_id = c.creator_id
    left join experimenter u on u.experimenter_id = c.updater_id
    where c.experiment = ${experiment} and c.name = ${name}`.execute(db);
  return rows[0];
}

async function selectStages(db: Db | Transaction, campaignId: number): Promise<StageRow[]> {
  const { rows } = await sql<StageRow>`
    select s.stage_id, s.name, s.stage_type as type, j.name as job_type, l.name as login_setup, s.vo_role,
      s.software_version, s.dataset, s.split, s.test_split, s.split_cursor, s.parameters, s.test_parameters,
      s.merge_overrides, s.completion_type, s.completion_pct, s.output_ancestor_depth, s.inherits, s.version,
      ${holdOf(sql`s.experiment`, sql`s.campaign_id`, sql`s.stage_id`)} as hold,
      counted.submissions, counted.jobs, counted.files, counted.launches_failed, counted.last_activity,
      (select jsonb_build_object('queued', count(*) filter (where state = 'queued'),
          'starting', count(*) filter (where state <> 'queued'))
        from launch where state in ('queued', 'claimed', 'running') and launch.stage_id = s.stage_id) as waiting
    from stage s
    join job_type j using (job_type_id)
    join login_setup l using (login_setup_id)
    cross join lateral (select ${countColumns} from ${countParts} n where n.stage_id = s.stage_id) as counted
    where s.campaign_id = ${campaignId}
    order by s.stage_id`.execute(db);
  return rows;
}

async function selectDependencies(
  db: Db | Transaction,
  campaignId: number,
): Promise<z.input<typeof dependencyView>[]> {
  const { rows } = await sql<z.input<typeof dependencyView>>`
    select a.name as "from", b.name as "to", d.file_patterns as files, d.split, d.wait
    from dependency d
    join stage a on a.stage_id = d.upstream_stage_id
    join stage b on b.stage_id = d.downstream_stage_id
    where d.campaign_id = ${campaignId}
    order by d.dependency_id`.execute(db);
  return rows;
}
