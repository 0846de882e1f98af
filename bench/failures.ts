/**
 * Failure groups of a campaign, and pages of the jobs of a group, over 1 M failed jobs or as many as are asked for.
 *
 * `npm run bench -- failures [JOBS] [REQUESTS]`. Requests go through the whole web server. Blocks are the pages of 8 kB
 * that the statements touch, the same on a busy machine.
 */
import { readConfig } from '../src/config.ts';
import { localUsername } from '../src/connectors/identity/developer.ts';
import { buildWeb } from '../src/http/web.ts';
import { ensureDeveloper } from '../src/services/people/service.ts';
import { loadHistory } from './support/history.ts';
import { withPoms } from './support/poms.ts';
import { figure, heading, quantile, spread, wholeNumber } from './support/report.ts';
import { explain, recordStatements } from './support/statements.ts';

const jobs = wholeNumber(process.argv[2], 1_000_000);
const requests = wholeNumber(process.argv[3], 50);
const submissions = 1000;
const GROUPS_MS = 200;
const PAGE_MS = 50;

/** 40 groups in 4 stages with 199 hosts and 199 hours each, and what 20 jobs of each wrote. Numbers of groups and failures are made up, for no event moves them here. */
const LOAD = [
  `set statement_timeout = 0`,
  `insert into failure_signature select n, 'exit-code', n::text, 'message ' || n from generate_series(1, 10) as n`,
  `insert into failure_group
   select stage_id * 100 + n, campaign_id, stage_id, n, 0, 0, 0, now(), now() from stage, generate_series(1, 10) as n`,
  `insert into job (submission_id, batch_id, state, state_since, host, submitted, started, ended, wall_seconds, exit_code, failure)
   select submission_id, n || '.0@local', 'failed', now(), 'node' || n % 199, now(), now(), now(), 100, 1,
     stage_id * 100 + 1 + n / 1000 % 10
   from generate_series(1, $jobs) as n join submission on submission_id = 1 + n % 1000 order by n`,
  `update failure_group g set jobs = j.n, wall_seconds = 100 * j.n
   from (select failure, count(*) as n from job group by failure) as j where j.failure = g.failure_group`,
  `insert into failure_factor select failure, 'host', host, count(*), now() from job group by failure, host`,
  `insert into failure_factor
   select failure_group, 'hour', to_char(timestamp '2026-11-01' + n * interval '1 hour', 'YYYY-MM-DD"T"HH24'), 1 + jobs / 199, now()
   from failure_group, generate_series(1, 199) as n`,
  `insert into failure_sample
   select g.failure_group, j.job_id, j.submission_id, now(), 'stderr', 'error ' || j.job_id, 'error #' || j.job_id % 3
   from failure_group g cross join lateral (select * from job where failure = failure_group order by job_id desc limit 20) as j`,
  `vacuum (analyze)`,
];

await withPoms({ engine: false }, async ({ parts }) => {
  const { db, pool, url } = parts.database;
  await ensureDeveloper(db, localUsername());
  await loadHistory(url, { submissions, campaigns: 1, stages: 4, jobsEach: 0 });
  for (const step of LOAD) await pool.query(step.replace('$jobs', String(jobs)));
  const app = await buildWeb(readConfig({}), parts, { version: '0' });
  const recorded = recordStatements(pool);
  const ask = async (page: string): Promise<void> => {
    const answer = await app.inject({ url: page, headers: { host: 'localhost' } });
    if (answer.statusCode !== 200) throw new Error(`${page}: ${answer.statusCode} ${answer.body}`);
  };
  heading('Failures', `${jobs} failed jobs of one campaign, ${submissions} submissions, 4 stages`);
  const base = '/api/v1/experiments/bench/failures';
  const { failure } = (
    await pool.query<{ failure: number }>('select min(failure) as failure from failure_group')
  ).rows[0] ?? {
    failure: 0,
  };
  const pages: [string, string, number][] = [
    ['groups of the campaign', `${base}?campaign=campaign-1`, GROUPS_MS],
    ['groups of a stage', `${base}?campaign=campaign-1&stage=stage-2`, GROUPS_MS],
    ['groups of a submission', `${base}?submission=${submissions}`, GROUPS_MS],
    ['jobs of a group', `${base}/${failure}/jobs?campaign=campaign-1`, PAGE_MS],
    [
      'jobs of a group, from the middle',
      `${base}/${failure}/jobs?campaign=campaign-1&after=${jobs / 2}`,
      PAGE_MS,
    ],
  ];
  for (const [name, page, target] of pages) {
    const times: number[] = [];
    for (let n = 0; n < requests; n++) {
      const begun = performance.now();
      await ask(page);
      times.push(performance.now() - begun);
    }
    recorded.take();
    await ask(page);
    const { blocks, slowest } = await explain(pool, recorded.take());
    const least = quantile(times, 0);
    figure(name, `${spread(times)}, least ${least.toFixed(1)} (target ${target}), ${blocks} blocks`);
    if (least > target) console.log(slowest);
  }
  await app.close();
});
