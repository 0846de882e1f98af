/** The reading statements about datasets: which submissions have to do with one. */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import { STATUS_IDS } from '../../domain/status.ts';
import type { DatasetDetail } from './schema.ts';

type DatasetSubmission = DatasetDetail['submissions'][number];

/** Shown at most, the newest first. */
const SHOWN = 50;
/** Names of what came of a submission: `poms_depends_17_1`, `poms_alice_depends_17_1`, `poms_recover_17_0`. */
const MADE_OF = /^poms_(?:[\w.@-]+_)?(?:depends|recover)_(\d{1,15})_/;
/** `poms_gathers_9_3`: what the submissions of run 9 made that dependency 3 has waited for. */
const GATHERED = /^poms_gathers_(\d{1,15})_(\d{1,9})$/;

/**
 * Those that ran on it, and those that it came of, by its name; of campaigns with this data handling. The index has the
 * beginning of the dataset only.
 */
export async function submissionsOf(
  db: Db,
  experiment: string,
  dataHandling: string,
  dataset: string,
): Promise<DatasetSubmission[]> {
  const origin = MADE_OF.exec(dataset)?.[1] ?? null;
  const [, run = null, dependency = null] = GATHERED.exec(dataset) ?? [];
  const { rows } = await sql<DatasetSubmission>`
    select b.submission_id, c.name as campaign, s.name as stage, t.status, found.role
    from (
      (select b.submission_id, 'input' as role from submission b join campaign c on c.campaign_id = b.campaign_id
        where b.experiment = ${experiment} and left(b.dataset, 200) = left(${dataset}::text, 200)
          and b.dataset = ${dataset} and c.data_handling = ${dataHandling}
        order by b.submission_id desc limit ${SHOWN})
      union all
      (select b.submission_id, 'output' from submission b join campaign c on c.campaign_id = b.campaign_id
        where b.experiment = ${experiment} and b.submission_id = ${origin}::bigint
          and c.data_handling = ${dataHandling})
      union all
      (select b.submission_id, 'output' from submission b join campaign c on c.campaign_id = b.campaign_id
        join dependency d on d.upstream_stage_id = b.stage_id
        where b.experiment = ${experiment} and b.run_id = ${run}::bigint and d.dependency_id = ${dependency}::int
          and b.recovery_of is null and b.status_id = ${STATUS_IDS.Located} and c.data_handling = ${dataHandling}
        order by b.submission_id desc limit ${SHOWN})) as found
    join submission b using (submission_id) join campaign c on c.campaign_id = b.campaign_id
    join stage s on s.stage_id = b.stage_id join submission_status t using (status_id)
    order by found.role desc, b.submission_id desc`.execute(db);
  return rows;
}

/** The submissions that run on these projects, of campaigns with this data handling. */
export async function submissionsByProject(
  db: Db,
  experiment: string,
  dataHandling: string,
  projects: readonly string[],
): Promise<Map<string, number[]>> {
  const { rows } = await sql<{ project: string; submissions: number[] }>`
    select b.project, jsonb_agg(b.submission_id order by b.submission_id) as submissions
    from submission b join campaign c on c.campaign_id = b.campaign_id
    where b.experiment = ${experiment} and b.project = any(${[...projects]}::text[])
      and c.data_handling = ${dataHandling} group by b.project`.execute(db);
  return new Map(rows.map((row) => [row.project, row.submissions]));
}
