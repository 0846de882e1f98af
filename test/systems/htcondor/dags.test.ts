/** DAGs on a real HTCondor: nodes are jobs, and DAGMan's own job keeps the submission open until the graph is done. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { follow } from '../../../src/connectors/batch/local/fixture.ts';
import type { JobEvent } from '../../../src/connectors/batch/types.ts';
import type { Account } from '../../support/poms.ts';
import { folderOf, launchAccount } from '../support/accounts.ts';
import { connect, type Launch, launch, sweep } from './support.ts';

vi.setConfig({ testTimeout: 120_000 });

const batch = connect();
const seen = follow(batch);
const launches: Launch[] = [];
let account: Account;
let folder: string;

beforeAll(async () => {
  account = await launchAccount();
  folder = folderOf(account);
  const job = 'executable = /bin/sh\narguments = "-c \'exit $(rc)\'"\nqueue\n';
  writeFileSync(join(folder, 'node.sub'), job);
}, 60_000);
afterAll(async () => {
  await sweep(...launches.map(({ submissionId }) => submissionId));
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function submitDag(name: string, text: string): Promise<Launch> {
  writeFileSync(join(folder, name), text);
  const made = await launch(account, folder, `condor_submit_dag ${name}`);
  expect(made).toMatchObject({ code: 0 });
  expect(made.cluster).toMatch(/^\d+@pool@localhost$/);
  launches.push(made);
  return made;
}

/** The last event of each job of the submission, the controller apart. */
async function nodesOf(made: Launch): Promise<JobEvent[]> {
  const last = new Map<string, JobEvent>();
  for (const event of await seen.read()) {
    if (event.submissionId === made.submissionId && event.batchId !== made.job(0))
      last.set(event.batchId, event);
  }
  return [...last.values()];
}

it('every attempt at a node is a job, and the failed graph says how many nodes it lost', async () => {
  const graph = ['JOB A node.sub', 'JOB B node.sub', 'JOB C node.sub', 'PARENT A CHILD B C'];
  const values = ['VARS A rc="0"', 'VARS B rc="3"', 'VARS C rc="0"', 'RETRY B 1'];
  const made = await submitDag('fails.dag', [...graph, ...values, ''].join('\n'));
  const end = await seen.reach(made.job(0), 'failed');
  expect(end).toMatchObject({ exitCode: 1, reason: 'DAGMan: 1 of 3 nodes failed.' });
  expect((await nodesOf(made)).map(({ state, exitCode }) => `${state} ${exitCode}`).sort()).toEqual([
    'completed 0',
    'completed 0',
    'failed 3',
    'failed 3',
  ]);
});

it('the controller runs from the first node to the last, so that the submission is not complete between two', async () => {
  const made = await submitDag(
    'chain.dag',
    'JOB A node.sub\nJOB B node.sub\nPARENT A CHILD B\nVARS ALL_NODES rc="0"\n',
  );
  const end = await seen.reach(made.job(0), 'completed');
  const nodes = await nodesOf(made);
  expect(nodes.map(({ state }) => state)).toEqual(['completed', 'completed']);
  for (const node of nodes) expect(node.at.getTime()).toBeLessThanOrEqual(end.at.getTime());
  expect(await seen.states(made.job(0))).toEqual(['idle', 'running', 'completed']);
});

it('a graph that cannot be read fails by its controller, and nothing waits for nodes', async () => {
  const made = await submitDag('bad.dag', 'JOBB A node.sub\n');
  const end = await seen.reach(made.job(0), 'failed');
  expect(end.reason).toBe('DAGMan could not begin the graph; its file *.dagman.out says why.');
  expect(await nodesOf(made)).toEqual([]);
});

it('removing the submission removes controller and nodes', async () => {
  writeFileSync(join(folder, 'long.sub'), 'executable = /bin/sleep\narguments = 600\nqueue\n');
  const made = await submitDag('long.dag', 'JOB A long.sub\n');
  await vi.waitFor(async () => expect((await nodesOf(made)).map(({ state }) => state)).toEqual(['running']), {
    timeout: 60_000,
    interval: 500,
  });
  await batch.act({ submissionId: made.submissionId }, 'remove', 'enough');
  await seen.reach(made.job(0), 'removed');
  await vi.waitFor(async () => expect((await nodesOf(made)).map(({ state }) => state)).toEqual(['removed']), {
    timeout: 60_000,
    interval: 500,
  });
});
