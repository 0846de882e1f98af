/** Counts of submissions, launches and jobs as lists show them: pieces of SQL over the counters, never over history. */
import { sql } from 'kysely';

const submissions = (statuses: readonly number[]) =>
  sql`coalesce(sum(n.submissions) filter (where n.status_id in (${sql.join(statuses.map((id) => sql.lit(id)))})), 0)`;

/**
 * The rows that the view `stage_count` sums, for statements that sum by something else and need not sum twice. The
 * list of 400 campaigns with 2,000 stages of 9 statuses each took 18 to 25 ms on two busy cores.
 */
export const countParts = sql`(
  select stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed, jobs_failed, jobs_removed,
    files_total, files_produced, files_located, files_consumed, last_activity from stage_counter
  union all
  select stage_id, status_id, submissions, jobs_idle, jobs_running, jobs_held, jobs_completed, jobs_failed, jobs_removed,
    files_total, files_produced, files_located, files_consumed, last_activity from stage_delta)`;

/** Columns over rows `n` of the counters, grouped by whatever the list is of. */
export const countColumns = sql`
  jsonb_build_object('waiting', ${submissions([1000, 2500, 3000])}, 'approval', ${submissions([2400])},
    'running', ${submissions([4000])}, 'held', ${submissions([5000])}, 'finished', ${submissions([7000])},
    'done', ${submissions([8000])}, 'failed', ${submissions([2000, 6000])},
    'stopped', ${submissions([1500, 9000])}) as submissions,
  jsonb_build_object('idle', coalesce(sum(n.jobs_idle), 0), 'running', coalesce(sum(n.jobs_running), 0),
    'held', coalesce(sum(n.jobs_held), 0), 'completed', coalesce(sum(n.jobs_completed), 0),
    'failed', coalesce(sum(n.jobs_failed), 0), 'removed', coalesce(sum(n.jobs_removed), 0)) as jobs,
  jsonb_build_object('total', coalesce(sum(n.files_total), 0), 'consumed', coalesce(sum(n.files_consumed), 0),
    'produced', coalesce(sum(n.files_produced), 0), 'located', coalesce(sum(n.files_located), 0)) as files,
  ${submissions([0])}::integer as launches_failed,
  max(n.last_activity) as last_activity`;
