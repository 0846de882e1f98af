/** A newer version is written over the scripts of jobs while they run: those that run end as they would have. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../src/connectors/batch/local/fixture.ts';
import { packageRoot } from '../../src/package-root.ts';

let folder: string;
let gate: string;
let waits: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poms-overwritten-'));
  cpSync(join(packageRoot, 'bin/job'), join(folder, 'bin/job'), { recursive: true });
  const connectors = 'src/connectors';
  for (const file of ['run-apart.sh', 'batch/local/job-runner.sh', 'batch/local/job-start.sh'])
    cpSync(join(packageRoot, connectors, file), join(folder, connectors, file));
  gate = join(folder, 'gate');
  waits = join(folder, 'waits');
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Shell text that tells that it was reached, and waits at the gate. */
const waitAtGate = () => `: > '${waits}'; while [ ! -e '${gate}' ]; do sleep 0.05; done`;

/** Runs a script, writes other text over it in place once the gate is reached, and returns how it ended. */
async function overwritten(script: string, args: string[], env: Record<string, string> = {}) {
  const path = join(folder, script);
  const child = spawn('/bin/sh', [path, ...args], {
    env: { PATH: process.env.PATH, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = collect(child);
  await until('waits', () => existsSync(waits));
  const other = 'echo overwritten; exit 99\n';
  writeFileSync(path, other.repeat(Math.ceil((2 * readFileSync(path).length) / other.length)), {
    flag: 'r+',
  });
  writeFileSync(gate, '');
  return { exitCode: await new Promise((resolve) => child.once('close', resolve)), printed: printed() };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (piece) => (text += piece));
  child.stderr?.on('data', (piece) => (text += piece));
  return () => text;
}

it('poms-files, while it waits for the catalogue', async () => {
  const server = createServer((_, response) => {
    writeFileSync(waits, '');
    response.writeHead(existsSync(gate) ? 200 : 503).end('7');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const env = { POMS_CATALOGUE_URL: `http://127.0.0.1:${port}` };
  const { exitCode, printed } = await overwritten('bin/job/poms-files', ['count', 'file_name x'], env);
  server.close();
  expect({ exitCode, printed }).toEqual({ exitCode: 0, printed: expect.stringMatching(/\n7\n$/) });
  expect(printed).not.toContain('overwritten');
});

it('poms-submit, between its files and the log', async () => {
  mkdirSync(join(folder, 'spool/clusters'), { recursive: true });
  mkdirSync(join(folder, 'slow'));
  writeFileSync(join(folder, 'slow/date'), `#!/bin/sh\n${waitAtGate()}; exec /bin/date "$@"\n`, {
    mode: 0o755,
  });
  const env = {
    PATH: `${join(folder, 'slow')}:${process.env.PATH}`,
    POMS_LOCAL_BATCH: join(folder, 'spool'),
  };
  expect(await overwritten('bin/job/poms-submit', ['/bin/true'], env)).toEqual({
    exitCode: 0,
    printed: 'Submitted 1 job(s) to cluster 1@local\nPOMS4_BATCH_ID=1@local\n',
  });
  expect(readFileSync(join(folder, 'spool/events.jsonl'), 'utf8')).toMatch(
    /^{"event":"submit","cluster":1,.*}\n$/,
  );
});

it('the runner of a job, while the job runs', async () => {
  const spool = join(folder, 'spool');
  mkdirSync(join(spool, 'clusters/1/0'), { recursive: true });
  writeFileSync(join(spool, 'clusters/1/environment'), `export PATH='${process.env.PATH}'\n`);
  writeFileSync(join(spool, 'clusters/1/command'), `${waitAtGate()}; exit 5\n`);
  const args = [spool, '1', '0', '1', '7', 'null', 'here', String(Date.now())];
  const runner = 'src/connectors/batch/local/job-runner.sh';
  expect(await overwritten(runner, args)).toEqual({ exitCode: 0, printed: '' });
  const log = readFileSync(join(spool, 'events.jsonl'), 'utf8');
  expect(log).toMatch(/^{"event":"start",[^\n]*}\n{"event":"end",[^\n]*"code":5,[^\n]*}\n$/);
});
