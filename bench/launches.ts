/**
 * What POMS adds to a launch on this machine, and how many launches a second it carries.
 *
 * `npm run bench -- launches [LAUNCHES]`. The engine, the launch host, the local batch system and the durable
 * database are the real ones. The script writes when it begins and ends, so that its own time can be taken off.
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { requestLaunch } from '../src/engine/request-launch.ts';
import type { RunningPoms } from '../src/main.ts';
import { EXPERIMENT, makeCampaign } from '../test/support/campaign.ts';
import { commitTime, createMeter, shellTime } from './support/cost.ts';
import { withPoms } from './support/poms.ts';
import { figure, heading, quantile, spread, wholeNumber } from './support/report.ts';

const count = wholeNumber(process.argv[2], 200);
const clients = 16;

/** `submit` queues a job that runs `true`; `print` only says a batch id: what is left is POMS and one shell. */
const SCRIPTS = { submit: 'poms-submit true', print: 'echo POMS4_BATCH_ID=1@local' };

interface Timed {
  /** Milliseconds since 1970: asked for, script began, script ended, end recorded and told. */
  asked: number;
  began: number;
  ended: number;
  recorded: number;
}

await withPoms({ engine: true }, async (poms, folder) => {
  const marks = join(folder, 'marks');
  mkdirSync(marks);
  const person = await prepare(poms, marks);
  const launch = createLauncher(poms, person, marks);
  await launch('print');
  for (const script of ['print', 'submit'] as const) {
    heading(`Launches, script: ${SCRIPTS[script]}`, `${count} launches`);
    await oneByOne(poms, () => launch(script));
    await manyAtOnce(poms, () => launch(script));
  }
});

/** A campaign with one stage a script; returns the person who launches. */
async function prepare(poms: RunningPoms, marks: string): Promise<number> {
  // A file's time of change is that of the last tick of the kernel's clock, up to 4 ms old.
  const mark = (name: string) => `: > ${marks}/$POMS_TASK_ID.${name}`;
  const campaign = await makeCampaign(
    poms.parts.database.db,
    'bench',
    Object.entries(SCRIPTS).map(([name, line]) => ({
      name,
      launchScript: `${mark('began')}; ${line}; ${mark('ended')}`,
    })),
  );
  return campaign.experimenterId;
}

/** Launches a stage and resolves when its end is recorded. Throws when the launch fails. */
function createLauncher(
  poms: RunningPoms,
  experimenterId: number,
  marks: string,
): (stage: string) => Promise<Timed> {
  const { database, changes } = poms.parts;
  const told = new Map<number, () => void>();
  const isOver = async (launchId: number): Promise<boolean> => {
    const row = await database.db
      .selectFrom('launch')
      .select(['state', 'outcomeDetail'])
      .where('launchId', '=', launchId)
      .executeTakeFirstOrThrow();
    if (row.state === 'failed') throw new Error(`launch ${launchId} failed: ${row.outcomeDetail}`);
    return row.state === 'done';
  };
  changes.subscribe((change) => {
    if (change.kind === 'launch' && change.id !== null) told.get(change.id)?.();
  });
  return async (stage) => {
    const asked = Date.now();
    const request = { experiment: EXPERIMENT, campaign: 'bench', stage, test: false, dataset: undefined };
    const person = { experimenterId, username: 'tester' };
    const made = await requestLaunch(poms.parts, person, {
      ...request,
      parameters: [],
      requestKey: undefined,
    });
    const { launchId, submissionId } = made;
    for (;;) {
      const next = new Promise<void>((resolve) => told.set(launchId, resolve));
      // Taken before the question, which is the benchmark's own.
      const recorded = Date.now();
      if (await isOver(launchId)) {
        told.delete(launchId);
        const time = (name: string) => statSync(join(marks, `${submissionId}.${name}`)).mtimeMs;
        return { asked, began: time('began'), ended: time('ended'), recorded };
      }
      await next;
    }
  };
}

async function oneByOne(poms: RunningPoms, launch: () => Promise<Timed>): Promise<void> {
  const all: Timed[] = [];
  const shells: number[] = [];
  const commits: number[] = [];
  for (let n = 0; n < count; n++) {
    all.push(await launch());
    shells.push(await shellTime());
    commits.push(await commitTime(poms.parts.database.pool));
  }
  figure('asked for to script begun', spread(all.map((one) => one.began - one.asked)));
  figure('script begun to ended (not of POMS)', spread(all.map((one) => one.ended - one.began)));
  figure('script ended to recorded', spread(all.map((one) => one.recorded - one.ended)));
  const own = all.map((one) => one.began - one.asked + one.recorded - one.ended);
  figure('overhead of POMS, one launch at a time', spread(own));
  figure('reference: a shell that does nothing', spread(shells));
  figure('reference: a durable commit', spread(commits));
  const unit = quantile(shells, 0.5) + quantile(commits, 0.5);
  figure(
    'overhead in units of a shell and a commit',
    `${(quantile(own, 0.5) / unit).toFixed(1)} at the median`,
  );
}

async function manyAtOnce(poms: RunningPoms, launch: () => Promise<Timed>): Promise<void> {
  const meter = await createMeter(poms.parts.database.pool);
  const before = { poms: meter.poms(), postgres: meter.postgres() };
  const begun = performance.now();
  const ends: number[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) {
        await launch();
        ends.push(performance.now() - begun);
      }
    }),
  );
  const seconds = quantile(ends, 1) / 1000;
  figure(
    `launches per second, ${clients} asked for at a time`,
    `${(count / seconds).toFixed(1)}/s (${seconds.toFixed(1)} s)`,
  );
  const own = (meter.poms() - before.poms) / count;
  const postgres = (meter.postgres() - before.postgres) / count;
  figure(
    'processor time a launch',
    `POMS and scripts ${own.toFixed(1)} ms, PostgreSQL ${postgres.toFixed(1)} ms`,
  );
}
