/**
 * The pages with lists, over 100,000 submissions or as many as are asked for.
 *
 * `npm run bench -- lists [SUBMISSIONS] [REQUESTS]`. Each request goes through the whole web server (identity,
 * statement, checked answer) without a network between. Blocks are the pages of 8 kB that its statements touch: unlike
 * times, they are the same on a busy machine. The plan of what takes 20 ms even at its fastest is printed.
 */
import { readConfig } from '../src/config.ts';
import { localUsername } from '../src/connectors/identity/developer.ts';
import { buildWeb } from '../src/http/web.ts';
import { ensureDeveloper } from '../src/services/people/service.ts';
import { loadHistory } from './support/history.ts';
import { withPoms } from './support/poms.ts';
import { figure, heading, quantile, spread, wholeNumber } from './support/report.ts';
import { explain, recordStatements } from './support/statements.ts';

const submissions = wholeNumber(process.argv[2], 100_000);
const requests = wholeNumber(process.argv[3], 200);
const history = { submissions, campaigns: 500, stages: 2000, jobsEach: 10 };
/** Milliseconds of the fastest request from which the plan is shown. */
const SLOW = 20;

/** By what a person looks at. `campaign-1` is the large one; three submissions are held, all among the oldest. */
const PAGES: Record<string, string> = {
  'reference: a page with nothing on it': '/tags',
  campaigns: '/campaigns?active=true',
  'campaigns, with failed submissions': '/campaigns?status=failed',
  'campaign with its stages': '/campaigns/campaign-7',
  'submissions, newest': '/submissions',
  'submissions, page from the middle': `/submissions?after=${Math.floor(submissions / 2)}`,
  'submissions, status Running (40, newest)': '/submissions?status=Running',
  'submissions, status Failed (2 %)': '/submissions?status=Failed',
  'submissions, status Held (3, oldest)': '/submissions?status=Held',
  'submissions, status Awaiting Approval (none)': '/submissions?status=Awaiting%20Approval',
  'submissions, status Removed (none)': '/submissions?status=Removed',
  'submissions, five statuses': '/submissions?status=New,Idle,Running,Held,Failed',
  'submissions of a campaign': '/submissions?campaign=campaign-7',
  'submissions of the large campaign': '/submissions?campaign=campaign-1',
  'submissions of the large campaign, Held (none)': '/submissions?campaign=campaign-1&status=Held',
  'submissions of the large campaign, Removed (none)': '/submissions?campaign=campaign-1&status=Removed',
  'submissions of a stage': '/submissions?campaign=campaign-7&stage=stage-2',
  'submissions of a stage, Failed': '/submissions?campaign=campaign-1&stage=stage-1&status=Failed',
  submission: `/submissions/${submissions - 100}`,
  'events of a submission': `/submissions/${submissions - 100}/events`,
  'jobs of a submission': `/jobs?submission=${submissions - 100}`,
  'jobs of a submission, failed': `/jobs?submission=${submissions - 100}&state=failed`,
  'jobs, oldest': '/jobs',
  'jobs, page from the middle': `/jobs?after=${submissions * 5}`,
  'jobs, failed (3 %)': '/jobs?state=failed',
  'jobs, running (of 40 submissions)': '/jobs?state=running',
  'jobs, held (none)': '/jobs?state=held',
  'job by its number': `/jobs/${submissions * 5}`,
  'launches, newest': '/launches',
  'launches of a campaign': '/launches?campaign=campaign-7',
  'launches, failed (1 %)': '/launches?state=failed',
  'launches, cancelled (none)': '/launches?state=cancelled',
  'launches, queued (none)': '/launches?state=queued',
};

await withPoms({ engine: false }, async ({ parts }) => {
  // Before the loading, which ends with the statistics that plans are made by.
  await ensureDeveloper(parts.database.db, localUsername());
  const begun = performance.now();
  await loadHistory(parts.database.url, history);
  const size = `${submissions} submissions, ${submissions * history.jobsEach} jobs, ${history.campaigns} campaigns, ${history.stages} stages`;
  heading(
    `Pages, ${requests} requests each`,
    `${size} (loaded in ${((performance.now() - begun) / 1000).toFixed(0)} s)`,
  );
  const app = await buildWeb(readConfig({}), parts, { version: '0' });
  const statements = recordStatements(parts.database.pool);
  const plans: string[] = [];
  const ask = async (url: string): Promise<number> => {
    const start = performance.now();
    const answer = await app.inject({
      url: `/api/v1/experiments/bench${url}`,
      headers: { host: 'localhost' },
    });
    if (answer.statusCode !== 200)
      throw new Error(`${url} was answered ${answer.statusCode}: ${answer.body}`);
    return performance.now() - start;
  };
  for (const [name, url] of Object.entries(PAGES)) {
    for (let n = 0; n < 5; n++) await ask(url);
    statements.take();
    const times: number[] = [];
    for (let n = 0; n < requests; n++) times.push(await ask(url));
    statements.take();
    await ask(url);
    const { blocks, slowest } = await explain(parts.database.pool, statements.take());
    const least = quantile(times, 0);
    figure(name, `least ${least.toFixed(1)}, ${spread(times)}, ${blocks} blocks`);
    if (least >= SLOW) plans.push(`\n${name}: ${url}\n${slowest}`);
  }
  for (const plan of plans) console.log(plan);
  await app.close();
});
