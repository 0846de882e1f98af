/** Actions on jobs through the engine on a real HTCondor pool. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Account } from '../../support/poms.ts';
import { folderOf, launchAccount } from '../support/accounts.ts';
import { type ActedOn, submissionOn } from '../support/job-actions.ts';
import { connect, launch, newSubmission } from './support.ts';

const PATIENCE = { timeout: 60_000, interval: 500 };
let account: Account;
let folder: string;
let acted: ActedOn;
const submissionId = newSubmission();

beforeAll(async () => {
  account = await launchAccount();
  folder = folderOf(account);
  acted = await submissionOn(connect(), submissionId);
});
afterAll(async () => {
  await acted?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('jobs are held, released and removed; the status follows the pool', async () => {
  expect(await launch(account, folder, 'poms-submit -N 3 -- sleep 600', { submissionId })).toMatchObject({
    code: 0,
  });
  await expect.poll(acted.status, PATIENCE).toMatch(/^(Idle|Running)$/);
  expect(await acted.act('hold')).toMatchObject({ state: 'done', accepted: 3 });
  await expect.poll(acted.status, PATIENCE).toBe('Held');
  expect(await acted.act('release')).toMatchObject({ state: 'done', accepted: 3 });
  await expect.poll(acted.status, PATIENCE).toMatch(/^(Idle|Running)$/);
  expect(await acted.act('remove', 'Cancelled')).toMatchObject({ state: 'done', accepted: 3 });
  await expect.poll(acted.status, PATIENCE).toBe('Cancelled');
}, 120_000);
