/** The facts from which a sentence is made: one statement for a submission, one for a job. */
import { sql } from 'kysely';
import { holdOf } from '../../database/holds.ts';
import type { Db } from '../../database/index.ts';
import type { JobFacts, SubmissionFacts } from '../../domain/why/index.ts';
import { PomsError } from '../../errors.ts';

/**
 * Idle jobs of submissions that came earlier to the same batch system. By the index of open submissions: as many rows
 * as are open, which are thousands at most, whatever the history.
 */
const idleAhead = sql`
  (select coalesce(sum(o.jobs_idle), 0)::integer from submission o
    where o.status_id in (3000, 4000, 5000) and o.batch_system = b.batch_system and o.submission_id < b.submission_id)`;

const batch = sql`
  (select jsonb_build_object('system', b.batch_system, 'looked', k.looked, 'problem', k.problem,
      'problemSince', k.problem_since)
    from (select) as one left join batch_cursor k on k.batch_system = b.batch_system)`;

const lastAction = sql`
  (select jsonb_build_object('action', a.action, 'by', w.username, 'at', a.created,
      'open', p.state in ('queued', 'running'), 'detail', p.detail)
    from job_action_part p join job_action a using (job_action_id)
      join experimenter w on w.experimenter_id = a.requested_by
    where p.submission_id = b.submission_id order by p.job_action_id desc limit 1)`;

/** Throws `not-found`. */
export async function submissionFacts(
  db: Db,
  experiment: string,
  submissionId: number,
): Promise<SubmissionFacts & { firstIdle: string | null }> {
  const { rows } = await sql<Stored<SubmissionFacts> & { firstIdle: string | null }>`
    select now() as now, t.status, b.status_since,
      jsonb_build_object('state', l.state, 'since', l.state_since, 'detail', l.outcome_detail,
        'host', ls.content ->> 'host') || (
        -- By the index of launches that are under way.
        select jsonb_build_object('ahead', count(*) filter (where o.state = 'queued' and o.launch_id < l.launch_id),
          'underWay', count(*) filter (where o.state <> 'queued'))
        from launch o join stage os on os.stage_id = o.stage_id join login_setup ol using (login_setup_id)
        where o.state in ('queued', 'claimed', 'running') and o.launch_id <> l.launch_id
          and ol.host = ls.content ->> 'host') as launch,
      ${holdOf(sql`b.experiment`, sql`b.campaign_id`, sql`b.stage_id`)} as hold,
      ${batch} as batch,
      jsonb_build_object('idle', b.jobs_idle, 'running', b.jobs_running, 'held', b.jobs_held, 'completed',
        b.jobs_completed, 'failed', b.jobs_failed, 'removed', b.jobs_removed) as jobs,
      case when b.jobs_held > 0 then (
        select jsonb_build_object('reason', j.reason, 'count', count(*), 'since', min(j.state_since)) from job j
        where j.submission_id = b.submission_id and j.state = 'held' group by j.reason order by count(*) desc limit 1) end as held,
      case when b.jobs_idle > 0 then ${idleAhead} else 0 end as idle_ahead,
      case when b.jobs_idle > 0 and b.jobs_running = 0 and b.jobs_held = 0 then (
        select j.batch_id from job j where j.submission_id = b.submission_id and j.state = 'idle'
        order by j.job_id limit 1) end as first_idle,
      ${lastAction} as action,
      case when b.work is not null then jsonb_build_object('kind', b.work, 'note', b.work_note, 'due', b.work_due) end as work,
      (select jsonb_build_object('submissionId', r.submission_id, 'status', coalesce(rt.status, rl.state))
        from launch rl left join submission r using (launch_id) left join submission_status rt using (status_id)
        where rl.recovery_of = b.submission_id and coalesce(rt.status not in ('Located', 'Removed', 'Cancelled', 'Failed', 'LaunchFailed'),
          rl.state in ('queued', 'claimed', 'running'))
        order by rl.launch_id desc limit 1) as recovery,
      (select jsonb_build_object('stage', ds.name, 'open', (
          select count(*) from submission o where o.run_id = b.run_id and o.submission_id <> b.submission_id
            and o.stage_id <> d.downstream_stage_id and (o.work is not null or o.status_id not in (1500, 8000, 9000))))
        from dependency d join stage ds on ds.stage_id = d.downstream_stage_id
        where d.upstream_stage_id = b.stage_id and d.wait = 'all'
          and not exists (select from launch g where g.stage_id = d.downstream_stage_id
            and g.cause_key = 'gather:' || b.run_id || ':' || d.dependency_id)
        order by d.dependency_id limit 1) as gather
    from submission b
    join launch l using (launch_id)
    join submission_status t using (status_id)
    join snapshot ls on ls.snapshot_id = b.login_setup_snapshot_id
    where b.submission_id = ${submissionId} and b.experiment = ${experiment}`.execute(db);
  const row = rows[0];
  if (row === undefined) throw new PomsError('not-found', { kind: 'submission', name: submissionId });
  return withDates(row);
}

/** Throws `not-found`. */
export async function jobFacts(
  db: Db,
  experiment: string,
  jobId: number,
): Promise<JobFacts & { batchId: string }> {
  const { rows } = await sql<Stored<JobFacts> & { batchId: string }>`
    select now() as now, j.state, j.state_since as since, j.attempt, j.host, j.exit_code, j.signal, j.reason, j.batch_id,
      ${batch} as batch,
      case when j.state = 'idle' then ${idleAhead} + (select count(*)::integer from job o
        where o.submission_id = j.submission_id and o.state = 'idle' and o.job_id < j.job_id) else 0 end as idle_ahead
    from job j join submission b using (submission_id)
    where j.job_id = ${jobId} and b.experiment = ${experiment}`.execute(db);
  const row = rows[0];
  if (row === undefined) throw new PomsError('not-found', { kind: 'job', name: jobId });
  return withDates(row);
}

/** As it comes from the database: in JSON, times are text. */
type Stored<T> = T extends Date
  ? Date | string
  : T extends readonly unknown[]
    ? T
    : T extends object
      ? { [K in keyof T]: Stored<T[K]> }
      : T;

const TIMES: ReadonlySet<string> = new Set(['since', 'looked', 'problemSince', 'at', 'due']);

/** Times in JSON objects, by the names that they have there. */
function withDates<T extends object>(row: object): T {
  const entries = Object.entries(row).map(([name, value]): [string, unknown] => {
    if (typeof value === 'string' && TIMES.has(name)) return [name, new Date(value)];
    const isPlain = typeof value === 'object' && value !== null && !(value instanceof Date);
    return [name, isPlain ? withDates(value) : value];
  });
  return Object.fromEntries(entries) as T;
}
