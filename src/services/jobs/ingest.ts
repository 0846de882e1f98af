/**
 * Job events into the database, in batches: events appended, jobs brought up to them, roll-ups moved by the
 * difference, all in the caller's transaction (tenet 1). Events that were seen before change nothing, so a batch
 * may come again.
 */
import { sql } from 'kysely';
import type { JobEvent } from '../../connectors/batch/types.ts';
import type { Transaction } from '../../database/index.ts';
import { JOB_STATES, type JobCounts, type JobState } from '../../domain/job-state.ts';

export interface TouchedSubmission {
  submissionId: number;
  statusId: number;
  isRecovery: boolean;
  stopAs: 'Removed' | 'Cancelled' | null;
  completionPct: number;
  jobs: JobCounts;
}

/** Applies the events and returns the submissions whose roll-up changed. Events of unknown submissions are left out. */
export async function applyJobEvents(
  trx: Transaction,
  events: readonly JobEvent[],
): Promise<TouchedSubmission[]> {
  if (events.length === 0) return [];
  const columns = toColumns(events);
  const differences = new Map<number, JobCounts>();
  for (const row of await insertNewJobs(trx, columns)) addTo(differences, row.submissionId, 'idle', row.jobs);
  for (const row of await applyToJobs(trx, columns)) {
    addTo(differences, row.submissionId, row.before, -row.jobs);
    addTo(differences, row.submissionId, row.after, row.jobs);
  }
  return moveRollUps(trx, differences);
}

type Columns = Record<
  | 'keys'
  | 'submissions'
  | 'batchIds'
  | 'times'
  | 'states'
  | 'attempts'
  | 'hosts'
  | 'sites'
  | 'exits'
  | 'signals'
  | 'reasons'
  | 'walls'
  | 'cpus'
  | 'memories',
  (string | number | null)[]
>;

function toColumns(events: readonly JobEvent[]): Columns {
  return {
    keys: events.map((event) => event.key),
    submissions: events.map((event) => event.submissionId),
    batchIds: events.map((event) => event.batchId),
    times: events.map((event) => event.at.toISOString()),
    states: events.map((event) => event.state),
    attempts: events.map((event) => event.attempt),
    hosts: events.map((event) => event.host ?? null),
    sites: events.map((event) => event.site ?? null),
    exits: events.map((event) => event.exitCode ?? null),
    signals: events.map((event) => event.signal ?? null),
    reasons: events.map((event) => event.reason ?? null),
    walls: events.map((event) => event.wallSeconds ?? null),
    cpus: events.map((event) => event.cpuSeconds ?? null),
    memories: events.map((event) => event.memoryKb ?? null),
  };
}

/** Jobs that are seen for the first time, counted as idle. */
async function insertNewJobs(
  trx: Transaction,
  columns: Columns,
): Promise<{ submissionId: number; jobs: number }[]> {
  const rows = await sql<{ submissionId: number; jobs: number }>`
    with fresh as (
      insert into job (submission_id, batch_id, state, state_since, submitted)
      select distinct on (e.batch_id) e.submission_id, e.batch_id, 'idle', e.at, e.at
      from unnest(${columns.submissions}::bigint[], ${columns.batchIds}::text[], ${columns.times}::timestamptz[])
        with ordinality as e(submission_id, batch_id, at, n)
      join submission s using (submission_id)
      order by e.batch_id, e.n
      on conflict (batch_id) do nothing
      returning submission_id)
    select submission_id, count(*) as jobs from fresh group by submission_id`.execute(trx);
  return rows.rows;
}

/**
 * Appends the events that are new and brings each job to its last one. An event of an earlier attempt, or from
 * before the job's present state, is kept but moves nothing. `started` and the resources are taken from all new
 * events, for start and end may come in one batch.
 */
async function applyToJobs(
  trx: Transaction,
  columns: Columns,
): Promise<{ submissionId: number; before: JobState; after: JobState; jobs: number }[]> {
  const rows = await sql<{ submissionId: number; before: JobState; after: JobState; jobs: number }>`
    with e as (
      select * from unnest(${columns.keys}::text[], ${columns.batchIds}::text[], ${columns.times}::timestamptz[],
        ${columns.states}::text[], ${columns.attempts}::int[], ${columns.hosts}::text[], ${columns.sites}::text[],
        ${columns.exits}::int[], ${columns.signals}::text[], ${columns.reasons}::text[], ${columns.walls}::real[],
        ${columns.cpus}::real[], ${columns.memories}::bigint[])
        with ordinality as e(event_key, batch_id, at, state, attempt, host, site, exit_code, signal, reason, wall, cpu, memory, n)),
    old as (
      select job_id, batch_id, submission_id, state, state_since, attempt from job
      where batch_id = any(${columns.batchIds}::text[]) order by job_id for update),
    fresh as (
      insert into job_event (job_id, event_key, at, state, attempt, detail)
      select old.job_id, e.event_key, e.at, e.state, e.attempt,
        nullif(jsonb_strip_nulls(jsonb_build_object('host', e.host, 'exitCode', e.exit_code, 'signal', e.signal, 'reason', e.reason)), '{}')
      from e join old using (batch_id)
      on conflict do nothing
      returning job_id, event_key),
    seen as (
      select old.job_id, old.submission_id, old.state as before, e.* from e join old using (batch_id) join fresh using (job_id, event_key)
      where e.attempt > old.attempt or (e.attempt = old.attempt and e.at >= old.state_since)),
    final as (
      select distinct on (job_id) job_id, submission_id, before, state, at, attempt, exit_code, signal, reason
      from seen order by job_id, attempt desc, at desc, n desc),
    facts as (
      select job_id, max(at) filter (where state = 'running') as started,
        (array_agg(host order by n desc) filter (where host is not null))[1] as host,
        (array_agg(site order by n desc) filter (where site is not null))[1] as site,
        (array_agg(wall order by n desc) filter (where wall is not null))[1] as wall,
        (array_agg(cpu order by n desc) filter (where cpu is not null))[1] as cpu,
        max(memory) as memory
      from seen group by job_id),
    moved as (
      update job set state = final.state, state_since = final.at, attempt = final.attempt,
        exit_code = final.exit_code, signal = final.signal, reason = final.reason,
        started = case when final.state in ('idle') then null else coalesce(facts.started, job.started) end,
        ended = case when final.state in ('completed', 'failed', 'removed') then final.at end,
        host = coalesce(facts.host, job.host), site = coalesce(facts.site, job.site),
        wall_seconds = coalesce(facts.wall, job.wall_seconds), cpu_seconds = coalesce(facts.cpu, job.cpu_seconds),
        memory_kb = greatest(facts.memory, job.memory_kb)
      from final join facts using (job_id) where job.job_id = final.job_id)
    select submission_id, before, state as after, count(*) as jobs
    from final where before <> state group by submission_id, before, state`.execute(trx);
  return rows.rows;
}

function addTo(
  differences: Map<number, JobCounts>,
  submissionId: number,
  state: JobState,
  jobs: number,
): void {
  const counts = differences.get(submissionId) ?? {
    idle: 0,
    running: 0,
    held: 0,
    completed: 0,
    failed: 0,
    removed: 0,
  };
  counts[state] += jobs;
  differences.set(submissionId, counts);
}

async function moveRollUps(
  trx: Transaction,
  differences: Map<number, JobCounts>,
): Promise<TouchedSubmission[]> {
  if (differences.size === 0) return [];
  const ids = [...differences.keys()].sort((a, b) => a - b);
  const column = (state: JobState) => ids.map((id) => differences.get(id)?.[state] ?? 0);
  const rows = await sql<Omit<TouchedSubmission, 'jobs'> & JobCounts>`
    update submission s set
      jobs_idle = jobs_idle + d.idle, jobs_running = jobs_running + d.running, jobs_held = jobs_held + d.held,
      jobs_completed = jobs_completed + d.completed, jobs_failed = jobs_failed + d.failed,
      jobs_removed = jobs_removed + d.removed, updated = now()
    from unnest(${ids}::bigint[], ${column('idle')}::int[], ${column('running')}::int[], ${column('held')}::int[],
        ${column('completed')}::int[], ${column('failed')}::int[], ${column('removed')}::int[])
      as d(id, idle, running, held, completed, failed, removed), snapshot n
    where s.submission_id = d.id and n.snapshot_id = s.stage_snapshot_id
    returning s.submission_id, s.status_id, s.recovery_of is not null as is_recovery, s.stop_as,
      (n.content ->> 'completionPct')::real as completion_pct, s.jobs_idle as idle, s.jobs_running as running,
      s.jobs_held as held, s.jobs_completed as completed, s.jobs_failed as failed, s.jobs_removed as removed`.execute(
    trx,
  );
  return rows.rows.map((row) => ({
    submissionId: row.submissionId,
    statusId: row.statusId,
    isRecovery: row.isRecovery,
    stopAs: row.stopAs,
    completionPct: row.completionPct,
    jobs: Object.fromEntries(JOB_STATES.map((state) => [state, row[state]])) as JobCounts,
  }));
}

/**
 * The audit of the roll-ups: submissions whose counters differ from their jobs, with both. Empty when all is well.
 * `since` limits it to submissions updated after that time.
 */
export async function findDrift(
  trx: Transaction,
  since: Date,
): Promise<{ submissionId: number; kept: JobCounts; counted: JobCounts }[]> {
  const pairs = (prefix: string) =>
    sql.raw(`jsonb_build_object(${JOB_STATES.map((state) => `'${state}', ${prefix}${state}`).join(', ')})`);
  const rows = await sql<{ submissionId: number; kept: JobCounts; counted: JobCounts }>`
    select submission_id, ${pairs('s.jobs_')} as kept, ${pairs('c.')} as counted
    from submission s cross join lateral (
      select ${sql.raw(JOB_STATES.map((state) => `count(*) filter (where state = '${state}') as ${state}`).join(', '))}
      from job where job.submission_id = s.submission_id) c
    where s.updated >= ${since} and ${pairs('s.jobs_')} <> ${pairs('c.')}`.execute(trx);
  return rows.rows;
}
