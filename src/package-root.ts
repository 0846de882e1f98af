/** Where POMS is installed: the folder of its package.json. The server runs bundled from `dist/`, tests from `src/`. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (nameOfPackage(folder) === 'poms') return folder;
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The folder of the package "poms" was not found above this file.');
    folder = parent;
  }
}

function nameOfPackage(folder: string): string | null {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string }).name ?? null;
  } catch {
    return null;
  }
}

export const packageRoot: string = findPackageRoot();
