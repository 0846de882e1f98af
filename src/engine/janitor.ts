/** Tidies up, and checks that what is derived agrees with what happened (design 6, 5). */
import { sql } from 'kysely';
import { moveSubmission } from '../services/submissions/transition.ts';
import { sweepGathers } from './gather.ts';
import { keepPartitions } from './job-partitions.ts';
import { type Loop, startLoop } from './loop.ts';
import { removeOldJobs, removeOldLaunches } from './old-files.ts';
import type { EngineParts } from './parts.ts';
import { createRollUpAudit } from './roll-up-audit.ts';

const INTERVAL_MS = 60_000;
/** A launch that ended well, and still no job was seen (spec/backend.md 3.5). */
const NO_JOBS_HOURS = 4;

export function startJanitor(parts: EngineParts): Loop {
  const audit = createRollUpAudit(parts);
  return startLoop({
    name: 'janitor',
    log: parts.log,
    step: async () => {
      await failWithoutJobs(parts);
      await keepPartitions(parts);
      await audit.step();
      await sweepGathers(parts);
      await removeOldJobs(parts);
      await removeOldLaunches(parts);
      return INTERVAL_MS;
    },
  });
}

/** Submissions that wait for jobs that nobody has ever seen become LaunchFailed; the sight of a job reopens them. */
export async function failWithoutJobs(parts: EngineParts): Promise<number> {
  const { db } = parts.database;
  const rows = await sql<{ submissionId: number }>`
    select b.submission_id from submission b join launch l using (launch_id)
    where b.status_id = 1000 and l.state in ('done', 'failed', 'cancelled')
      and b.status_since < now() - make_interval(hours => ${NO_JOBS_HOURS}) limit 1000`.execute(db);
  for (const { submissionId } of rows.rows) {
    await db.transaction().execute((trx) =>
      moveSubmission(trx, {
        submissionId,
        to: 'LaunchFailed',
        mover: 'engine',
        actor: 'janitor',
        message: `No job of it was seen for ${NO_JOBS_HOURS} h after its launch.`,
      }),
    );
  }
  return rows.rows.length;
}
