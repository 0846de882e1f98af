/**
 * The wrap-up of completed submissions whose counts are known: located, followed up, and nothing left to do.
 *
 * `npm run bench -- wrap-up [SUBMISSIONS]`. Once for stages after which nothing comes, once with a dependent stage that
 * each submission launches. Data handling is asked as always, in bulk, and answers at once: how fast a catalogue counts
 * is not what is measured. The definitions of the dependents' datasets are made in the built-in catalogue.
 */
import type { DataHandling } from '../src/connectors/data/types.ts';
import { followUpStep } from '../src/engine/follow-up.ts';
import { locateStep } from '../src/engine/locate.ts';
import type { EngineParts } from '../src/engine/parts.ts';
import { createMeter } from './support/cost.ts';
import { loadHistory } from './support/history.ts';
import { withPoms } from './support/poms.ts';
import { figure, heading, wholeNumber } from './support/report.ts';

const submissions = wholeNumber(process.argv[2], 10_000);
const JOBS = 10;

for (const dependents of [false, true]) {
  await withPoms({ engine: false }, async ({ parts }) => {
    const { pool, url } = parts.database;
    await loadHistory(url, { submissions, campaigns: 50, stages: 200, jobsEach: JOBS });
    await pool.query(
      `update submission set status_id = 7000, work = 'locate', work_due = now(), files_located = 0`,
    );
    if (!dependents) await pool.query('delete from dependency');
    await pool.query('vacuum (analyze)');
    heading(
      `Wrap-up, ${dependents ? 'three stages of four with a dependent' : 'without dependents'}`,
      `${submissions} submissions of ${JOBS} jobs, 50 campaigns, 200 stages`,
    );
    await measure({ ...parts, dataHandlings: allLocated(parts.dataHandlings) });
    const { rows } = await pool.query<{ located: number; left: number; launches: number }>(
      `select count(*) filter (where status_id = 8000) as located, count(work) as left,
         (select count(*) from launch where cause = 'dependency') as launches from submission`,
    );
    figure('located, with work left, launches recorded', JSON.stringify(rows[0]));
    if (rows[0]?.located !== submissions || rows[0].left !== 0) process.exitCode = 1;
  });
}

async function measure(parts: EngineParts): Promise<void> {
  const meter = await createMeter(parts.database.pool);
  const before = { poms: meter.poms(), postgres: meter.postgres() };
  const begun = performance.now();
  while ((await locateStep(parts, 'bench')) > 0);
  const located = performance.now();
  while ((await followUpStep(parts, 'bench')) > 0);
  const ended = performance.now();
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  figure('all', seconds(ended - begun));
  figure('of it locate, follow-up', `${seconds(located - begun)}, ${seconds(ended - located)}`);
  figure(
    'processor time',
    `POMS ${seconds(meter.poms() - before.poms)}, PostgreSQL ${seconds(meter.postgres() - before.postgres)}`,
  );
}

/** The same data handlings, where all output of every project is located. */
function allLocated(real: ReadonlyMap<string, DataHandling>): Map<string, DataHandling> {
  const progress: DataHandling['progress'] = async (_, items) =>
    items.map(({ project }) => ({
      project,
      exists: true,
      files: 10,
      consumed: 10,
      failed: 0,
      delivered: 0,
      ended: true,
      childrenDeclared: 10,
      childrenLocated: 10,
    }));
  return new Map([...real].map(([name, data]) => [name, { ...data, progress }]));
}
