// The suites of `npm test`: which files each runs, what it needs of the machine, and its counts.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { capture } from './say.mjs';
import { condorPool, launchHost, slurmCluster } from './testbeds.mjs';

/**
 * In this order: what fails fast comes first. `unit and services` is all that has no suite of its own. `folder`: one
 * or several. `oneByOne`: file after file, for they share a daemon that one of them restarts. `lane`: suites that
 * mostly wait; when those without a lane have ended the lanes run side by side, and what their suites print comes when
 * each has ended.
 */
export const SUITES = [
  { name: 'unit and services', quick: true, folder: null },
  {
    name: 'jobs and launches',
    folder: ['src/connectors/batch/local', 'src/connectors/hosts/local', 'test/jobs'],
  },
  { name: 'engine', folder: ['test/engine', 'src/engine'] },
  { name: 'browser', folder: 'test/browser', needs: findBrowser, lane: 'people' },
  { name: 'end to end', folder: 'test/e2e', lane: 'people' },
  { name: 'chaos', folder: 'test/chaos', lane: 'chaos' },
  { name: 'ssh', folder: 'test/systems/ssh', needs: launchHost, lane: 'chaos' },
  { name: 'HTCondor', folder: 'test/systems/htcondor', needs: condorPool, oneByOne: true, lane: 'htcondor' },
  { name: 'Slurm', folder: 'test/systems/slurm', needs: slurmCluster, oneByOne: true, lane: 'slurm' },
];

/**
 * Runs one suite: its counts, or why it cannot run here. `needs` gives `{ env }` for the suite, or `{ missing }`
 * with the reason; `env` may come with `down`, which ends what was brought up.
 */
export async function runSuite(root, suite) {
  if (suite.folder !== null && ![suite.folder].flat().some((folder) => hasTests(join(root, folder))))
    return { cannot: `${suite.folder} has no tests` };
  const needs = suite.needs === undefined ? { env: {} } : await suite.needs();
  if (needs.missing !== undefined) return { cannot: needs.missing };
  const report = join(mkdtempSync(join(tmpdir(), 'poms-report-')), 'report.json');
  try {
    const code = await vitest(
      root,
      [
        ...selection(suite),
        ...(suite.oneByOne ? ['--no-file-parallelism'] : []),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      needs.env,
      suite.lane === undefined ? null : `\n== ${suite.name}\n`,
    );
    return { counts: countsOf(report, code) };
  } finally {
    rmSync(join(report, '..'), { recursive: true, force: true });
    await needs.down?.();
  }
}

function hasTests(folder) {
  return (
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => name.endsWith('.test.ts'))
  );
}

function selection(suite) {
  if (suite.folder !== null) return [suite.folder].flat().map((folder) => `${folder}/`);
  const others = SUITES.flatMap(({ folder }) => folder ?? []);
  return others.map((folder) => `--exclude=${folder}/**`);
}

/** With a `heading` what it prints comes under it, all at once in the end. */
async function vitest(root, args, env, heading) {
  const command = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args];
  const options = { cwd: root, env: { ...process.env, ...env } };
  if (heading !== null) {
    const { code, output } = await capture(process.execPath, command, options);
    process.stdout.write(heading + output);
    return code;
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** A file that could not be loaded, and a run that ended badly without a failed test, count as one failure each. */
function countsOf(report, code) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (existsSync(report)) {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed = result.numPassedTests;
    counts.failed =
      result.numFailedTests +
      result.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
        .length;
    counts.skipped = result.numPendingTests + (result.numTodoTests ?? 0);
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (code === 0 && counts.passed === 0) counts.failed += 1;
  return counts;
}
