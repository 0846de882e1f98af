// Are the packages of package-lock.json installed, and if not, install them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, knownTrouble, say, seconds, Trouble } from './say.mjs';

/**
 * Does node_modules hold what the lock file asks for? npm writes down what it installed, and only after it has
 * ended well, so an interrupted installation shows as one that is missing. Optional packages (other platforms, no
 * database on this one) may be absent, and without `dev` those that only development needs.
 */
export function installed(root, { dev }) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || present[path]?.version === entry.version) return true;
    return entry.optional === true || entry.devOptional === true || (entry.dev === true && !dev);
  });
}

/** Without a network npm would try for minutes before it says so. */
const IMPATIENT = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];

/** Installs all packages, those for development included. */
export async function install(root) {
  const start = performance.now();
  say('Installing packages (npm ci), about a minute the first time.');
  // A caller may itself run under npm with NODE_ENV=production, which would leave out what the build needs.
  const { code, output } = await capture(
    'npm',
    ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', ...IMPATIENT],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'development' },
    },
  ).catch((error) => {
    throw error.code === 'ENOENT'
      ? new Trouble('The command npm was not found: install Node.js with npm, then try again.')
      : error;
  });
  if (code !== 0) {
    const tail = output.trim().split('\n').slice(-15).join('\n');
    throw new Trouble(knownTrouble(output, root) ?? `npm ci failed:\n${tail}`);
  }
  say(`Installed packages in ${seconds(start)}.`);
}
