/** The statements that keep what failed jobs wrote: which groups are due, which jobs to read, what was found. */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';

export interface DueGroup {
  failureGroup: number;
  /** Looks before this one in a row in which no log could be read. */
  tries: number;
}

/**
 * Takes groups of which logs are due, those that failed last first; for `leaseSeconds` no other engine has them. Reads
 * all groups (100,000 in 70 ms, 2 shared cores): an index over `jobs` would cost every batch of events more.
 * Groups whose jobs never ran, or were removed by a person, have nothing to tell.
 */
export async function claimDueGroups(db: Db, limit: number, leaseSeconds: number): Promise<DueGroup[]> {
  const rows = await sql<DueGroup>`
    insert into failure_reading as r (failure_group, not_before)
    select g.failure_group, now() + make_interval(secs => ${leaseSeconds})
    from failure_group g join failure_signature n using (failure) left join failure_reading k using (failure_group)
    where g.jobs - g.folded >= coalesce(k.next_at, 1) and coalesce(k.not_before <= now(), true)
      and n.kind not in ('removed', 'not-started')
    order by g.last desc limit ${limit}
    on conflict (failure_group) do update set not_before = excluded.not_before where r.not_before <= now()
    returning failure_group, tries`.execute(db);
  return rows.rows;
}

export interface JobToRead {
  jobId: number;
  submissionId: number;
  batchId: string;
  batchSystem: string;
}

/**
 * The newest jobs of the group that ran and were not looked at yet; with `again` also those that could not be read. By the
 * index of jobs by failure: as many entries of each partition as jobs and samples.
 */
export async function jobsToRead(
  db: Db,
  failureGroup: number,
  { limit, again }: { limit: number; again: boolean },
): Promise<JobToRead[]> {
  const rows = await sql<JobToRead>`
    select j.job_id, j.submission_id, j.batch_id, b.batch_system
    from job j join submission b using (submission_id)
    where j.failure = ${failureGroup} and (j.started is not null or j.state = 'failed') and not exists (
      select from failure_sample s where s.failure_group = j.failure and s.job_id = j.job_id
        and (s.line is not null or not ${again}))
    order by j.job_id desc limit ${limit}`.execute(db);
  return rows.rows;
}

/** What a look at a job's log gave: a line, or why there is none. */
export type Sample = Pick<JobToRead, 'jobId' | 'submissionId'> &
  (
    | { stream: 'stdout' | 'stderr'; line: string; signature: string; problem: null }
    | { stream: null; line: null; signature: null; problem: string }
  );

/**
 * Keeps samples and when the next are due, in one transaction: with `again` after `waitSeconds`, else when ten times as
 * many jobs have failed. A line stays where a later look finds none.
 */
export async function keepSamples(
  db: Db,
  failureGroup: number,
  samples: readonly Sample[],
  next: { again: boolean; tries: number; waitSeconds: number },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const column = <K extends keyof Sample>(name: K) => samples.map((sample) => sample[name]);
    await sql`
      insert into failure_sample as s (failure_group, job_id, submission_id, stream, line, signature, problem)
      select ${failureGroup}, * from unnest(${column('jobId')}::bigint[], ${column('submissionId')}::bigint[],
        ${column('stream')}::text[], ${column('line')}::text[], ${column('signature')}::text[], ${column('problem')}::text[])
      on conflict (failure_group, job_id) do update set taken = now(), stream = excluded.stream, line = excluded.line,
        signature = excluded.signature, problem = excluded.problem where s.line is null`.execute(trx);
    await sql`
      update failure_reading r set tries = ${next.tries},
        not_before = now() + make_interval(secs => ${next.waitSeconds}),
        next_at = case when ${next.again} then r.next_at else greatest(r.next_at,
          10 ^ (floor(log(greatest(1, g.jobs)::numeric)) + 1))::bigint end
      from failure_group g where r.failure_group = ${failureGroup} and g.failure_group = r.failure_group`.execute(
      trx,
    );
  });
}
