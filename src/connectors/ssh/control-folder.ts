/** Where the sockets of shared ssh connections are. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PomsError } from '../../errors.ts';

/** A socket's path has 108 bytes; ssh adds 40 of its own, and 17 while it makes the socket. */
const LONGEST = 48;

/**
 * The folder `ssh` in the data folder, or where that path is too long one of this data folder's own in the temporary
 * folder. Made on first use. Throws `bad-setting` when somebody else has made it before: whoever owns the folder may
 * use the connections.
 */
export function controlFolder(dataFolder: string): string {
  const own = join(dataFolder, 'ssh');
  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 12);
  const folder = Buffer.byteLength(own) <= LONGEST ? own : join(tmpdir(), `poms-ssh-${hash}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const status = lstatSync(folder);
  if (status.isDirectory() && status.uid === userInfo().uid && (status.mode & 0o077) === 0) return folder;
  throw new PomsError('bad-setting', {
    setting: 'POMS_DATA_DIR',
    problem: `${folder}, for connections of ssh, is not a folder of this account alone`,
  });
}
