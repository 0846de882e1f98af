/** Actions on jobs through the engine on a real Slurm cluster. */
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
/** Nine digits, as poms-submit takes them. */
const submissionId = newSubmission() % 1_000_000_000;

beforeAll(async () => {
  account = await launchAccount();
  folder = folderOf(account);
  acted = await submissionOn(connect(), submissionId);
});
afterAll(async () => {
  await acted?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('jobs that run are not held but removed; the status follows the cluster', async () => {
  expect(await launch(account, folder, 'poms-submit -N 2 -- sleep 600', { submissionId })).toMatchObject({
    code: 0,
  });
  await expect.poll(acted.status, PATIENCE).toBe('Running');
  const held = await acted.act('hold');
  expect(held.accepted + held.notApplicable).toBe(2);
  expect(await acted.act('remove', 'Cancelled')).toMatchObject({ state: 'done', accepted: 2 });
  await expect.poll(acted.status, PATIENCE).toBe('Cancelled');
}, 120_000);
