/**
 * The folder of this package: where the scripts lie that are run by shells, not imported. The server runs from
 * `src` or bundled from `dist`, so the folder is found by walking up to the package.json named `poms`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findPackageRoot(from: string): string {
  const file = join(from, 'package.json');
  if (existsSync(file)) {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof content === 'object' && content !== null && 'name' in content && content.name === 'poms') {
      return from;
    }
  }
  const parent = dirname(from);
  if (parent === from)
    throw new Error('The files of POMS are incomplete: there is no package.json of POMS above.');
  return findPackageRoot(parent);
}

/** Absolute path, without a slash at its end. */
export const packageRoot: string = findPackageRoot(dirname(fileURLToPath(import.meta.url)));
