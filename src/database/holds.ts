/** Which hold applies: pieces of SQL that lists of campaigns, stages and launches share. */
import { type RawBuilder, sql } from 'kysely';

/** What a page shows of a hold; `since` as text of RFC 3339. */
export interface HoldShown {
  holdId: number;
  scope: 'everything' | 'experiment' | 'campaign' | 'stage';
  heldBy: string;
  since: string;
  reason: string;
}

/**
 * The hold in force, the widest first, as a JSON object or null. Arguments are SQL expressions; `null` for the
 * stage gives what holds the campaign as a whole. There are few holds in force at any time.
 */
export function holdOf(
  experiment: RawBuilder<unknown>,
  campaignId: RawBuilder<unknown>,
  stageId: RawBuilder<unknown>,
): RawBuilder<HoldShown | null> {
  return sql<HoldShown | null>`(
    select jsonb_build_object('holdId', h.hold_id, 'scope', h.scope, 'heldBy', hp.username, 'since', h.since,
      'reason', h.reason)
    from hold h join experimenter hp on hp.experimenter_id = h.held_by
    where h.released is null and (h.until is null or h.until > now())
      and (h.scope = 'everything' or (h.scope = 'experiment' and h.experiment = ${experiment})
        or (h.scope = 'campaign' and h.campaign_id = ${campaignId}) or (h.scope = 'stage' and h.stage_id = ${stageId}))
    order by array_position(array['everything', 'experiment', 'campaign', 'stage'], h.scope) limit 1)`;
}
