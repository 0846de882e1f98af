/** Holds: launches of a stage, a campaign, an experiment or everything wait, for a reason. */
import { sql } from 'kysely';
import type { z } from 'zod';
import { recordAudit } from '../../database/audit.ts';
import type { Db, Transaction } from '../../database/index.ts';
import { PomsError } from '../../errors.ts';
import type { Editor } from '../editing.ts';
import type { HoldEverything, HoldRequest, holdView } from './schema.ts';

export type HoldShown = z.input<typeof holdView>;
type Actor = Pick<Editor, 'experimenterId' | 'username'>;

export interface Holds {
  /** Those in force for the experiment, the ones of everything included. */
  list(experiment: string): Promise<HoldShown[]>;
  /** Throws `not-found`, `not-allowed`, `wrong-state` where it is held already. */
  set(editor: Editor, experiment: string, request: HoldRequest): Promise<HoldShown>;
  /** Throws `not-found`, `not-allowed`, `wrong-state` where it is released already. */
  release(editor: Editor, experiment: string, holdId: number): Promise<HoldShown>;
  setEverything(actor: Actor, request: HoldEverything): Promise<HoldShown>;
  releaseEverything(actor: Actor, holdId: number): Promise<HoldShown>;
}

interface Place {
  scope: HoldShown['scope'];
  experiment: string | null;
  campaignId: number | null;
  stageId: number | null;
  /** For messages. */
  name: string;
}

export function createHolds(db: Db): Holds {
  return {
    list: (experiment) =>
      selectHolds(
        db,
        sql`h.released is null and (h.until is null or h.until > now())
      and (h.experiment = ${experiment} or h.scope = 'everything')`,
      ),
    set: (editor, experiment, request) =>
      db.transaction().execute(async (trx) => {
        const place = await findPlace(trx, editor, experiment, request);
        return await hold(trx, editor, place, request);
      }),
    release: (editor, experiment, holdId) =>
      db.transaction().execute((trx) => {
        editor.permit('hold.set');
        return release(trx, editor, sql`h.experiment = ${experiment}`, holdId, experiment);
      }),
    setEverything: (actor, request) =>
      db.transaction().execute((trx) => {
        const place = {
          scope: 'everything',
          experiment: null,
          campaignId: null,
          stageId: null,
          name: 'Everything',
        } as const;
        return hold(trx, actor, place, request);
      }),
    releaseEverything: (actor, holdId) =>
      db.transaction().execute((trx) => release(trx, actor, sql`h.scope = 'everything'`, holdId, null)),
  };
}

async function selectHolds(db: Db | Transaction, condition: ReturnType<typeof sql>): Promise<HoldShown[]> {
  const { rows } = await sql<HoldShown>`
    select h.hold_id, h.scope, c.name as campaign, s.name as stage, h.reason, p.username as held_by, h.since, h.until,
      r.username as released_by, h.released
    from hold h
    join experimenter p on p.experimenter_id = h.held_by
    left join experimenter r on r.experimenter_id = h.released_by
    left join campaign c on c.campaign_id = h.campaign_id
    left join stage s on s.stage_id = h.stage_id
    where ${condition}
    order by h.hold_id desc`.execute(db);
  return rows;
}

async function findPlace(
  trx: Transaction,
  editor: Editor,
  experiment: string,
  { scope, campaign, stage }: HoldRequest,
): Promise<Place> {
  editor.permit('hold.set');
  if (scope === 'experiment') return { scope, experiment, campaignId: null, stageId: null, name: experiment };
  const { rows } = await sql<{ campaignId: number; stageId: number | null }>`
    select c.campaign_id, s.stage_id
    from campaign c left join stage s on s.campaign_id = c.campaign_id and s.name = ${stage ?? null}
    where c.experiment = ${experiment} and c.name = ${campaign ?? ''}`.execute(trx);
  const found = rows[0];
  if (found === undefined) throw new PomsError('not-found', { kind: 'campaign', name: campaign });
  if (scope === 'stage' && found.stageId === null)
    throw new PomsError('not-found', { kind: 'stage', name: stage });
  return {
    scope,
    experiment,
    ...found,
    name: scope === 'stage' ? `${campaign} / ${stage}` : String(campaign),
  };
}

async function hold(
  trx: Transaction,
  actor: Actor,
  place: Place,
  { reason, until }: HoldEverything,
): Promise<HoldShown> {
  const { scope, experiment, campaignId, stageId, name } = place;
  const object = `hold of ${scope === 'everything' ? scope : `${scope} ${name}`}`;
  // One whose time is over is in force no more, and must not stand in the way.
  await sql`update hold set released = until where released is null and until <= now()
    and scope = ${scope} and experiment is not distinct from ${experiment}
    and campaign_id is not distinct from ${campaignId}::integer and stage_id is not distinct from ${stageId}::integer`.execute(
    trx,
  );
  const made = await sql<{ holdId: number }>`
    insert into hold (scope, experiment, campaign_id, stage_id, reason, held_by, until)
    values (${scope}, ${experiment}, ${campaignId}, ${stageId}, ${reason}, ${actor.experimenterId}, ${until})
    on conflict do nothing returning hold_id`.execute(trx);
  const holdId = made.rows[0]?.holdId;
  if (holdId === undefined) {
    const details = { kind: 'Hold', name, state: 'set already', action: 'setting it', allowed: 'released' };
    throw new PomsError('wrong-state', details);
  }
  await recordAudit(trx, {
    experiment,
    actor: actor.username,
    action: 'hold',
    object,
    after: { reason, until },
  });
  return await selectOne(trx, sql`h.hold_id = ${holdId}`, holdId);
}

async function release(
  trx: Transaction,
  actor: Actor,
  within: ReturnType<typeof sql>,
  holdId: number,
  experiment: string | null,
): Promise<HoldShown> {
  const before = await selectOne(trx, sql`h.hold_id = ${holdId} and ${within}`, holdId);
  const done = await trx
    .updateTable('hold')
    .set({ released: sql<Date>`now()`, releasedBy: actor.experimenterId })
    .where('holdId', '=', holdId)
    .where('released', 'is', null)
    .executeTakeFirst();
  if (done.numUpdatedRows !== 1n) {
    const details = {
      kind: 'Hold',
      name: holdId,
      state: 'released already',
      action: 'release',
      allowed: 'in force',
    };
    throw new PomsError('wrong-state', details);
  }
  const names = [before.campaign, before.stage].filter((name) => name !== null).join(' / ');
  const scope = before.scope === 'experiment' ? `experiment ${experiment}` : before.scope;
  const object = `hold of ${names === '' ? scope : `${scope} ${names}`}`;
  const { reason, since, heldBy } = before;
  await recordAudit(trx, {
    experiment,
    actor: actor.username,
    action: 'release',
    object,
    before: { reason, since, heldBy },
  });
  return await selectOne(trx, sql`h.hold_id = ${holdId}`, holdId);
}

async function selectOne(
  trx: Transaction,
  condition: ReturnType<typeof sql>,
  holdId: number,
): Promise<HoldShown> {
  const [found] = await selectHolds(trx, condition);
  if (found === undefined) throw new PomsError('not-found', { kind: 'hold', name: holdId });
  return found;
}
