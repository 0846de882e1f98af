/** What this machine need not keep for ever: folders of local jobs, their events, and launch logs. */
import { sql } from 'kysely';
import { isFinal, STATUS_IDS, STATUSES } from '../domain/status.ts';
import { readCursor } from './monitor.ts';
import type { EngineParts } from './parts.ts';

/** How long the folders of ended local jobs, with their output, are kept. */
const KEEP_JOBS_DAYS = 30;
const FINAL = STATUSES.filter(isFinal).map((status) => STATUS_IDS[status]);

export async function removeOldJobs(parts: EngineParts): Promise<void> {
  for (const system of parts.batchSystems.values()) {
    if (system.cleanup === undefined) continue;
    const removed = await system.cleanup(
      daysAgo(parts, KEEP_JOBS_DAYS),
      await readCursor(parts, system.name),
    );
    if (removed > 0) parts.log.info({ system: system.name, clusters: removed }, 'old job folders removed');
  }
}

/** Removes the logs of launches that are over, with their submissions, and wrote nothing for long; returns how many. */
export async function removeOldLaunches(parts: EngineParts): Promise<number> {
  const host = parts.host('local', '');
  const old = (await host.oldRuns?.(daysAgo(parts, parts.settings.keepLaunchLogsDays))) ?? [];
  if (old.length === 0) return 0;
  const { rows } = await sql<{ launchId: number }>`
    select l.launch_id from launch l left join submission b using (launch_id)
    where l.launch_id = any(${old}::bigint[]) and l.state in ('done', 'failed', 'cancelled')
      and (b.status_id is null or b.status_id = any(${FINAL}::integer[]))`.execute(parts.database.db);
  for (const { launchId } of rows) await host.remove?.(launchId);
  if (rows.length > 0) parts.log.info({ launches: rows.length }, 'old launch logs removed');
  return rows.length;
}

function daysAgo(parts: EngineParts, days: number): Date {
  return new Date(parts.now().getTime() - days * 86_400_000);
}
