/** Actions on jobs through the engine on a real HTCondor pool, whose commands run here or on a launch host over ssh. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BatchSystem } from '../../../src/connectors/batch/types.ts';
import { createSshCommands } from '../../../src/connectors/commands/ssh-commands.ts';
import type { Account } from '../../support/poms.ts';
import { folderOf, launchAccount } from '../support/accounts.ts';
import { submissionOn } from '../support/job-actions.ts';
import { sshTarget } from '../support/ssh.ts';
import { connect, launch, newSubmission } from './support.ts';

const PATIENCE = { timeout: 60_000, interval: 500 };
let account: Account;
let folder: string;
let control: string;

beforeAll(async () => {
  account = await launchAccount();
  folder = folderOf(account);
  control = mkdtempSync(join(tmpdir(), 'ssh-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(control, { recursive: true, force: true });
});

const overSsh = (): BatchSystem => connect({ commands: createSshCommands(sshTarget(control)) });

it.each([
  ['here', () => connect()],
  ['over ssh', overSsh],
] as const)(
  'with commands %s jobs are held, released and removed; the status follows the pool',
  async (_where, batch) => {
    const submissionId = newSubmission();
    const acted = await submissionOn(batch(), submissionId);
    try {
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
    } finally {
      await acted.close();
    }
  },
  120_000,
);
