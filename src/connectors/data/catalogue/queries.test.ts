import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { EXPERIMENT, smallProduction } from './test-data.ts';

let database: TestDatabase;
let catalogue: Catalogue;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  await smallProduction(catalogue);
  await catalogue.defineDataset(EXPERIMENT, 'raw', 'data_tier raw', false);
  await catalogue.startProject(EXPERIMENT, {
    name: 'P',
    station: 'dune',
    user: 'tester',
    of: { definition: 'raw' },
  });
  await catalogue.declare(
    EXPERIMENT,
    [{ file_name: 'late.root', file_size: 1, data_tier: 'raw', locations: ['/x'] }],
    'tester',
  );
  const process = await catalogue.establishProcess(EXPERIMENT, 'P', {});
  for (const status of ['consumed', 'failed', 'skipped']) {
    const file = await catalogue.nextFile(EXPERIMENT, 'P', process, { resume: false });
    await catalogue.reportFile(EXPERIMENT, 'P', process, { file: file?.name ?? '', status });
  }
  await catalogue.nextFile(EXPERIMENT, 'P', process, { resume: false });
});
afterAll(() => database.drop());

async function names(query: string): Promise<string> {
  const lines = await catalogue.lines(EXPERIMENT, query, { after: 0, limit: null });
  return lines.map(({ name }) => name.replace('.root', '')).join(' ');
}

describe('dimensions', () => {
  it.each([
    ['file_name raw1.root', 'raw1'],
    ['file_name raw?.root', 'raw1 raw2 raw3 raw4 raw5 raw6'],
    ['file_name like raw%', 'raw1 raw2 raw3 raw4 raw5 raw6'],
    ["file_name like 'raw_.root'", ''],
    ['file_name raw1.root, reco%', 'raw1 reco1 reco2 reco4'],
    ['file_name not like r% ', 'ana1 late'],
    ['data_tier reco', 'reco1 reco2 reco4'],
    ['data_tier != raw', 'reco1 reco2 reco4 ana1'],
    ['not data_tier raw', 'reco1 reco2 reco4 ana1'],
    ['data_tier raw and file_size 200-400', 'raw2 raw3 raw4'],
    ['data_tier raw and file_size > 400', 'raw5 raw6'],
    ['event_count 1,3-4', 'raw1 raw3 raw4'],
    ['run_number 10', 'raw1 raw2 raw3'],
    ['run_number 10.0001 and file_size 100', 'raw1'],
    ['run_number 10.2', ''],
    ['run_number 4-5', 'raw4 raw5'],
    ['run_number >= 5', 'raw1 raw2 raw3 raw5 raw6'],
    ['run_number 10 and run_type physics', 'raw1 raw2 raw3'],
    ['run_number 10 and not run_type physics', ''],
    ['version v1', 'reco1 reco2 ana1'],
    ['version v%', 'reco1 reco2 reco4 ana1'],
    ['application reco and family art and version v2', 'reco4'],
    ['file_type detector and data_tier ana', 'ana1'],
    ['user tester and data_tier ana', 'ana1'],
    ['det.mode even', 'raw2 raw4 raw6'],
    ['DET.MODE ev%', 'raw2 raw4 raw6'],
    ['det.number 2', 'raw2'],
    ['det.number > 4', 'raw5 raw6'],
    ['det.number 2-3', 'raw2 raw3'],
    ["end_time > '2026-01-02T12:00:00' and end_time <= '2026-01-04T12:00:00+0000'", 'raw3 raw4'],
    ['end_time 2026-01-03', 'raw3'],
    ['end_time 2026-01-03-2026-01-05', 'raw3 raw4 raw5'],
    ['create_date > 2020-01-01 and data_tier ana', 'ana1'],
    ["full_path '/data/%' and data_tier ana", 'ana1'],
  ])('%s', async (query, expected) => {
    expect(await names(query)).toBe(expected);
  });
});

describe('availability', () => {
  it.each([
    ['version v1 with availability anylocation', 'reco1 reco2 reco3 ana1'],
    ['version v1 and availability: virtual', 'reco3'],
    ['version v1 with availability virtual, physical', 'reco1 reco2 reco3 ana1'],
    ['data_tier raw and isparentof:( version v1 )', 'raw1 raw2'],
    ['data_tier raw and isparentof:( version v1 with availability anylocation )', 'raw1 raw2 raw3'],
    ['data_tier raw and isparentof:( create_date > 2020-01-01 and availability: virtual )', 'raw3'],
    ['(version v1 and availability: virtual) or file_name raw1.root', 'raw1 reco3'],
    ['file_name raw1.root,reco3.root and (version v1 with availability any)', ''],
  ])('%s', async (query, expected) => {
    expect(await names(query)).toBe(expected);
  });

  it('leaves out retired files unless they are asked for', async () => {
    await catalogue.declare(
      EXPERIMENT,
      [{ file_name: 'old.root', file_size: 1, locations: ['/x'] }],
      'tester',
    );
    await catalogue.retire(EXPERIMENT, 'old.root', 'tester');
    await catalogue.retire(EXPERIMENT, 'old.root', 'tester');
    expect(await names('file_name old.root')).toBe('');
    expect(await names('file_name old.root with availability retired')).toBe('old');
    expect(await names('file_name old.root with availability any')).toBe('old');
  });
});

describe('lineage, projects, sets', () => {
  it.each([
    ['ischildof:( file_name raw1.root )', 'reco1'],
    ['ischildof:( ischildof:( file_name raw1.root ) )', 'ana1'],
    ['isparentof:( isparentof:( data_tier ana ) )', 'raw1'],
    ['isancestorof:( file_name ana1.root )', 'raw1 reco1'],
    ['isdescendantof:( file_name raw1.root )', 'reco1 ana1'],
    ['snapshot_for_project_name P', 'raw1 raw2 raw3 raw4 raw5 raw6'],
    ['project_name P', 'raw1 raw2 raw3 raw4'],
    ['project_name P and consumed_status co%', 'raw1'],
    ['project_name P and not consumed_status co%', 'raw2 raw3 raw4'],
    ['project_name P and consumed_status != consumed', 'raw2 raw3 raw4'],
    ['project_name P and consumed_status unconsumed', 'raw5 raw6'],
    [
      'snapshot_for_project_name P minus (project_name P and consumed_status co%)',
      'raw2 raw3 raw4 raw5 raw6',
    ],
    [
      'project_name P and consumed_status skipped,unknown,delivered,transferred,unconsumed,cancelled',
      'raw3 raw4 raw5 raw6',
    ],
    ['defname: raw minus snapshot_for_project_name P', 'late'],
    [
      "snapshot_for_project_name P minus ( isparentof:( version v1 and file_name like 'reco%' and create_date > '2020-01-01T00:00:00+0000' ) )",
      'raw3 raw4 raw5 raw6',
    ],
    [
      "ischildof:( snapshot_for_project_name P ) and version v1 and create_date > '2020-01-01T00:00:00+0000' and file_name like '%'",
      'reco1 reco2',
    ],
    ["ischildof:( ischildof:( snapshot_for_project_name P ) ) and version v1 and file_name like '%'", 'ana1'],
    [
      'snapshot_for_project_name P and isparentof:( file_name like reco% with availability physical )',
      'raw1 raw2 raw4',
    ],
    ['def_snapshot raw and snapshot_version 1 and snapshot_file_number 2-3', 'raw2 raw3'],
    ['def_snapshot raw and snapshot_version 2', ''],
    ['file_name raw1.root or file_name reco1.root', 'raw1 reco1'],
    ['data_tier raw minus file_size > 200 union data_tier ana', 'raw1 raw2 ana1 late'],
    ['data_tier raw intersect run_number 10', 'raw1 raw2 raw3'],
    ['defname: raw with limit 2 offset 1', 'raw2 raw3'],
    ['defname: raw with stride 3 offset 1', 'raw2 raw5'],
    ['(data_tier raw with limit 4) with limit 2 offset 3', 'raw4'],
    ['data_tier raw and isparentof:( data_tier reco with limit 1 )', 'raw1'],
  ])('%s', async (query, expected) => {
    expect(await names(query)).toBe(expected);
    expect(await catalogue.count(EXPERIMENT, query)).toBe(expected === '' ? 0 : expected.split(' ').length);
  });

  it('keeps experiments apart, through definitions, projects and lineage too', async () => {
    for (const query of [
      'file_name %',
      'snapshot_for_project_name P',
      'project_name P',
      'ischildof:( file_name raw1.root )',
      'snapshot_id 1',
    ]) {
      expect(await catalogue.count('nova', query)).toBe(0);
    }
    await expect(catalogue.count('nova', 'defname: raw')).rejects.toMatchObject({ code: 'bad-query' });
  });

  it('sums up', async () => {
    expect(await catalogue.summary(EXPERIMENT, 'snapshot_for_project_name P')).toEqual({
      files: 6,
      bytes: 2100,
      events: 21,
    });
  });

  it('pages through a list without loss or repetition', async () => {
    const first = await catalogue.list(EXPERIMENT, 'snapshot_for_project_name P', { limit: 4 });
    const second = await catalogue.list(EXPERIMENT, 'snapshot_for_project_name P', {
      after: first.next ?? '',
      limit: 4,
    });
    expect([...first.files, ...second.files].map(({ name }) => name)).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => `raw${n}.root`),
    );
    expect(second.next).toBeNull();
    expect(first.files[1]).toMatchObject({
      size: 200,
      locations: ['/data/pool'],
      metadata: { 'Det.Mode': 'even', runs: [[10, 1, 'physics']] },
    });
  });
});

describe('what cannot be asked', () => {
  it.each([
    ['colour red', 'there is no dimension colour'],
    ['constructor red', 'there is no dimension constructor'],
    ['defname: nowhere', 'there is no definition nowhere'],
    ['file_size big', 'file_size: big is not a whole number'],
    ['create_date yesterday', 'create_date: yesterday is not a date'],
    ['create_date 2026-02-31', 'not a date'],
    ['run_number like 1%', 'like works on text'],
    ['data_tier raw with availability sometimes', 'there is no availability sometimes'],
    ['data_tier raw with colour red', 'with colour is not known'],
  ])('%s', async (query, problem) => {
    await expect(catalogue.count(EXPERIMENT, query)).rejects.toMatchObject({
      code: 'bad-query',
      message: expect.stringContaining(problem),
    });
  });

  it('a definition that contains itself', async () => {
    await catalogue.defineDataset(EXPERIMENT, 'inner', 'data_tier raw', false);
    await catalogue.defineDataset(EXPERIMENT, 'outer', 'defname: inner', false);
    await expect(catalogue.defineDataset(EXPERIMENT, 'inner', 'defname: outer', true)).rejects.toMatchObject({
      code: 'bad-query',
      message: expect.stringContaining('contains itself: inner > outer > inner'),
    });
  });

  it('definitions that nest too deeply', async () => {
    await catalogue.defineDataset(EXPERIMENT, 'deep0', 'data_tier raw', false);
    let refused = 0;
    for (let depth = 1; depth <= 22; depth += 1) {
      const dims = `defname: deep${depth - 1}`;
      await catalogue.defineDataset(EXPERIMENT, `deep${depth}`, dims, false).catch(() => {
        refused = refused || depth;
      });
    }
    expect(refused).toBe(20);
  });
});

describe('property', () => {
  const leaf = fc.constantFrom(
    'data_tier raw',
    'version v1',
    'run_number 10',
    'file_size > 200',
    'project_name P',
    'snapshot_for_project_name P',
    'project_name P and consumed_status failed',
    'isparentof:( version v1 )',
    'ischildof:( snapshot_for_project_name P )',
    'file_name raw1.root, raw4.root',
    'defname: raw',
    '(data_tier raw with limit 3)',
    'det.mode odd',
  );
  const ids = async (query: string) =>
    new Set((await catalogue.lines(EXPERIMENT, query, { after: 0, limit: null })).map(({ id }) => id));

  it('operators are those of sets, whatever the query begins with', async () => {
    await fc.assert(
      fc.asyncProperty(leaf, leaf, leaf, async (x, y, z) => {
        const [a, b, c] = await Promise.all([ids(x), ids(y), ids(z)]);
        const sorted = (set: Iterable<number>) => [...set].sort((m, n) => m - n);
        const both = (left: Set<number>, right: Set<number>) =>
          new Set([...left].filter((id) => right.has(id)));
        const without = (left: Set<number>, right: Set<number>) =>
          new Set([...left].filter((id) => !right.has(id)));
        expect(sorted(await ids(`(${x}) and (${y} or ${z})`))).toEqual(
          sorted(both(a, new Set([...b, ...c]))),
        );
        expect(sorted(await ids(`${x} minus (${y}) union ${z}`))).toEqual(
          sorted(new Set([...without(a, b), ...c])),
        );
        expect(sorted(await ids(`(${x}) minus (${y} intersect ${z})`))).toEqual(
          sorted(without(a, both(b, c))),
        );
      }),
      { numRuns: 60 },
    );
  });
});
