/** Stage, job type and login setup as they were at a launch: immutable and stored once per content. */
import { createHash } from 'node:crypto';
import { json, type Transaction } from '../../database/index.ts';

export type SnapshotKind = 'stage' | 'job_type' | 'login_setup';

/** The id of the snapshot with this content, made where there is none. Keys are sorted, so equal content is equal text. */
export async function snapshotOf(
  trx: Transaction,
  kind: SnapshotKind,
  content: Record<string, unknown>,
): Promise<number> {
  const text = json(Object.fromEntries(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1))));
  const hash = createHash('sha256').update(text).digest('hex');
  const known = await find(trx, kind, hash);
  if (known !== undefined) return known;
  const made = await trx
    .insertInto('snapshot')
    .values({ kind, hash, content: text })
    .onConflict((conflict) => conflict.columns(['kind', 'hash']).doNothing())
    .returning('snapshotId')
    .executeTakeFirst();
  return made?.snapshotId ?? (await find(trx, kind, hash)) ?? fail(kind);
}

async function find(trx: Transaction, kind: SnapshotKind, hash: string): Promise<number | undefined> {
  const row = await trx
    .selectFrom('snapshot')
    .select('snapshotId')
    .where('kind', '=', kind)
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row?.snapshotId;
}

function fail(kind: SnapshotKind): never {
  throw new Error(`the snapshot of the ${kind} was neither found nor made`);
}
