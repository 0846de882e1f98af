/**
 * One look at a real HTCondor with many jobs in its queue, and how soon the end of a job is told.
 *
 * `POMS_TEST_CONDOR=FOLDER npm run bench -- htcondor [JOBS]`, as root, with the pool and the account that `npm test`
 * brings up. The queued jobs are held and are removed afterwards.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createClient, ofExperiment } from '../src/cli/client.ts';
import type { BatchCursor } from '../src/connectors/batch/types.ts';
import { applyResult } from '../src/services/campaigns/schema.ts';
import { jobList } from '../src/services/jobs/schema.ts';
import { launchRow } from '../src/services/launches/schema.ts';
import { campaignText } from '../test/support/campaign-text.ts';
import {
  buildProgram,
  freePort,
  makeDataFolder,
  removeDataFolder,
  startPoms,
  untilUp,
} from '../test/support/poms.ts';
import { condorBin, connect, launch, sweep } from '../test/systems/htcondor/support.ts';
import { folderOf, launchAccount } from '../test/systems/support/accounts.ts';
import { figure, heading, spread, wholeNumber } from './support/report.ts';

const count = wholeNumber(process.argv[2], 10_000);
const ENDS = 60;
const account = await launchAccount();

await oneLook();
await endToVisible();

async function oneLook(): Promise<void> {
  const folder = folderOf(account);
  const schedd = scheddPid();
  heading('One look at HTCondor', `${count} held jobs in the queue`);
  writeFileSync(join(folder, 'held.sub'), `executable = /bin/true\nhold = true\nqueue ${count}\n`);
  let quiet = connect();
  const before = (await quiet.changes(null)).cursor;
  const { submissionId } = await launch(account, folder, 'condor_submit held.sub');
  try {
    let cursor = before;
    for (let n = 1; n <= 3; n++) {
      quiet = connect();
      cursor = await measured(`look, all of them new, ${n}`, schedd, () => lookAt(before));
    }
    await sleep(12_000);
    cursor = await lookAt(cursor);
    const times: number[] = [];
    for (let n = 0; n < 20; n++) {
      const begun = performance.now();
      cursor = await lookAt(cursor);
      times.push(performance.now() - begun);
    }
    figure('look, nothing changed', spread(times));
    await measured('20 looks, nothing changed', schedd, async () => {
      for (let n = 0; n < 20; n++) cursor = await lookAt(cursor);
    });
    await measured('find by submission', schedd, () => quiet.find(submissionId));
    await measured('health', schedd, () => quiet.health());
  } finally {
    await sweep(submissionId);
    rmSync(folder, { recursive: true, force: true });
  }

  async function lookAt(from: BatchCursor): Promise<BatchCursor> {
    let look = await quiet.changes(from);
    while (look.more) look = await quiet.changes(look.cursor);
    return look.cursor;
  }
}

/** Elapsed time, the schedd's processor time, and that of this process without the commands it ran. */
async function measured<T>(name: string, schedd: number, step: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const own = process.cpuUsage();
  const theirs = processorTime(schedd);
  const result = await step();
  const { user, system } = process.cpuUsage(own);
  const parts = [
    `${(performance.now() - begun).toFixed(0)} ms`,
    `schedd ${processorTime(schedd) - theirs} ms`,
    `POMS ${((user + system) / 1000).toFixed(0)} ms of processor time`,
  ];
  figure(name, parts.join(', '));
  return result;
}

function scheddPid(): number {
  const found = readdirSync('/proc').find((name) => {
    try {
      return readFileSync(`/proc/${name}/comm`, 'utf8') === 'condor_schedd\n';
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error('There is no condor_schedd on this machine.');
  return Number(found);
}

/** Milliseconds, in ticks of ten, with those of its children: a schedd answers queries in forks. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}

/** From a job's last instruction to the answer of the API that says so, with the default pace of looks. */
async function endToVisible(): Promise<void> {
  heading('End of a job to visible in the API', `${ENDS} jobs that end one after the other`);
  await buildProgram();
  const folder = makeDataFolder(account);
  const systems = join(folder, 'systems.yaml');
  writeFileSync(
    systems,
    JSON.stringify({ batchSystems: [{ name: 'pool', kind: 'htcondor', bin: condorBin() }] }),
  );
  const env = { POMS_LISTEN: `127.0.0.1:${await freePort()}`, POMS_SYSTEMS: systems };
  const server = startPoms(['serve'], { folder, env, account });
  try {
    const client = createClient({ url: await untilUp(server) });
    // Not before the first look is over, which reads the whole history.
    const moments = 'sleep $((20 + POMS_JOB_INDEX % 10)).$((POMS_JOB_INDEX % 7))';
    writeFileSync(join(folder, 'job.sh'), `${moments}; date +%s%3N > ${folder}/end-$POMS_JOB_ID\n`);
    const launchScript = `poms-submit -N ${ENDS} sh ${folder}/job.sh`;
    const text = campaignText('ends', { launchScript, stages: [{ name: 'one' }] }).replace(
      '"account":"me"',
      '"account":"me","batchSystem":"pool"',
    );
    await client.post(ofExperiment('demo', 'campaigns', 'apply'), applyResult, { text, dryRun: false });
    const request = { campaign: 'ends', requestKey: 'once' };
    await client.post(ofExperiment('demo', 'launches'), z.object({ launch: launchRow }), request);
    const seen = new Map<string, number>();
    const deadline = Date.now() + 300_000;
    while (seen.size < ENDS && Date.now() < deadline) {
      const { items } = await client.list(ofExperiment('demo', 'jobs'), jobList, { state: 'completed' }, 500);
      for (const { batchId } of items) if (!seen.has(batchId)) seen.set(batchId, Date.now());
      await sleep(100);
    }
    const times = [...seen].map(([id, at]) => at - Number(readFileSync(join(folder, `end-${id}`), 'utf8')));
    figure('last instruction to visible', spread(times));
  } finally {
    await server.stop();
    await removeDataFolder(folder);
  }
}
