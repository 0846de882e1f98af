/** Whose failures are meant: those of a campaign, of a stage of it, or of one submission. */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import { PomsError } from '../../errors.ts';

export interface Scope {
  stages: number[];
  /** Null: all of the stages. */
  submission: number | null;
}

export interface ScopeAsked {
  campaign?: string | undefined;
  stage?: string | undefined;
  submission?: number | undefined;
}

/** Throws `not-found` for what is not there, `bad-request` where neither a campaign nor a submission is given. */
export async function findScope(db: Db, experiment: string, asked: ScopeAsked): Promise<Scope> {
  const { campaign, stage, submission } = asked;
  if (submission !== undefined) return { stages: [await stageOf(db, experiment, submission)], submission };
  if (campaign === undefined) {
    throw new PomsError('bad-request', { problem: 'campaign or submission: one must be given' });
  }
  const { rows } = await sql<{ stageId: number | null; name: string | null }>`
    select s.stage_id, s.name from campaign c left join stage s using (campaign_id)
    where c.experiment = ${experiment} and c.name = ${campaign}`.execute(db);
  if (rows.length === 0) throw new PomsError('not-found', { kind: 'campaign', name: campaign });
  const meant = rows.filter((row) => stage === undefined || row.name === stage);
  if (meant.length === 0) throw new PomsError('not-found', { kind: 'stage', name: stage ?? '' });
  return { stages: meant.flatMap((row) => row.stageId ?? []), submission: null };
}

async function stageOf(db: Db, experiment: string, submission: number): Promise<number> {
  const { rows } = await sql<{ stageId: number }>`
    select stage_id from submission where submission_id = ${submission} and experiment = ${experiment}`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) throw new PomsError('not-found', { kind: 'submission', name: submission });
  return row.stageId;
}
