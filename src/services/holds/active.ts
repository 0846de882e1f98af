/** The hold that applies to a stage's launches now. */
import { sql } from 'kysely';
import type { Db, Transaction } from '../../database/index.ts';

export interface ActiveHold {
  holdId: number;
  scope: 'everything' | 'experiment' | 'campaign' | 'stage';
  heldBy: string;
  since: Date;
  reason: string;
}

/** The widest one, or null. */
export async function activeHold(
  db: Db | Transaction,
  place: { experiment: string; campaignId: number; stageId: number },
): Promise<ActiveHold | null> {
  const rows = await sql<ActiveHold>`
    select h.hold_id, h.scope, p.username as held_by, h.since, h.reason
    from hold h join experimenter p on p.experimenter_id = h.held_by
    where h.released is null and (h.until is null or h.until > now())
      and case h.scope when 'everything' then true when 'experiment' then h.experiment = ${place.experiment}
        when 'campaign' then h.campaign_id = ${place.campaignId} else h.stage_id = ${place.stageId} end
    order by array_position(array['everything', 'experiment', 'campaign', 'stage'], h.scope) limit 1`.execute(
    db,
  );
  return rows.rows[0] ?? null;
}
