/** Stage, job type and login setup as they were at a launch: immutable and stored once per content. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { json, type Transaction } from '../../database/index.ts';

export type SnapshotKind = 'stage' | 'job_type' | 'login_setup';
type Content = Record<string, unknown>;

/**
 * The ids of the snapshots with these contents, made where there are none. Two launches rarely differ, so the hashes
 * are asked for first, in one statement, and contents travel only where they are new. Keys are sorted, so equal
 * content is equal text.
 */
export async function snapshotsOf(
  trx: Transaction,
  contents: Record<SnapshotKind, Content>,
): Promise<Record<SnapshotKind, number>> {
  const wanted = {
    stage: textOf(contents.stage),
    job_type: textOf(contents.job_type),
    login_setup: textOf(contents.login_setup),
  };
  let known = await find(trx, wanted);
  if (!isComplete(known)) {
    await insert(trx, wanted);
    known = await find(trx, wanted);
  }
  if (!isComplete(known)) throw new Error('a snapshot was neither found nor made');
  return known;
}

interface Text {
  text: string;
  hash: string;
}

function textOf(content: Content): Text {
  const text = json(Object.fromEntries(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1))));
  return { text, hash: createHash('sha256').update(text).digest('hex') };
}

type Known = { [kind in SnapshotKind]: number | null };

function isComplete(known: Known): known is Record<SnapshotKind, number> {
  return Object.values(known).every((id) => id !== null);
}

async function find(trx: Transaction, wanted: Record<SnapshotKind, Text>): Promise<Known> {
  const id = (kind: SnapshotKind) =>
    sql`(select snapshot_id from snapshot where kind = ${sql.lit(kind)} and hash = ${wanted[kind].hash})`;
  const { rows } = await sql<{ ids: Known }>`
    select jsonb_build_object('stage', ${id('stage')}, 'job_type', ${id('job_type')}, 'login_setup', ${id('login_setup')}) as ids`.execute(
    trx,
  );
  return rows[0]?.ids ?? { stage: null, job_type: null, login_setup: null };
}

/** Another launch may make the same at this moment: then its is waited for and taken. */
async function insert(trx: Transaction, wanted: Record<SnapshotKind, Text>): Promise<void> {
  await trx
    .insertInto('snapshot')
    .values([
      { kind: 'stage', hash: wanted.stage.hash, content: wanted.stage.text },
      { kind: 'job_type', hash: wanted.job_type.hash, content: wanted.job_type.text },
      { kind: 'login_setup', hash: wanted.login_setup.hash, content: wanted.login_setup.text },
    ])
    .onConflict((conflict) => conflict.columns(['kind', 'hash']).doNothing())
    .execute();
}
