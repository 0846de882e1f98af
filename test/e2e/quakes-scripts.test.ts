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
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const EXPERIMENT = 'demo';
const SAMPLE = join(packageRoot, 'examples', 'quakes');
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
  await samRoutes(app as never, { catalogue });
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
  const tags = batch.launchEnvironment();
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

describe('the sample campaign', () => {
  it('finds, cut in pieces and put together again, exactly what the direct computation finds', async () => {
    expect(exitCodes(await launch(1, 'ingest.sh', '--version=v1'))).toEqual([0]);
    expect(await count('defname: poms_depends_1_1')).toBe(40);

    // The slices that nfiles(10) makes of it.
    for (const slice of [0, 1, 2, 3]) {
      await define(`slice_${slice}`, `defname: poms_depends_1_1 with limit 10 offset ${slice * 10}`);
      const strict = await onFiles('select', 10 + slice, `slice_${slice}`, '--mode=strict', '--jobs=5');
      const failed = strict.filter(({ exitCode }) => exitCode !== 0);
      expect(strict).toHaveLength(5);
      // More failed jobs than a third, and POMS would give the submission up as Failed instead of recovering it.
      expect(failed.length * 3).toBeLessThanOrEqual(strict.length);
      expect(failed.every(({ exitCode }) => exitCode === 3)).toBe(true);

      const snapshot = `snapshot_for_project_name poms_${10 + slice}`;
      const left = `${snapshot} minus (project_name poms_${10 + slice} and consumed_status co%)`;
      // The third slice has no bad record.
      expect(await count(left)).toBe(slice === 2 ? 0 : 1);
      if (slice !== 2) {
        await define(`recover_${slice}`, left);
        const tolerant = await onFiles(
          'select',
          20 + slice,
          `recover_${slice}`,
          '--mode=tolerant',
          '--jobs=5',
        );
        expect(exitCodes(tolerant)).toEqual([0]);
      }
      await define(`selected_${slice}`, `ischildof:( ${snapshot} ) and file_name like 'quakes-selected-%'`);
      expect(await count(`defname: selected_${slice}`)).toBe(10);
      expect(exitCodes(await onFiles('analyse', 30 + slice, `selected_${slice}`))).toEqual([0]);
    }

    await define('histograms', "file_name like 'quakes-histogram-%'");
    expect(await count('defname: histograms')).toBe(4);
    expect(exitCodes(await onFiles('merge', 40, 'histograms'))).toEqual([0]);
    expect(await count('project_name poms_40 and consumed_status consumed')).toBe(4);

    const direct = await promisify(execFile)(process.execPath, [join(SAMPLE, 'direct.mjs')]);
    expect(readFileSync(join(output, 'quakes-result-40.json'), 'utf8')).toBe(direct.stdout);
    expect(readFileSync(join(output, 'quakes-plot-40.svg'), 'utf8')).toContain('b = 0.80 ± 0.09');
  }, 300_000);

  it('makes the same files, and no more, when launch script and job run a second time', async () => {
    const files = await count("file_name like 'quakes-%'");
    const result = readFileSync(join(output, 'quakes-result-40.json'), 'utf8');
    expect(exitCodes(await launch(1, 'ingest.sh', '--version=v1'))).toEqual([0, 0]);
    expect(exitCodes(await onFiles('merge', 40, 'histograms'))).toEqual([0, 0]);
    expect(await count("file_name like 'quakes-%'")).toBe(files);
    expect(readFileSync(join(output, 'quakes-result-40.json'), 'utf8')).toBe(result);
  }, 120_000);

  it('ends the launch script with a sentence when there is nothing to work on', async () => {
    await define('nothing', 'file_name no-such-file');
    await expect(launch(50, 'on-files.sh', 'select', '--dataset=nothing')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no files in nothing'),
    });
    await expect(launch(51, 'on-files.sh', 'select')).rejects.toMatchObject({ code: 2 });
  });
});
