/**
 * Memory of `poms serve` at rest: web and engine together, 20 s after the start.
 *
 * `npm run bench -- memory [SECONDS]`. PostgreSQL is apart; the shell that waits to start local jobs is counted.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../src/package-root.ts';
import { freePort } from './support/free-port.ts';
import { temporaryFolder } from './support/poms.ts';
import { figure, heading, wholeNumber } from './support/report.ts';

const seconds = wholeNumber(process.argv[2], 20);
const folder = temporaryFolder();
const port = await freePort();
const server = spawn(process.execPath, [join(packageRoot, 'bin', 'poms.mjs'), 'serve'], {
  env: {
    ...process.env,
    POMS_DATA_DIR: folder.path,
    POMS_LISTEN: `127.0.0.1:${port}`,
    POMS_LOG_LEVEL: 'warn',
  },
  stdio: ['ignore', 'inherit', 'inherit'],
});
const ended = new Promise((resolve) => server.once('close', resolve));
try {
  while (!(await isUp())) {
    if (server.exitCode !== null) throw new Error(`poms serve ended with status ${server.exitCode}`);
    await sleep(100);
  }
  await sleep(seconds * 1000);
  heading('Memory at rest', `${seconds} s after the start, nothing defined`);
  figure('resident, the server', `${megabytes(server.pid ?? 0, 'Rss')} MB`);
  const helpers = childrenOf(server.pid ?? 0).filter((pid) => nameOf(pid) !== 'postgres');
  const shells = helpers.reduce((sum, pid) => sum + megabytes(pid, 'Pss'), 0);
  figure(
    'its helpers (shared memory counted by share)',
    `${shells.toFixed(1)} MB in ${helpers.length} processes`,
  );
} finally {
  server.kill('SIGTERM');
  await ended;
  folder.remove();
}

async function isUp(): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
}

function megabytes(pid: number, what: 'Rss' | 'Pss'): number {
  const kilobytes = new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(
    readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'),
  )?.[1];
  return Number((Number(kilobytes) / 1024).toFixed(1));
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}
