/**
 * What a launch host over ssh costs: a script that only says `true`, from the order to start it until its end is known.
 *
 * `POMS_TEST_SSH=FOLDER npm run bench -- ssh-launches [LAUNCHES]`, with the sshd that test/systems/testbeds/sshd-up.sh
 * brought up in that folder. The connection is open before, as it is for all launches but the first of five minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSshHost } from '../src/connectors/hosts/ssh/ssh-host.ts';
import { runOverSsh } from '../src/connectors/ssh/ssh.ts';
import { packageRoot } from '../src/package-root.ts';
import { sshTarget } from '../test/systems/support/ssh.ts';
import { figure, heading, quantile, spread, wholeNumber } from './support/report.ts';

const count = wholeNumber(process.argv[2], 50);
const folder = mkdtempSync(join(tmpdir(), 'poms-ssh-'));
const target = sshTarget(join(folder, 'cm'));
const instance = `bench-${process.pid}`;
const host = createSshHost(target, { folder, instance });
const limits = { timeoutMs: 60_000, maxBytes: 1000 };

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const start = (launchId: number) =>
  host.start({ launchId, text: 'true', env: {}, path: [join(packageRoot, 'bin', 'job')] });

async function toItsEnd(launchId: number): Promise<void> {
  await start(launchId);
  while ((await host.look(launchId)).state !== 'ended') await sleep(5);
  await host.collect(launchId);
}

heading('Launch host over ssh', `${count} launches`);
try {
  const first = await timed(() => runOverSsh(target, 'true', limits));
  figure('first call, which opens the connection', `${first.toFixed(0)} ms`);
  const calls = await inTurn(() => runOverSsh(target, 'true', limits));
  figure('a call that does nothing', spread(calls));
  figure('the first launch, which copies the tools', `${(await timed(() => toItsEnd(1))).toFixed(0)} ms`);
  const launches = await inTurn((n) => toItsEnd(n + 2));
  figure('a launch of `true`, until its end is known', spread(launches));
  figure('ratio to a call that does nothing', (quantile(launches, 0.5) / quantile(calls, 0.5)).toFixed(1));
  const looks = await inTurn(() => host.look(2));
  figure('a look', spread(looks));
  const all = Array.from({ length: count }, (_, n) => count + n + 2);
  const together = await timed(() => Promise.all(all.map(toItsEnd)));
  figure(`${count} launches at once`, `${((1000 * count) / together).toFixed(1)} launches/s`);
} finally {
  await runOverSsh(target, `rm -rf ~/.poms/launches/${instance}`, limits);
  rmSync(folder, { recursive: true, force: true });
}

async function inTurn(work: (n: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) times.push(await timed(() => work(n)));
  return times;
}
