import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDefinitionsApi, type DefinitionsApi, QUAKES } from '../../../test/support/definitions.ts';
import { campaignListStatement } from './list.ts';
import { auditCounts } from './queries.ts';
import { campaignListQuery } from './schema.ts';

let api: DefinitionsApi;
beforeAll(async () => {
  api = await createDefinitionsApi();
  await api.ask('prod', 'POST', '/experiments/demo/campaigns/apply', { text: QUAKES });
});
afterAll(() => api.close());

const run = (statement: string, values: unknown[] = []) => api.database.pool.query(statement, values);

/** `count` submissions of every stage of the campaigns whose names are like this. */
async function addSubmissions(campaigns: string, count: number, statuses = '{4000}'): Promise<void> {
  await run(`insert into snapshot (kind, hash, content) values ('stage', 'h', '{}') on conflict do nothing`);
  await run(
    `with made as (
       insert into launch (launch_id, run_id, stage_id, campaign_id, experiment, cause, cause_key, requested_by, state)
       overriding system value
       select id, id, stage_id, campaign_id, experiment, 'manual', 'k' || id, creator_id, 'done'
       from (select s.*, nextval(pg_get_serial_sequence('launch', 'launch_id')) as id
         from stage s join campaign c using (campaign_id), generate_series(1, $2) where c.name like $1) as wanted
       returning *
     )
     insert into submission (launch_id, run_id, stage_id, campaign_id, experiment, creator_id, stage_snapshot_id,
       job_type_snapshot_id, login_setup_snapshot_id, dataset, command, batch_system, status_id, jobs_running)
     select launch_id, run_id, stage_id, campaign_id, experiment, requested_by, 1, 1, 1, 'd', 'c', 'local',
       ($3::integer[])[1 + launch_id % cardinality($3::integer[])], 2 from made`,
    [campaigns, count, statuses],
  );
}

const listed = async (query = '') =>
  (await api.ask('prod', 'GET', `/experiments/demo/campaigns${query}`)).body;

describe('counters of submissions', () => {
  it('agree with the submissions after any changes, folded or not', async () => {
    await addSubmissions('quakes', 5, '{1000,4000,5000,7000}');
    const step = fc.record({
      which: fc.nat(14),
      width: fc.integer({ min: 1, max: 6 }),
      status: fc.constantFrom(1000, 3000, 4000, 5000, 6000, 7000, 8000),
      running: fc.nat(9),
      failed: fc.nat(9),
      files: fc.option(fc.nat(50)),
      how: fc.constantFrom('commit', 'rollback', 'fold', 'delete'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        for (const { which, width, status, running, failed, files, how } of steps) {
          const some = `submission_id in (select submission_id from submission order by submission_id offset ${which} limit ${width})`;
          await api.database.db
            .transaction()
            .execute(async (trx) => {
              if (how === 'delete') await sql.raw(`delete from submission where ${some}`).execute(trx);
              else
                await sql
                  .raw(`update submission set status_id = ${status}, jobs_running = ${running},
                  jobs_failed = ${failed}, files_total = ${files}, files_consumed = ${files},
                  recovery_of = ${files === null ? 'submission_id' : 'null'},
                  recovery_type = ${files === null ? `'added_files'` : 'null'} where ${some}`)
                  .execute(trx);
              if (how === 'rollback') throw new Error('rolled back');
            })
            .catch((error: Error) => expect(error.message).toBe('rolled back'));
          if (how === 'fold') await run('select fold_stage_counters()');
        }
        expect(await auditCounts(api.database.db)).toEqual([]);
        await addSubmissions('quakes', 1);
      }),
      { numRuns: 25 },
    );
  });

  it('agree when many people change submissions of the same stages at once, without a deadlock', async () => {
    await addSubmissions('quakes', 20);
    const { rows } = await run('select submission_id as id from submission');
    const ids = rows.map((row) => Number(row.id));
    const shuffled = (seed: number) =>
      [...ids].sort((a, b) => ((a * 7919 + seed) % 101) - ((b * 7919 + seed) % 101));
    // Each its own submissions, in transactions that go over the stages in different orders.
    await Promise.all(
      [0, 1, 2, 3].map((worker) =>
        api.database.db.transaction().execute(async (trx) => {
          for (const id of shuffled(worker).filter((one) => one % 4 === worker)) {
            await sql`update submission set status_id = 7000, jobs_completed = jobs_completed + 1 where submission_id = ${id}`.execute(
              trx,
            );
          }
        }),
      ),
    );
    expect(await auditCounts(api.database.db)).toEqual([]);
    await run('select fold_stage_counters()');
    expect(Number((await run('select count(*) from stage_delta')).rows[0].count)).toBe(0);
    expect(await auditCounts(api.database.db)).toEqual([]);
  });

  it('tell of a drift', async () => {
    await run(`update stage_counter set submissions = submissions + 1
      where (stage_id, status_id) = (select stage_id, status_id from stage_counter order by 1, 2 limit 1)`);
    const drift = await auditCounts(api.database.db);
    expect(drift).toHaveLength(1);
    expect(drift[0]?.counted).toBe((drift[0]?.true ?? 0) + 1);
    await run('delete from submission');
    await run('truncate stage_counter, stage_delta');
  });

  it('count launches that failed before they had a submission', async () => {
    const launch = `insert into launch (launch_id, run_id, stage_id, campaign_id, experiment, cause, cause_key, requested_by, state, outcome)
      overriding system value select $1::bigint, $1::bigint, stage_id, campaign_id, experiment, 'manual', 'f' || $1::bigint, creator_id, $2, $3
      from stage where name = 'ingest' limit 1`;
    await run(launch, [800001, 'failed', 'launch-timed-out']);
    await run(launch, [800002, 'failed', 'no-slice-left']);
    await run(launch, [800003, 'queued', null]);
    const { items } = await listed('?q=quakes');
    expect(items[0].launches).toEqual({ queued: 1, starting: 0, failed: 1 });
    await run(`update launch set state = 'queued' where launch_id = 800001`);
    expect((await listed('?q=quakes')).items[0].launches).toEqual({ queued: 2, starting: 0, failed: 0 });
    expect(await auditCounts(api.database.db)).toEqual([]);
  });
});

describe('the list of campaigns', () => {
  beforeAll(async () => {
    await run(`insert into campaign (experiment, name, creator_id, creator_role, active)
      select 'demo', 'many ' || n, p.experimenter_id, 'production', n % 2 = 0
      from generate_series(1, 300) n, experimenter p where p.username = 'pete'`);
    await run(`insert into stage (campaign_id, experiment, name, job_type_id, login_setup_id, software_version, creator_id, creator_role)
      select c.campaign_id, 'demo', 's' || n, j.job_type_id, l.login_setup_id, 'v', c.creator_id, 'production'
      from campaign c, job_type j, login_setup l, generate_series(1, 2) n where c.name like 'many %'`);
    await addSubmissions('many %', 8, '{1000,2400,4000,5000,7000,8000,6000,9000}');
    await run('analyze');
  }, 60_000);

  it('reads no submission, whatever is asked', async () => {
    const { rows } = await run('select count(*) from submission');
    expect(Number(rows[0].count)).toBe(4_800);
    for (const query of [
      {},
      { sort: 'name' },
      { status: 'held' },
      { q: 'many 1', active: 'true', owner: 'pete', tag: 'x' },
    ]) {
      const statement = campaignListStatement('demo', campaignListQuery.parse(query)).compile(
        api.database.db,
      );
      const plan = await run(`explain (analyze, format json) ${statement.sql}`, [...statement.parameters]);
      const text = JSON.stringify(plan.rows[0]);
      expect(text).toContain('"Relation Name":"stage_counter"');
      expect(text).not.toContain('"Relation Name":"submission"');
      // What is open is found by the partial index, not in the history of launches.
      expect(text).not.toMatch(/"Node Type":"Seq Scan"[^{}]*"Relation Name":"launch"/);
    }
  });

  it('sums what every campaign has by what it means to an operator', async () => {
    const { items } = await listed('?q=many%207&sort=name&limit=1');
    expect(items[0].name).toBe('many 7');
    const { submissions, jobs, stages } = items[0];
    expect(stages).toBe(2);
    expect(Object.values(submissions as Record<string, number>).reduce((a, b) => a + b, 0)).toBe(16);
    expect(submissions.failed).toBe(2);
    expect(jobs).toMatchObject({ idle: 0, running: 32 });
  });

  it.each(['activity', 'name'])('gives every campaign once over its pages, by %s', async (sort) => {
    const names: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page = await listed(`?sort=${sort}&limit=70${next === '' ? '' : `&after=${next}`}`);
      names.push(...page.items.map((item: { name: string }) => item.name));
      next = page.next;
    }
    expect(names).toHaveLength(301);
    expect(new Set(names).size).toBe(301);
    // Its activity is the oldest, its name the last.
    expect(names[300]).toBe('quakes');
  });

  it('filters by name, tag, owner, state and status', async () => {
    const count = async (query: string) => (await listed(`?limit=500&${query}`)).items.length;
    expect(await count('q=MANY%2012')).toBe(11);
    expect(await count('q=%25')).toBe(0);
    expect(await count('tag=geology')).toBe(1);
    expect(await count('owner=pete')).toBe(300);
    expect(await count('active=true')).toBe(151);
    expect(await count('status=approval')).toBe(300);
    expect((await api.ask('prod', 'GET', '/experiments/demo/campaigns?after=rubbish')).status).toBe(400);
  });

  it('shows the hold of a campaign, also when it has no held submission', async () => {
    const hold = { scope: 'campaign', campaign: 'quakes', reason: 'bad calibration' };
    expect((await api.ask('shift', 'POST', '/experiments/demo/holds', hold)).status).toBe(201);
    const { items } = await listed('?status=held&q=quakes');
    expect(items).toMatchObject([
      { name: 'quakes', hold: { scope: 'campaign', heldBy: 'shift', reason: 'bad calibration' } },
    ]);
  });
});
