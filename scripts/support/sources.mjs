// A fingerprint of source files: what was built from these very files need not be built again.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const TESTS = /\.test\.tsx?$/;

/** SHA-256 over names and contents of all files below the paths (files or folders), tests apart. */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths) add(hash, root, path);
  return hash.digest('hex');
}

function add(hash, root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).sort()) add(hash, root, join(path, name));
  } else if (!TESTS.test(path)) {
    hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
  }
}
