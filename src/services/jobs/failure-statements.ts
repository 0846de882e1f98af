/** The statements that move failure groups: each once a batch of events, whatever its size. */
import { sql } from 'kysely';
import type { Transaction } from '../../database/index.ts';

export interface GroupMove {
  failureGroup: number;
  /** Null: jobs only leave it, so that it exists. */
  failure: number | null;
  kind: string;
  code: string;
  text: string;
  campaignId: number;
  stageId: number;
  jobs: number;
  wallSeconds: number;
  /** Milliseconds since 1970. */
  first: number | null;
  last: number | null;
}

export interface FactorMove {
  failureGroup: number;
  factor: 'host' | 'site' | 'hour';
  value: string;
  jobs: number;
  /** Milliseconds since 1970. */
  last: number;
}

/** Values of a factor that a group keeps. */
const VALUES = 200;

const time = (milliseconds: number | null) =>
  milliseconds === null ? null : new Date(milliseconds).toISOString();

/**
 * Rows in order of their numbers, so that two batches with the same groups wait for each other and never in a circle.
 * Groups that jobs only leave are updated, not made: what is inserted first could break a check or a key.
 */
export async function addGroups(trx: Transaction, moves: readonly GroupMove[]): Promise<void> {
  const rows = [...moves].sort((a, b) => a.failureGroup - b.failureGroup);
  const column = <K extends keyof GroupMove>(name: K) => rows.map((row) => row[name]);
  const signatures = [...new Map(rows.map((row) => [row.failure, row])).values()]
    .filter((row) => row.failure !== null)
    .sort((a, b) => (a.failure ?? 0) - (b.failure ?? 0));
  // Most are known already; an insert that finds its row costs a look into the key and writes nothing.
  if (signatures.length > 0) {
    await sql`
      insert into failure_signature (failure, kind, code, text)
      select * from unnest(${signatures.map((row) => row.failure)}::bigint[], ${signatures.map((row) => row.kind)}::text[],
        ${signatures.map((row) => row.code)}::text[], ${signatures.map((row) => row.text)}::text[])
      on conflict do nothing`.execute(trx);
  }
  await sql`
    insert into failure_group as g (failure_group, campaign_id, stage_id, failure, jobs, wall_seconds, first, last)
    select d.id, coalesce(known.campaign_id, d.campaign_id), coalesce(known.stage_id, d.stage_id),
      coalesce(known.failure, d.failure), d.jobs, d.wall, coalesce(d.first, known.last), coalesce(d.last, known.last)
    from unnest(${column('failureGroup')}::bigint[], ${column('campaignId')}::int[], ${column('stageId')}::int[],
        ${column('failure')}::bigint[], ${column('jobs')}::bigint[], ${column('wallSeconds')}::float8[],
        ${column('first').map(time)}::timestamptz[], ${column('last').map(time)}::timestamptz[])
      with ordinality as d(id, campaign_id, stage_id, failure, jobs, wall, first, last, n)
      left join failure_group known on known.failure_group = d.id
    order by d.id
    on conflict (failure_group) do update set jobs = g.jobs + excluded.jobs,
      wall_seconds = g.wall_seconds + excluded.wall_seconds,
      first = least(g.first, excluded.first), last = greatest(g.last, excluded.last)`.execute(trx);
}

/** Only after `addGroups`, whose locks keep others from the values of the same groups. */
export async function addFactors(trx: Transaction, moves: readonly FactorMove[]): Promise<void> {
  const column = <K extends keyof FactorMove>(name: K) => moves.map((row) => row[name]);
  await sql`
    insert into failure_factor as f (failure_group, factor, value, jobs, last)
    select d.id, d.factor, case when d.jobs < 0 and k.value is null then '' else d.value end as place, sum(d.jobs),
      max(d.last)
    from unnest(${column('failureGroup')}::bigint[], ${column('factor')}::text[], ${column('value')}::text[],
        ${column('jobs')}::bigint[], ${column('last').map(time)}::timestamptz[]) as d(id, factor, value, jobs, last)
      left join failure_factor k on k.failure_group = d.id and k.factor = d.factor and k.value = d.value
    group by d.id, d.factor, place
    on conflict (failure_group, factor, value) do update set jobs = f.jobs + excluded.jobs,
      last = greatest(f.last, excluded.last)`.execute(trx);
}

/**
 * Keeps the most frequent values, of those with as many jobs the latest; the others' jobs go to ''. By recency, for a
 * host that begins to fail when 200 others have failed once each must be able to come up.
 */
export async function trimFactors(trx: Transaction, groups: readonly number[]): Promise<void> {
  await sql`
    with ranked as (
      select failure_group, factor, value,
        row_number() over (partition by failure_group, factor order by jobs desc, last desc, value) as place
      from failure_factor where failure_group = any(${groups}::bigint[]) and value <> ''),
    gone as (
      delete from failure_factor f using ranked r where r.place > ${VALUES - 1} and f.failure_group = r.failure_group
        and f.factor = r.factor and f.value = r.value
      returning f.failure_group, f.factor, f.jobs, f.last)
    insert into failure_factor as f (failure_group, factor, value, jobs, last)
    select failure_group, factor, '', sum(jobs), max(last) from gone group by failure_group, factor
    on conflict (failure_group, factor, value) do update set jobs = f.jobs + excluded.jobs,
      last = greatest(f.last, excluded.last)`.execute(trx);
}
