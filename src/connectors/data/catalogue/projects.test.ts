import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { declareAll, EXPERIMENT } from './test-data.ts';

let database: TestDatabase;
let catalogue: Catalogue;
const FILES = 300;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  await declareAll(
    catalogue,
    Array.from({ length: FILES }, (_, n) => ({ name: `f${n}`, tier: n < 5 ? 'few' : 'many' })),
  );
  await catalogue.defineDataset(EXPERIMENT, 'all', 'file_name f%', false);
  await catalogue.defineDataset(EXPERIMENT, 'few', 'data_tier few', false);
});
afterAll(() => database.drop());

const start = (name: string, definition: string) =>
  catalogue.startProject(EXPERIMENT, { name, station: 'dune', user: 'tester', of: { definition } });
const next = async (project: string, process: number, resume = false) =>
  (await catalogue.nextFile(EXPERIMENT, project, process, { resume }))?.name ?? null;
const report = (project: string, process: number, file: string | null, status: string) =>
  catalogue.reportFile(EXPERIMENT, project, process, { file: file ?? '', status });
const counts = async (project: string) => (await catalogue.projectSummary(EXPERIMENT, project, 100)).counts;

describe('starting a project', () => {
  it('gives the same project for the same name and definition, also to many at once', async () => {
    const started = await Promise.all(Array.from({ length: 8 }, () => start('same', 'few')));
    expect(new Set(started.map(({ id }) => id)).size).toBe(1);
    expect(await counts('same')).toEqual({ unassigned: 5 });
    await expect(start('same', 'all')).rejects.toMatchObject({ code: 'name-taken' });
    await expect(start('other', 'nowhere')).rejects.toMatchObject({ code: 'not-found' });
    await expect(start('a/b', 'few')).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('keeps the files it was started on', async () => {
    await start('kept', 'few');
    await declareAll(catalogue, [{ name: 'newcomer', tier: 'few' }]);
    expect(await catalogue.count(EXPERIMENT, 'snapshot_for_project_name kept')).toBe(5);
    await catalogue.retire(EXPERIMENT, 'newcomer', 'tester');
  });
});

describe('handing out files', () => {
  it('hands each file to exactly one of 16 processes at work', async () => {
    await start('race', 'all');
    const taken: string[] = [];
    const work = async (status: string) => {
      const process = await catalogue.establishProcess(EXPERIMENT, 'race', {});
      for (let file = await next('race', process); file !== null; file = await next('race', process)) {
        taken.push(file);
        await report('race', process, file, status);
      }
      await catalogue.endProcess(EXPERIMENT, 'race', process, 'completed');
    };
    await Promise.all(Array.from({ length: 16 }, (_, n) => work(n % 2 === 0 ? 'consumed' : 'failed')));
    expect(taken).toHaveLength(FILES);
    expect(new Set(taken).size).toBe(FILES);
    const { consumed = 0, failed = 0 } = await counts('race');
    expect(consumed + failed).toBe(FILES);
  });

  it('hands a file that was not reported again to a process that resumes, and no other', async () => {
    await start('resume', 'few');
    const one = await catalogue.establishProcess(EXPERIMENT, 'resume', {});
    const two = await catalogue.establishProcess(EXPERIMENT, 'resume', {});
    const answers = await Promise.all(Array.from({ length: 4 }, () => next('resume', one, true)));
    expect(answers).toEqual(['f0', 'f0', 'f0', 'f0']);
    expect(await next('resume', two, true)).toBe('f1');
    await report('resume', one, 'f0', 'consumed');
    expect(await next('resume', one, true)).toBe('f2');
  });

  it('stops at the limit of a process', async () => {
    await start('limited', 'few');
    const process = await catalogue.establishProcess(EXPERIMENT, 'limited', { fileLimit: 2 });
    expect([
      await next('limited', process),
      await next('limited', process),
      await next('limited', process),
    ]).toEqual(['f0', 'f1', null]);
  });

  it('knows a process by its unique id', async () => {
    await start('unique', 'few');
    const establish = () => catalogue.establishProcess(EXPERIMENT, 'unique', { uniqueId: 'job 17.0' });
    const ids = await Promise.all([establish(), establish(), establish()]);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('reports', () => {
  it('may be repeated, and cannot be turned round', async () => {
    await start('reports', 'few');
    const process = await catalogue.establishProcess(EXPERIMENT, 'reports', {});
    const file = await next('reports', process);
    for (let n = 0; n < 2; n += 1) await report('reports', process, file, 'transferred');
    for (let n = 0; n < 2; n += 1) await report('reports', process, file, 'consumed');
    await expect(report('reports', process, file, 'failed')).rejects.toMatchObject({ code: 'wrong-state' });
    await expect(report('reports', process, file, 'eaten')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(report('reports', process, 'f4', 'consumed')).rejects.toMatchObject({ code: 'not-found' });
    const other = await catalogue.establishProcess(EXPERIMENT, 'reports', {});
    await expect(report('reports', other, file, 'consumed')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('ending', () => {
  it('makes unreported files of a process unknown; a late report still counts', async () => {
    await start('ends', 'few');
    const process = await catalogue.establishProcess(EXPERIMENT, 'ends', {});
    const [first, second] = [await next('ends', process), await next('ends', process)];
    for (let n = 0; n < 2; n += 1) await catalogue.endProcess(EXPERIMENT, 'ends', process, 'bad');
    expect(await counts('ends')).toEqual({ unassigned: 3, unknown: 2 });
    await report('ends', process, first, 'consumed');
    expect(await counts('ends')).toEqual({ unassigned: 3, unknown: 1, consumed: 1 });
    await expect(next('ends', process)).rejects.toMatchObject({ code: 'project-ended' });
    expect(second).toBe('f1');
  });

  it('ends a project with its processes, once and for all', async () => {
    await start('over', 'few');
    const process = await catalogue.establishProcess(EXPERIMENT, 'over', {});
    const file = await next('over', process);
    for (let n = 0; n < 2; n += 1) await catalogue.endProject(EXPERIMENT, 'over');
    expect(await catalogue.projectSummary(EXPERIMENT, 'over', 10)).toMatchObject({
      state: 'completed',
      files: 5,
      counts: { unassigned: 4, unknown: 1 },
      processCounts: { completed: 1 },
      processes: [{ counts: { unknown: 1 } }],
    });
    await expect(next('over', process)).rejects.toMatchObject({ code: 'project-ended' });
    await expect(catalogue.establishProcess(EXPERIMENT, 'over', {})).rejects.toMatchObject({
      code: 'project-ended',
    });
    expect(file).toBe('f0');
    expect(await start('over', 'few')).toMatchObject({ state: 'completed' });
  });

  it('a project ends cleanly under working processes: no file is left handed out', async () => {
    await start('cut', 'all');
    const work = async () => {
      const process = await catalogue.establishProcess(EXPERIMENT, 'cut', {});
      for (;;) await next('cut', process);
    };
    const workers = Array.from({ length: 8 }, () => work().catch((error: unknown) => error));
    await new Promise((resolve) => setTimeout(resolve, 60));
    await catalogue.endProject(EXPERIMENT, 'cut');
    for (const ended of await Promise.all(workers)) expect(ended).toMatchObject({ code: 'project-ended' });
    const { delivered = 0, unknown = 0, unassigned = 0 } = await counts('cut');
    expect(delivered).toBe(0);
    expect(unknown + unassigned).toBe(FILES);
  });
});
