/** The ordinary account of sshd-up.sh: it launches, for pools run no jobs of root, and users are not root. */
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from '../../support/poms.ts';

export async function launchAccount(): Promise<Account> {
  const run = promisify(execFile);
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (which) => Number((await run('id', [which, 'poms-launch'])).stdout)),
  );
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

/** A folder that the account can write. */
export function folderOf(account: Account): string {
  const folder = mkdtempSync(join(tmpdir(), 'poms-batch-'));
  chmodSync(folder, 0o755);
  chownSync(folder, account.uid, account.gid);
  return folder;
}
