import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { declareAll, EXPERIMENT, metadataOf, smallProduction } from './test-data.ts';

let database: TestDatabase;
let catalogue: Catalogue;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  await smallProduction(catalogue);
});
afterAll(() => database.drop());

describe('declaring files', () => {
  const file = {
    name: 'a.root',
    tier: 'raw',
    parents: ['raw1.root'],
    runs: [[7, 2, 'physics']],
    more: { 'Mc.Gen': 'x' },
  };

  it('is idempotent for the same metadata and keeps new locations', async () => {
    const first = await catalogue.declare(EXPERIMENT, [metadataOf(file)], 'tester');
    const again = await catalogue.declare(
      EXPERIMENT,
      [metadataOf({ ...file, locations: ['/tape'] })],
      'other',
    );
    expect(first).toEqual([{ name: 'a.root', id: expect.any(Number), outcome: 'declared' }]);
    expect(again).toEqual([{ ...first[0], outcome: 'exists' }]);
    const stored = await catalogue.file(EXPERIMENT, 'a.root');
    expect(stored.locations).toEqual(['/data/pool', '/tape']);
    expect(stored.metadata).toMatchObject({
      'Mc.Gen': 'x',
      user: 'tester',
      data_tier: 'raw',
      runs: [[7, 2, 'physics']],
      parents: [{ file_name: 'raw1.root' }],
    });
  });

  it('keeps the part that a file is, and finds it', async () => {
    const part = { name: 'part.root', more: { file_partition: 3 } };
    await catalogue.declare(EXPERIMENT, [metadataOf(part)], 'tester');
    expect((await catalogue.file(EXPERIMENT, 'part.root')).metadata).toMatchObject({ file_partition: 3 });
    expect(await catalogue.count(EXPERIMENT, 'file_partition 2-4')).toBe(1);
    expect(await catalogue.count(EXPERIMENT, 'file_partition 4')).toBe(0);
  });

  it('refuses another file of the same name, and then stores nothing of the call', async () => {
    const call = [metadataOf({ name: 'b.root' }), metadataOf({ ...file, size: 5 })];
    await expect(catalogue.declare(EXPERIMENT, call, 'tester')).rejects.toMatchObject({ code: 'name-taken' });
    await expect(catalogue.file(EXPERIMENT, 'b.root')).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each([
    [{ file_name: 'x.root' }, 'file_size'],
    [{ file_name: 'x/y.root', file_size: 1 }, 'file_name'],
    [{ file_name: 'x.root', file_size: -1 }, 'file_size'],
    [{ file_name: 'x.root', file_size: 1, colour: 'red' }, 'colour is no field'],
    [{ file_name: 'x.root', file_size: 1, 'a.b': { deep: 1 } }, 'a.b: a parameter is'],
    [{ file_name: 'x.root', file_size: 1, parents: ['nobody.root'] }, 'nobody.root is not in the catalogue'],
    [{ file_name: 'x.root', file_size: 1, parents: ['x.root'] }, 'own parent'],
    [{ file_name: 'x.root', file_size: 1, end_time: 'soon' }, 'end_time'],
    ['text', 'without a name'],
  ])('names what is wrong in %j', async (metadata, problem) => {
    await expect(catalogue.declare(EXPERIMENT, [metadata], 'tester')).rejects.toMatchObject({
      code: 'bad-metadata',
      message: expect.stringContaining(problem),
    });
  });

  it('lets many processes declare the same files at once', async () => {
    const files = Array.from({ length: 20 }, (_, n) =>
      metadataOf({ name: `same${n}.root`, tier: `new${n}`, version: 'v9' }),
    );
    const calls = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        catalogue.declare(EXPERIMENT, n % 2 === 0 ? files : files.toReversed(), 'tester'),
      ),
    );
    const declared = calls.flat().filter(({ outcome }) => outcome === 'declared');
    expect(declared).toHaveLength(20);
    expect(await catalogue.count(EXPERIMENT, 'version v9')).toBe(20);
  });

  it('locations come and go, any number of times, and decide availability', async () => {
    await declareAll(catalogue, [{ name: 'moving.root', locations: [] }]);
    const count = () => catalogue.count(EXPERIMENT, 'file_name moving.root');
    expect(await count()).toBe(0);
    for (let n = 0; n < 2; n += 1)
      await catalogue.changeLocations(EXPERIMENT, 'moving.root', { add: ['/a', '/b'] });
    for (let n = 0; n < 2; n += 1)
      await catalogue.changeLocations(EXPERIMENT, 'moving.root', { remove: ['/a'] });
    expect(await count()).toBe(1);
    await catalogue.changeLocations(EXPERIMENT, 'moving.root', { remove: ['/b'] });
    expect(await count()).toBe(0);
  });
});

describe('definitions', () => {
  it('leaves an equal one alone, refuses or replaces another', async () => {
    await catalogue.defineDataset(EXPERIMENT, 'd', 'data_tier raw and run_number 10', false);
    await catalogue.defineDataset(EXPERIMENT, 'd', '(data_tier  raw AND run_number=10)', false);
    expect(await catalogue.describe(EXPERIMENT, 'd')).toBe('data_tier raw and run_number 10');
    await expect(catalogue.defineDataset(EXPERIMENT, 'd', 'data_tier reco', false)).rejects.toMatchObject({
      code: 'name-taken',
    });
    await catalogue.defineDataset(EXPERIMENT, 'd', 'data_tier reco', true);
    expect(await catalogue.describe(EXPERIMENT, 'd')).toBe('data_tier reco');
    expect(await catalogue.describe(EXPERIMENT, 'none')).toBeNull();
  });

  it('is undone with the transaction it was made in', async () => {
    const made = database.db.transaction().execute(async (transaction) => {
      const within = catalogue.within(transaction);
      await within.defineDataset(EXPERIMENT, 'undone', 'data_tier raw', false);
      expect(await within.count(EXPERIMENT, 'defname: undone and run_number 10')).toBe(3);
      throw new Error('undo');
    });
    await expect(made).rejects.toThrow('undo');
    expect(await catalogue.describe(EXPERIMENT, 'undone')).toBeNull();
  });

  it('numbers the snapshots of one definition', async () => {
    await catalogue.defineDataset(EXPERIMENT, 's', 'run_number 10', false);
    const first = await catalogue.snapshot(EXPERIMENT, 's', 'tester');
    const second = await catalogue.snapshot(EXPERIMENT, 's', 'tester');
    expect(first.files).toBe(3);
    expect(
      await catalogue.count(EXPERIMENT, `snapshot_id ${second.id} and def_snapshot s and snapshot_version 2`),
    ).toBe(3);
  });
});

describe('progress', () => {
  it('counts consumed files and their children, for many submissions in one call', async () => {
    await catalogue.defineDataset(EXPERIMENT, 'input', 'file_name raw%', false);
    await catalogue.startProject(EXPERIMENT, {
      name: 'Q',
      station: 'dune',
      user: 'tester',
      of: { definition: 'input' },
    });
    const process = await catalogue.establishProcess(EXPERIMENT, 'Q', {});
    for (const status of ['consumed', 'failed']) {
      const file = await catalogue.nextFile(EXPERIMENT, 'Q', process, { resume: false });
      await catalogue.reportFile(EXPERIMENT, 'Q', process, { file: file?.name ?? '', status });
    }
    await catalogue.nextFile(EXPERIMENT, 'Q', process, { resume: false });
    const output = {
      patterns: ['reco%'],
      softwareVersion: 'v1',
      createdAfter: new Date('2020-01-01'),
      depth: 1,
    };
    const rows = await catalogue.progress(EXPERIMENT, [
      { project: 'Q', output },
      { project: 'none', output },
      { project: 'Q', output: { ...output, depth: 2, patterns: ['%'] } },
      { project: 'Q', output: { ...output, patterns: ['data_tier reco', 'nothing%'] } },
      { project: 'Q', output: { ...output, createdAfter: new Date('2999-01-01') } },
    ]);
    const states = {
      project: 'Q',
      exists: true,
      ended: false,
      files: 6,
      consumed: 1,
      failed: 1,
      delivered: 1,
      states: { unassigned: 3, consumed: 1, delivered: 1, failed: 1 },
    };
    expect(rows).toEqual([
      { ...states, childrenDeclared: 3, childrenLocated: 2, childrenSome: 3, outputs: 2 },
      {
        project: 'none',
        exists: false,
        ended: false,
        files: 0,
        consumed: 0,
        failed: 0,
        delivered: 0,
        states: {},
        childrenDeclared: 0,
        childrenLocated: 0,
        childrenSome: 0,
        outputs: 0,
      },
      { ...states, childrenDeclared: 1, childrenLocated: 1, childrenSome: 1 },
      { ...states, childrenDeclared: 0, childrenLocated: 0, childrenSome: 3, outputs: 2 },
      { ...states, childrenDeclared: 0, childrenLocated: 0, childrenSome: 0, outputs: 0 },
    ]);
    expect(await catalogue.progress(EXPERIMENT, [])).toEqual([]);
    // The counts are those of the queries that recoveries are made with.
    for (const depth of [1, 2, 3]) {
      const item = { project: 'Q', output: { ...output, depth } };
      const [row] = await catalogue.progress(EXPERIMENT, [item]);
      const pending = await catalogue.recoveryQuery(EXPERIMENT, 'pending_files', {
        ...item,
        dataset: 'input',
      });
      expect((row?.files ?? 0) - (row?.childrenLocated ?? 0)).toBe(
        await catalogue.count(EXPERIMENT, pending),
      );
      const outputs = await catalogue.outputQuery(EXPERIMENT, 'Q', item.output);
      if (depth === 1) expect(row?.outputs).toBe(await catalogue.count(EXPERIMENT, outputs));
      else expect(row).not.toHaveProperty('outputs');
    }

    const of = { project: 'Q', dataset: 'input', output };
    const counts: Record<string, number> = {};
    for (const type of catalogue.capabilities.recoveryTypes) {
      counts[type] = await catalogue.count(EXPERIMENT, await catalogue.recoveryQuery(EXPERIMENT, type, of));
    }
    // The process has not ended, so what it consumed is not yet safe; reco3 is declared but nowhere.
    expect(counts).toEqual({
      consumed_status: 5,
      process_status: 6,
      added_files: 0,
      pending_files: 4,
      delivered_not_consumed: 4,
      state_failed: 1,
      state_not_done: 5,
      reprocess_orphans: 0,
      reprocess_all: 6,
    });
    const nothing = { ...of, output: { ...output, patterns: ['nothing%'] } };
    const orphans = await catalogue.recoveryQuery(EXPERIMENT, 'reprocess_orphans', nothing);
    expect(await catalogue.count(EXPERIMENT, orphans)).toBe(2);
    expect(await catalogue.count(EXPERIMENT, await catalogue.outputQuery(EXPERIMENT, 'Q', output))).toBe(2);
  });
});
