/**
 * The scripts of the sample campaign against the real catalogue (over HTTP, with poms-files) and the real local
 * batch system, without the engine: this test stands in for POMS where it launches and defines datasets.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalBatch } from '../../src/connectors/batch/local/local-batch.ts';
import type { JobEvent } from '../../src/connectors/batch/types.ts';
import { createCatalogue } from '../../src/connectors/data/catalogue/index.ts';
import { isEnded } from '../../src/domain/job-state.ts';
import { samRoutes } from '../../src/http/sam/index.ts';
import { type App, createServer } from '../../src/http/server.ts';
import { packageRoot } from '../../src/package-root.ts';
import { createExperiments } from '../../src/services/experiments/service.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const EXPERIMENT = 'demo';
const SAMPLE = join(packageRoot, 'examples', 'quakes');
const quakes = await import(join(SAMPLE, 'lib', 'quakes.mjs'));
let database: TestDatabase;
let app: App;
let folder: string;
let output: string;
let batch: ReturnType<typeof createLocalBatch>;
let catalogueUrl: string;
let catalogue: ReturnType<typeof createCatalogue>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'poms-quakes-'));
  chmodSync(folder, 0o755);
  output = join(folder, 'files');
  mkdirSync(output);
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  app = await createServer({
    identify: async () => ({
      experimenterId: 1,
      username: 'me',
      root: false,
      roles: new Map([[EXPERIMENT, 'production']]),
    }),
    logger: pino({ level: 'silent' }),
    version: 'test',
  });
  await samRoutes(app as never, { catalogue, experiments: createExperiments(database.db), version: 'test' });
  catalogueUrl = `${await app.listen({ host: '127.0.0.1', port: 0 })}/sam/${EXPERIMENT}/api`;
  batch = createLocalBatch({ folder: join(folder, 'batch'), maxRunning: 4 });
  await batch.start();
});
afterAll(async () => {
  await batch.stop();
  await app.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a launch script as POMS would, and waits for its jobs; returns the last event of each. */
async function launch(submissionId: number, script: string, ...args: string[]): Promise<JobEvent[]> {
  const tags = batch.launchEnvironment({});
  const path = [join(packageRoot, 'bin', 'job'), ...tags.path, process.env.PATH ?? ''].join(delimiter);
  await promisify(execFile)(join(SAMPLE, script), args, {
    env: {
      PATH: path,
      HOME: folder,
      ...tags.env,
      POMS4_SUBMISSION_ID: String(submissionId),
      POMS_PROJECT: `poms_${submissionId}`,
      POMS_HOME: packageRoot,
      POMS_CATALOGUE_URL: catalogueUrl,
      POMS_OUTPUT_DIR: output,
      EXPERIMENT,
    },
  });
  return jobsOf(submissionId);
}

/** A launch of a stage that works on files. */
function onFiles(job: string, submissionId: number, dataset: string, ...more: string[]): Promise<JobEvent[]> {
  return launch(submissionId, 'on-files.sh', job, `--dataset=${dataset}`, '--version=v1', ...more);
}

async function jobsOf(submissionId: number): Promise<JobEvent[]> {
  for (;;) {
    const last = new Map<string, JobEvent>();
    let changes = await batch.changes(null);
    for (;;) {
      for (const event of changes.events)
        if (event.submissionId === submissionId) last.set(event.batchId, event);
      if (!changes.more) break;
      changes = await batch.changes(changes.cursor);
    }
    const jobs = [...last.values()];
    if (jobs.length > 0 && jobs.every(({ state }) => isEnded(state))) return jobs;
    await sleep(100);
  }
}

const exitCodes = (jobs: JobEvent[]) => jobs.map(({ exitCode }) => exitCode).sort();
const define = (name: string, query: string) => catalogue.defineDataset(EXPERIMENT, name, query, false);
const count = (query: string) => catalogue.count(EXPERIMENT, query);

describe('the scripts of the sample', () => {
  it('cut, select, recover, analyse and merge one slice as the direct computation does', async () => {
    expect(exitCodes(await launch(1, 'ingest.sh', '--version=v1'))).toEqual([0]);
    expect(await count('defname: poms_depends_1_1')).toBe(40);

    // The slice that nfiles(10) makes of it second: one of its files has a record without quality.
    await define('slice', 'defname: poms_depends_1_1 with limit 10 offset 10');
    const strict = await onFiles('select', 2, 'slice', '--mode=strict', '--jobs=5');
    expect(exitCodes(strict)).toEqual([0, 0, 0, 0, 3]);
    const left = 'snapshot_for_project_name poms_2 minus (project_name poms_2 and consumed_status co%)';
    expect(await count(left)).toBe(1);

    await define('recover', left);
    expect(exitCodes(await onFiles('select', 3, 'recover', '--mode=tolerant', '--jobs=5'))).toEqual([0]);
    await define(
      'selected',
      "ischildof:( snapshot_for_project_name poms_2 ) and file_name like 'quakes-selected-%'",
    );
    expect(await count('defname: selected')).toBe(10);

    expect(exitCodes(await onFiles('analyse', 4, 'selected'))).toEqual([0]);
    await define('histograms', "file_name like 'quakes-histogram-%'");
    expect(exitCodes(await onFiles('merge', 5, 'histograms'))).toEqual([0]);
    expect(await count('project_name poms_5 and consumed_status consumed')).toBe(1);

    const raw = Array.from({ length: 10 }, (_, part) =>
      readFileSync(join(output, `quakes-raw-1-${part + 10}.ndjson`), 'utf8'),
    );
    const records = raw.flatMap((text) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    const expected = quakes.result(quakes.histogram(quakes.select(records, { tolerant: true }).selected));
    expect(JSON.parse(readFileSync(join(output, 'quakes-result-5.json'), 'utf8'))).toEqual(expected);
    expect(readFileSync(join(output, 'quakes-plot-5.svg'), 'utf8')).toMatch(/^<svg /);
  }, 180_000);

  it('make the same files, and no more, when launch script and job run a second time', async () => {
    const files = await count("file_name like 'quakes-%'");
    const result = readFileSync(join(output, 'quakes-result-5.json'), 'utf8');
    expect(exitCodes(await launch(1, 'ingest.sh', '--version=v1'))).toEqual([0, 0]);
    expect(exitCodes(await onFiles('merge', 5, 'histograms'))).toEqual([0, 0]);
    expect(await count("file_name like 'quakes-%'")).toBe(files);
    expect(readFileSync(join(output, 'quakes-result-5.json'), 'utf8')).toBe(result);
  }, 120_000);

  it('end with a sentence when there is nothing to work on', async () => {
    await define('nothing', 'file_name no-such-file');
    await expect(launch(50, 'on-files.sh', 'select', '--dataset=nothing')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no files in nothing'),
    });
    await expect(launch(51, 'on-files.sh', 'select')).rejects.toMatchObject({ code: 2 });
  });
});
