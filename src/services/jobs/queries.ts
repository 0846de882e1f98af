/** The reading statements of jobs. */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import { JOB_STATES, type JobState } from '../../domain/job-state.ts';
import { PomsError } from '../../errors.ts';
import { afterId, listOf, toPage } from '../paging.ts';

export interface JobRecord {
  jobId: number;
  submissionId: number;
  batchId: string;
  state: JobState;
  stateSince: Date;
  attempt: number;
  host: string | null;
  site: string | null;
  exitCode: number | null;
  signal: string | null;
  reason: string | null;
  submitted: Date;
  started: Date | null;
  ended: Date | null;
  wallSeconds: number | null;
  cpuSeconds: number | null;
  memoryKb: number | null;
}

const COLUMNS = sql`j.job_id, j.submission_id, j.batch_id, j.state, j.state_since, j.attempt, j.host, j.site, j.exit_code,
  j.signal, j.reason, j.submitted, j.started, j.ended, j.wall_seconds, j.cpu_seconds, j.memory_kb`;

/** Of one submission by number, oldest first; of an experiment newest first is a matter of the submissions. */
export async function listJobs(
  db: Db,
  filter: {
    experiment: string;
    submission: number | undefined;
    state: string | undefined;
    after: string | undefined;
    limit: number;
  },
): Promise<{ items: JobRecord[]; next: string | null }> {
  const states = listOf(filter.state, JOB_STATES, 'state');
  const after = afterId(filter.after);
  const conditions = [
    sql`b.experiment = ${filter.experiment}`,
    ...(filter.submission === undefined ? [] : [sql`j.submission_id = ${filter.submission}`]),
    ...(states === null ? [] : [sql`j.state = any(${states}::text[])`]),
    ...(after === null ? [] : [sql`j.job_id > ${after}`]),
  ];
  const rows = await sql<JobRecord>`
    select ${COLUMNS} from job j join submission b using (submission_id)
    where ${sql.join(conditions, sql` and `)} order by j.job_id limit ${filter.limit + 1}`.execute(db);
  return toPage(rows.rows, filter.limit, (row) => row.jobId);
}

/** With the batch system it runs on. Throws `not-found`. */
export async function getJob(
  db: Db,
  experiment: string,
  jobId: number,
): Promise<JobRecord & { batchSystem: string }> {
  const rows = await sql<JobRecord & { batchSystem: string }>`
    select ${COLUMNS}, b.batch_system from job j join submission b using (submission_id)
    where j.job_id = ${jobId} and b.experiment = ${experiment}`.execute(db);
  const found = rows.rows[0];
  if (found === undefined) throw new PomsError('not-found', { kind: 'job', name: jobId });
  return found;
}
