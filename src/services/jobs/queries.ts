/** The reading statements of jobs. */
import { type RawBuilder, sql } from 'kysely';
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

interface JobFilter {
  experiment: string;
  submission: number | undefined;
  state: string | undefined;
  after: string | undefined;
  limit: number;
}

/** By number, oldest first. Throws `bad-request`. */
export async function listJobs(
  db: Db,
  filter: JobFilter,
): Promise<{ items: JobRecord[]; next: string | null }> {
  const states = listOf(filter.state, JOB_STATES, 'state');
  const after = afterId(filter.after);
  const conditions = [
    ...(states === null ? [] : [sql`j.state = any(${states}::text[])`]),
    ...(after === null ? [] : [sql`j.job_id > ${after}`]),
  ];
  const rare =
    states === null || filter.submission !== undefined ? null : await findRare(db, filter.experiment, states);
  const rows =
    rare === null
      ? await walkJobs(db, filter, conditions)
      : await rareJobs(db, { ...rare, limit: filter.limit }, conditions);
  return toPage(rows, filter.limit, (row) => row.jobId);
}

async function walkJobs(
  db: Db,
  { experiment, submission, limit }: JobFilter,
  conditions: RawBuilder<unknown>[],
): Promise<JobRecord[]> {
  const all = [
    sql`b.experiment = ${experiment}`,
    ...(submission === undefined ? [] : [sql`j.submission_id = ${submission}`]),
    ...conditions,
  ];
  const { rows } = await sql<JobRecord>`
    select ${COLUMNS} from job j join submission b using (submission_id)
    where ${sql.join(all, sql` and `)} order by j.job_id limit ${limit + 1}`.execute(db);
  return rows;
}

/** With more jobs in the states asked for, a walk over all by number soon has a page of them. */
const RARE = 20_000;

interface RarePlaces {
  /** Where stage and status of the submissions are that have such jobs. */
  stages: number[];
  statuses: number[];
  /** How many jobs of a submission are in the states asked for. */
  jobs: RawBuilder<unknown>;
}

/**
 * Where the few jobs in these states are, by the counters of stages; null where they are many. Without this a list of
 * a state that hardly any job has reads every job of the experiment.
 */
async function findRare(db: Db, experiment: string, states: readonly JobState[]): Promise<RarePlaces | null> {
  const jobs = sql.join(
    states.map((state) => sql.ref(`c.jobs_${state}`)),
    sql` + `,
  );
  const { rows } = await sql<{ stageId: number; statusId: number; jobs: number }>`
    select c.stage_id, c.status_id, ${jobs} as jobs from stage_count c join stage s using (stage_id)
    where s.experiment = ${experiment} and ${jobs} > 0`.execute(db);
  if (rows.reduce((sum, row) => sum + row.jobs, 0) > RARE) return null;
  return { stages: rows.map((row) => row.stageId), statuses: rows.map((row) => row.statusId), jobs };
}

async function rareJobs(
  db: Db,
  { stages, statuses, jobs, limit }: RarePlaces & { limit: number },
  conditions: RawBuilder<unknown>[],
): Promise<JobRecord[]> {
  const { rows } = await sql<JobRecord>`
    select found.* from (
        select c.submission_id from unnest(${stages}::int[], ${statuses}::int[]) as place (stage_id, status_id)
        join submission c using (stage_id, status_id) where ${jobs} > 0 offset 0) as b
      cross join lateral (
        select ${COLUMNS} from job j
        where ${sql.join([sql`j.submission_id = b.submission_id`, ...conditions], sql` and `)} offset 0) as found
    order by found.job_id limit ${limit + 1}`.execute(db);
  return rows;
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
