/**
 * As whom PostgreSQL runs: it refuses root, so root hands it to an unprivileged account, which must be able to
 * reach its folders.
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
}

/** Null where the present user may run PostgreSQL itself. */
export function databaseAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const found = accounts.find((fields) => fields[0] === name);
    if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) };
  }
  throw new Error('root cannot run PostgreSQL, and there is no account postgres or nobody to run it as');
}

/** May any account pass through all folders down to this one? */
export function reachableByOthers(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}

/** Where root keeps what the unprivileged account must reach when the project's own folder is private. */
export function rootStateFolder(): string {
  const folder = '/var/lib/poms';
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}
