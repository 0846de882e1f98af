/** The list of campaigns: one statement, whose cost grows with campaigns and stages, never with submissions. */
import { sql } from 'kysely';
import type { z } from 'zod';
import { countColumns, countParts } from '../../database/counts.ts';
import { holdOf } from '../../database/holds.ts';
import type { Db } from '../../database/index.ts';
import { PomsError } from '../../errors.ts';
import type { campaignListQuery, campaignRow } from './schema.ts';

export type CampaignListed = z.input<typeof campaignRow>;
export type CampaignListQuery = z.output<typeof campaignListQuery>;

interface Row extends CampaignListed {
  /** Last activity in microseconds since 1970; 0: never launched. */
  activity: number;
}

/**
 * Campaigns by last activity (then name), or by name. The counts of every campaign of the experiment are summed, for
 * the order and the filter need them: 2,000 stages are some 10,000 rows of counters.
 */
export function campaignListStatement(experiment: string, query: CampaignListQuery) {
  const after = query.after === undefined ? null : readCursor(query.after);
  const byName = query.sort === 'name';
  const pattern = query.q === undefined ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
  const counted =
    query.status === 'held'
      ? sql`((submissions ->> 'held')::bigint > 0 or hold is not null)`
      : sql`(submissions ->> ${query.status ?? ''})::bigint > 0`;
  return sql<Row>`
    with counted as (
      select s.campaign_id, ${countColumns}
      from stage s join ${countParts} n on n.stage_id = s.stage_id
      where s.experiment = ${experiment}
      group by s.campaign_id
    ), waiting as (
      select campaign_id, count(*) filter (where state = 'queued')::integer as queued,
        count(*) filter (where state <> 'queued')::integer as starting
      from launch where state in ('queued', 'claimed', 'running') and experiment = ${experiment}
      group by campaign_id
    ), listed as (
      select c.campaign_id, c.name, c.description, c.active, c.type, p.username as creator,
        n.submissions, n.jobs, n.last_activity,
        coalesce((extract(epoch from n.last_activity) * 1000000)::bigint, 0) as activity,
        jsonb_build_object('queued', coalesce(w.queued, 0), 'starting', coalesce(w.starting, 0),
          'failed', coalesce(n.launches_failed, 0)) as launches,
        ${holdOf(sql`c.experiment`, sql`c.campaign_id`, sql`null`)} as hold
      from campaign c
      join experimenter p on p.experimenter_id = c.creator_id
      left join counted n on n.campaign_id = c.campaign_id
      left join waiting w on w.campaign_id = c.campaign_id
      where c.experiment = ${experiment}
        and (${pattern}::text is null or c.name ilike ${pattern})
        and (${query.active ?? null}::boolean is null or c.active = ${query.active ?? null}::boolean)
        and (${query.owner ?? null}::text is null or p.username = ${query.owner ?? null})
        and (${query.tag ?? null}::text is null or exists (select from campaign_tag ct join tag t using (tag_id)
          where ct.campaign_id = c.campaign_id and t.name = ${query.tag ?? null}))
    )
    select listed.*,
      (select count(*)::integer from stage s where s.campaign_id = listed.campaign_id) as stages,
      coalesce((select jsonb_agg(t.name order by t.name) from campaign_tag ct join tag t using (tag_id)
      where ct.campaign_id = listed.campaign_id), '[]') as tags
    from listed
    where ${query.status === undefined ? sql`true` : counted}
      and ${after === null ? sql`true` : byName ? sql`name > ${after.name}` : sql`(activity < ${after.activity}::bigint or (activity = ${after.activity}::bigint and name > ${after.name}))`}
    order by ${byName ? sql`name` : sql`activity desc, name`}
    limit ${query.limit + 1}`;
}

export async function listCampaigns(
  db: Db,
  experiment: string,
  query: CampaignListQuery,
): Promise<{ items: CampaignListed[]; next: string | null }> {
  const { rows } = await campaignListStatement(experiment, query).execute(db);
  const items = rows.slice(0, query.limit).map((row) => ({
    ...row,
    submissions: row.submissions ?? NOTHING_SUBMITTED,
    jobs: row.jobs ?? NO_JOBS,
  }));
  const last = rows.length > query.limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : writeCursor(last) };
}

/** A campaign that was never launched has no counters at all. */
const NOTHING_SUBMITTED = {
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

const writeCursor = ({ activity, name }: Row) =>
  Buffer.from(JSON.stringify([activity, name])).toString('base64url');

function readCursor(text: string): { activity: number; name: string } {
  try {
    const [activity, name]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Number.isSafeInteger(activity) && typeof name === 'string')
      return { activity: Number(activity), name };
  } catch {
    // Said below.
  }
  throw new PomsError('bad-request', { problem: 'after: it is not the `next` of another page.' });
}
