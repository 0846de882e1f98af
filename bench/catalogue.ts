/**
 * The built-in catalogue: queries of recoveries, dependencies and pages, file delivery, declaring, draining splits.
 *
 * `npm run bench -- catalogue [FILES] [RUNS] [PART,...]` (parts: queries, delivery, declaring, draining), 5,000,000 files (20 M parents, 500 projects of 2,000 files and two of
 * 100,000) or as many as are asked for, up to 100,000,000. Blocks are the pages of 8 kB that the statements touch, the
 * same on a busy machine.
 */
import { type Catalogue, createCatalogue } from '../src/connectors/data/catalogue/index.ts';
import type { OutputSpec } from '../src/connectors/data/types.ts';
import { parseSplit } from '../src/domain/splits/index.ts';
import { EXPERIMENT, loadFiles, PROJECT_FILES } from './support/files.ts';
import { withPoms } from './support/poms.ts';
import { figure, heading, quantile, spread, wholeNumber } from './support/report.ts';
import { explain, recordStatements } from './support/statements.ts';

const files = wholeNumber(process.argv[2], 5_000_000);
const runs = wholeNumber(process.argv[3], 40);
const parts = process.argv[4]?.split(',') ?? ['queries', 'delivery', 'declaring', 'draining'];
const PROJECTS = 500;
const CLIENTS = 16;
const SLICES = 1000;
const PAGE = 50;

await withPoms({ engine: false }, async (poms) => {
  const { db, pool, url } = poms.parts.database;
  const catalogue = createCatalogue(db);
  const loaded = await loadFiles(url, { files, projects: PROJECTS });
  heading(
    'Catalogue',
    `${files} files, ${files * 4} parents, ${PROJECTS} projects of ${PROJECT_FILES} files`,
  );
  figure('loaded in', `${loaded.seconds.toFixed(0)} s, ${(loaded.bytes / 1e9).toFixed(1)} GB`);

  const recorded = recordStatements(pool);
  const times = async (name: string, target: string, step: (n: number) => Promise<unknown>, n = runs) => {
    const all: number[] = [];
    for (let run = 0; run < n; run++) {
      const begun = performance.now();
      await step(run);
      all.push(performance.now() - begun);
    }
    recorded.take();
    await step(0);
    const { blocks } = await explain(pool, recorded.take());
    figure(
      name,
      `p95 ${quantile(all, 0.95).toFixed(1)}, ${spread(all)}, ${blocks} blocks (target ${target})`,
    );
  };

  if (parts.includes('queries')) await queries(catalogue, times);
  if (parts.includes('delivery')) await delivery(catalogue);
  if (parts.includes('declaring')) await declaring(catalogue);
  if (parts.includes('draining')) await draining(catalogue);
});

function output(depth: number, version: string): OutputSpec {
  return { patterns: ['%.root'], softwareVersion: version, createdAfter: new Date('2026-01-01'), depth };
}

async function queries(
  catalogue: Catalogue,
  times: (name: string, target: string, step: (n: number) => Promise<unknown>, n?: number) => Promise<void>,
): Promise<void> {
  const project = (n: number) => `project_${1 + (n % PROJECTS)}`;
  const count = async (query: string | Promise<string>) => catalogue.count(EXPERIMENT, await query);
  const recovery = (type: 'consumed_status' | 'pending_files', name: string, depth: number) =>
    catalogue.recoveryQuery(EXPERIMENT, type, {
      project: name,
      dataset: 'all_raw',
      output: output(depth, ''),
    });
  const large = Math.min(runs, 5);
  await times('recovery, consumed_status', 'p95 < 50 ms', (n) =>
    count(recovery('consumed_status', project(n), 1)),
  );
  await times('recovery, pending files', 'p95 < 50 ms', (n) =>
    count(recovery('pending_files', project(n), 1)),
  );
  await times('the same, depth 3', 'p95 < 150 ms', (n) => count(recovery('pending_files', project(n), 3)));
  await times('dependency', 'p95 < 50 ms', (n) =>
    count(catalogue.outputQuery(EXPERIMENT, project(n), output(1, 'v1'))),
  );
  await times('dependency, depth 3', 'p95 < 150 ms', (n) =>
    count(catalogue.outputQuery(EXPERIMENT, project(n), output(3, ''))),
  );
  await times(
    `counters of a page of ${PAGE} submissions`,
    '< 300 ms for all',
    (n) =>
      catalogue.progress(
        EXPERIMENT,
        Array.from({ length: PAGE }, (_, row) => ({
          project: project(n * PAGE + row),
          output: output(1, ''),
        })),
      ),
    Math.ceil(runs / 4),
  );
  await times(
    'recovery, project of 100,000 files',
    'none',
    () => count(recovery('consumed_status', 'large_1', 1)),
    large,
  );
  await times('pending files, the same', 'none', () => count(recovery('pending_files', 'large_1', 1)), large);
  await times(
    'dependency, the same',
    'none',
    () => count(catalogue.outputQuery(EXPERIMENT, 'large_1', output(1, ''))),
    large,
  );
  await times('files of a run', 'none', (n) => count(`run_number ${100 + n} and data_tier raw`));
  await times('files by name and prefix', 'none', (n) =>
    count(`file_name like 'raw_0000${String(n).padStart(2, '0')}%'`),
  );
  await times('page of 100 files of all_raw', 'none', () =>
    catalogue.list(EXPERIMENT, 'defname: all_raw', { limit: 100 }),
  );
  await times('count of all_raw', 'none', () => count('defname: all_raw'), large);
}

async function delivery(catalogue: Catalogue): Promise<void> {
  await catalogue.startProject(EXPERIMENT, {
    name: 'deliver',
    station: 'bench',
    user: 'bench',
    of: { snapshotId: PROJECTS + 1 },
  });
  let handed = 0;
  const begun = performance.now();
  const seconds = 10;
  const client = async (): Promise<void> => {
    const id = await catalogue.establishProcess(EXPERIMENT, 'deliver', {});
    while (performance.now() - begun < seconds * 1000) {
      const file = await catalogue.nextFile(EXPERIMENT, 'deliver', id, { resume: false });
      if (file === null) return;
      handed++;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const rate = handed / ((performance.now() - begun) / 1000);
  figure(`next file, ${CLIENTS} clients`, `${rate.toFixed(0)}/s, ${handed} handed out (target > 3,000/s)`);
}

async function declaring(catalogue: Catalogue): Promise<void> {
  const batches = 20;
  const each = 1000;
  const batch = (b: number) =>
    Array.from({ length: each }, (_, n) => ({
      file_name: `declared_${b}_${n}.root`,
      file_type: 'detector',
      file_size: 1000 + n,
      data_tier: 'reco',
      application: { family: 'art', name: 'reco', version: 'v1' },
      runs: [[b, n, 'physics']],
      parents: [`raw_${String(1 + ((b * each + n) % (files / 5))).padStart(9, '0')}.root`],
      locations: ['pool:/data/declared'],
      'bench.campaign': 'declared',
    }));
  const rates: number[] = [];
  const begun = performance.now();
  for (let b = 0; b < batches; b += 2) {
    const at = performance.now();
    await Promise.all([b, b + 1].map((one) => catalogue.declare(EXPERIMENT, batch(one), 'bench')));
    rates.push((2 * each * 1000) / (performance.now() - at));
  }
  const overall = (batches * each * 1000) / (performance.now() - begun);
  figure(
    `declare, batches of ${each}, two at a time`,
    `${overall.toFixed(0)}/s, fastest ${Math.max(...rates).toFixed(0)}/s, with run, parent, location (target > 20,000/s)`,
  );
}

/** A split of all raw files in `SLICES` slices, as a stage that launches one after the other. */
async function draining(catalogue: Catalogue): Promise<void> {
  const total = files / 5;
  await catalogue.defineDataset(EXPERIMENT, 'to_drain', 'data_tier raw', true);
  const split = parseSplit(`drainingn(${Math.ceil(total / SLICES)})`);
  const source = { dataset: 'to_drain', drain: 'bench' };
  const all: number[] = [];
  let cursor = null;
  for (;;) {
    const begun = performance.now();
    const slice = await catalogue.nextSlice(EXPERIMENT, source, split, cursor, new Date(), true);
    if (slice === null) break;
    all.push(performance.now() - begun);
    cursor = slice.cursor;
  }
  const tenth = Math.ceil(all.length / 10);
  const median = (part: number[]) => quantile(part, 0.5).toFixed(1);
  figure(
    `draining split, ${total} files, ${all.length} slices`,
    `first ${all[0]?.toFixed(0)} ms, last ${all.at(-1)?.toFixed(0)} ms; median of the first tenth ${median(all.slice(0, tenth))}, of the last ${median(all.slice(-tenth))} ms`,
  );
}
