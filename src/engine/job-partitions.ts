/**
 * Keeps the partitions of jobs: makes them before submissions need them, and folds the jobs of old ones into
 * summaries (docs/adr/0009-jobs-in-partitions-by-submission.md). Both are idempotent, and any engine may do them.
 */
import { needsPartition, partitionWidth } from '../domain/job-partitions.ts';
import {
  findFoldable,
  foldPartition,
  makePartition,
  readPartitionState,
} from '../services/jobs/partitions.ts';
import type { EngineParts } from './parts.ts';

/** So many at a time, for a burst may have used up more than one. */
const AT_ONCE = 20;

/** Makes what is missing and folds at most one. Returns what was done. */
export async function keepPartitions(parts: EngineParts): Promise<{ made: number; folded: number }> {
  const made = await makeAhead(parts);
  return { made, folded: await foldOldest(parts) };
}

async function makeAhead(parts: EngineParts): Promise<number> {
  const { db } = parts.database;
  for (let made = 0; made < AT_ONCE; made++) {
    const { end, lastSubmission, usedFrom, usedSince } = await readPartitionState(db);
    const now = parts.now();
    const width = partitionWidth({
      submissions: lastSubmission - usedFrom + 1,
      since: usedSince ?? now,
      now,
    });
    if (!needsPartition(end, lastSubmission, width)) return made;
    await db.transaction().execute((trx) => makePartition(trx, end, width));
    parts.log.info({ from: end, to: end + width }, 'partition of jobs made');
  }
  return AT_ONCE;
}

async function foldOldest(parts: EngineParts): Promise<number> {
  const { db } = parts.database;
  const before = new Date(parts.now().getTime() - parts.settings.keepJobsDays * 86_400_000);
  const old = await findFoldable(db, before);
  if (old === null) return 0;
  const folded = await db.transaction().execute((trx) => foldPartition(trx, old.fromId));
  if (folded) parts.log.info({ from: old.fromId, to: old.toId }, 'jobs folded into summaries');
  return folded ? 1 : 0;
}
