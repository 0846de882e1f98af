/** Statements of campaigns as a whole. */
import { sql } from 'kysely';
import type { Db, Transaction } from '../../database/index.ts';

/** From the counters: launches without a submission are found by the foreign key when it is deleted. */
export async function countSubmissions(trx: Transaction, campaignId: number): Promise<number> {
  const { rows } = await sql<{ submissions: number }>`
    select coalesce(sum(n.submissions), 0)::integer as submissions
    from stage s join stage_count n using (stage_id)
    where s.campaign_id = ${campaignId} and n.status_id <> 0`.execute(trx);
  return rows[0]?.submissions ?? 0;
}

/** With its stages and dependencies. Fails on the foreign key where it was ever launched. */
export async function deleteCampaign(trx: Transaction, campaignId: number): Promise<void> {
  await trx.deleteFrom('campaign').where('campaignId', '=', campaignId).execute();
}

export interface CountDrift {
  stageId: number;
  statusId: number;
  counted: number;
  true: number;
}

/**
 * Where the counters disagree with the submissions and launches themselves; empty when all is right. Reads all
 * history: for the janitor's audit, not for a page.
 */
export async function auditCounts(db: Db | Transaction): Promise<CountDrift[]> {
  const { rows } = await sql<CountDrift>`
    select stage_id, status_id, coalesce(c.submissions, 0) as counted, coalesce(a.submissions, 0) as "true"
    from (select * from stage_count) c full join (select * from stage_count_audit) a using (stage_id, status_id)
    where (coalesce(c.submissions, 0), coalesce(c.jobs_idle, 0), coalesce(c.jobs_running, 0), coalesce(c.jobs_held, 0),
        coalesce(c.jobs_completed, 0), coalesce(c.jobs_failed, 0), coalesce(c.jobs_removed, 0),
        coalesce(c.files_total, 0), coalesce(c.files_produced, 0), coalesce(c.files_located, 0),
        coalesce(c.files_consumed, 0))
      <> (coalesce(a.submissions, 0), coalesce(a.jobs_idle, 0), coalesce(a.jobs_running, 0), coalesce(a.jobs_held, 0),
        coalesce(a.jobs_completed, 0), coalesce(a.jobs_failed, 0), coalesce(a.jobs_removed, 0),
        coalesce(a.files_total, 0), coalesce(a.files_produced, 0), coalesce(a.files_located, 0),
        coalesce(a.files_consumed, 0))
    order by stage_id, status_id`.execute(db);
  return rows;
}
