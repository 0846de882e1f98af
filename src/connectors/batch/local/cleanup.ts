/**
 * What the spool need not keep: folders of clusters that ended long ago, and the part of the event log that speaks of
 * such clusters only.
 */
import { execFile } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readIfThere, replaceFile } from '../../text-files.ts';
import type { JobIndex } from './job-index.ts';
import { logBegin, type Spool } from './spool.ts';

/** Less than this is not worth giving back. */
const WORTH_BYTES = 1 << 20;

/** Removes the folders of clusters whose jobs have all ended before; returns how many. */
export async function removeClusters(spool: Spool, index: JobIndex, olderThan: Date): Promise<number> {
  // poms-submit counts on the latest numbers: a number that is free again could be given out twice.
  const last = Number(readIfThere(join(spool.folder, 'last')) ?? 0);
  const known = new Map(Array.from(index.clusters(), (cluster) => [cluster.number, cluster]));
  let removed = 0;
  for (const number of await clusterNumbers(spool)) {
    const cluster = known.get(number);
    // A folder that the log does not know was left by a submit that was interrupted.
    const ended = cluster ? cluster.unended === 0 : true;
    const at = cluster ? cluster.at : (await stat(spool.cluster(number))).mtimeMs;
    if (!(number < last) || !ended || at >= olderThan.getTime()) continue;
    await rm(spool.cluster(number), { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

/**
 * Gives up the log before the oldest cluster that is kept, but nothing from `applied` on: what was not applied yet.
 * Its space goes back as a hole in the file, so that every place in the log keeps its number, and whoever appends or
 * reads meanwhile notices nothing. The beginning is written down first: after a crash in between, the hole is made the
 * next time. Where holes cannot be made the log is only longer than it need be.
 */
export async function shortenLog(spool: Spool, index: JobIndex, applied: number): Promise<void> {
  const kept = new Set(await clusterNumbers(spool));
  let begin = Math.min(applied, index.end());
  for (const cluster of index.clusters())
    if (kept.has(cluster.number)) begin = Math.min(begin, cluster.offset);
  if (begin - logBegin(spool) < WORTH_BYTES) return;
  await replaceFile(spool.begin, `${begin}\n`);
  const hole = ['--punch-hole', '--offset', '0', '--length', String(begin), spool.log];
  await promisify(execFile)('fallocate', hole).catch(() => undefined);
}

async function clusterNumbers(spool: Spool): Promise<number[]> {
  return (await readdir(join(spool.folder, 'clusters'))).map(Number).filter(Number.isInteger);
}
