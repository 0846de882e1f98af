/** A real HTCondor that is partly or for a while away. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { follow, until } from '../../../src/connectors/batch/local/fixture.ts';
import type { Account } from '../../support/poms.ts';
import { folderOf, launchAccount } from '../support/accounts.ts';
import { administer, connect, type Launch, launch, sweep } from './support.ts';

vi.setConfig({ testTimeout: 180_000 });

const launches: Launch[] = [];
let account: Account;
let folder: string;

beforeAll(async () => {
  account = await launchAccount();
  folder = folderOf(account);
}, 60_000);
afterAll(async () => {
  await sweep(...launches.map(({ submissionId }) => submissionId));
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function submit(script: string): Promise<Launch> {
  const made = await launch(account, folder, script);
  expect(made).toMatchObject({ code: 0 });
  launches.push(made);
  return made;
}

it('a schedd that is away is named, and the jobs of the others are followed', async () => {
  const batch = connect({ schedds: ['away@nowhere', 'pool@localhost'] });
  const made = await submit('poms-submit true');
  await follow(batch).reach(made.job(0), 'completed');
  const look = await batch.changes(null);
  expect(look.problem).toMatch(
    /condor_q of away@nowhere on this machine could not be asked: .*away@nowhere|no record/,
  );
  expect(await batch.health()).toMatchObject({
    reachable: true,
    detail: expect.stringContaining('away@nowhere'),
  });
  expect(await batch.find(made.submissionId)).toEqual([made.job(0)]);
  // Nothing found and one not asked is no answer.
  await expect(batch.find(made.submissionId + 1)).rejects.toThrow('away@nowhere');
  const recalled = await batch.recall?.([made.job(0), '1.0@away@nowhere']);
  expect(recalled?.get(made.job(0))).toMatchObject({ state: 'completed' });
  expect(recalled?.has('1.0@away@nowhere')).toBe(false);
});

it('where no schedd answers, that is an error and no empty list', async () => {
  const batch = connect({ schedds: ['away@nowhere'] });
  await expect(batch.changes(null)).rejects.toThrow(
    'condor_q of away@nowhere on this machine could not be asked',
  );
  expect(await batch.health()).toMatchObject({ reachable: false });
  await expect(connect({ bin: '/nowhere' }).changes(null)).rejects.toThrow('there is no such command');
});

it('a job that the pool has never known is null when it is recalled', async () => {
  const recalled = await connect().recall?.(['999999999@pool@localhost']);
  expect([...(recalled ?? [])]).toEqual([['999999999@pool@localhost', null]]);
});

it('a schedd that restarts while jobs run loses none of them, and none of their events', async () => {
  const batch = connect();
  const seen = follow(batch);
  const made = await submit("poms-submit -N 3 -- sh -c 'sleep 8'");
  await seen.reach(made.job(2), 'running');
  await administer('condor_restart', '-fast', '-schedd');
  const ended = async (): Promise<boolean> => {
    // A look that finds it away is an error, and the next one goes on from the same cursor.
    const events = await seen.read().catch(() => []);
    const ends = events.filter(
      (event) => event.submissionId === made.submissionId && event.state === 'completed',
    );
    return ends.length === 3;
  };
  await until('the ends of all three', ended, 150_000);
});
