/**
 * Seconds from `npm run demo` to the end of the sample campaign.
 *
 * `npm run bench -- demo [fresh]`. `fresh`: in a new clone of what is committed, so that installing (with what npm
 * has in its cache) and building are counted too; otherwise here, installed and built, with a new data folder.
 */
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root.ts';
import { freePort } from './support/free-port.ts';
import { temporaryFolder } from './support/poms.ts';
import { figure, heading } from './support/report.ts';

const fresh = process.argv[2] === 'fresh';
const folder = temporaryFolder();
try {
  const clone = join(folder.path, 'clone');
  if (fresh) execFileSync('git', ['clone', '-q', packageRoot, clone]);
  const port = await freePort();
  heading('The demo', fresh ? 'a fresh clone, npm with its cache' : 'installed and built');
  const begun = performance.now();
  const status = await new Promise((resolve) => {
    spawn('npm', ['run', '--silent', 'demo', '--', '--exit'], {
      cwd: fresh ? clone : packageRoot,
      env: { ...process.env, POMS_DATA_DIR: join(folder.path, 'data'), POMS_LISTEN: `127.0.0.1:${port}` },
      stdio: ['ignore', 'inherit', 'inherit'],
    }).once('close', resolve);
  });
  figure(
    'from npm run demo to its end',
    `${((performance.now() - begun) / 1000).toFixed(1)} s, exit status ${status}`,
  );
  if (status !== 0) process.exitCode = 1;
} finally {
  folder.remove();
}
