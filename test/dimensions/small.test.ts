/** Queries whose files are known, in the database and by the reference evaluator. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Catalogue, createCatalogue } from '../../src/connectors/data/catalogue/index.ts';
import { parseDimensions, printDimensions } from '../../src/domain/dimensions/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { load } from './load.ts';
import { evaluate } from './reference.ts';
import { SMALL } from './small.ts';

let database: TestDatabase;
let catalogue: Catalogue;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  await load(database.db, SMALL);
});
afterAll(() => database.drop());

const nameOf = (id: number) => SMALL.files.find((file) => file.id === id)?.name.replace('.root', '');

async function find(query: string): Promise<string> {
  const lines = await catalogue.lines(SMALL.experiment, query, { after: 0, limit: null });
  return lines.map(({ name }) => name.replace('.root', '')).join(' ');
}

async function check(query: string, expected: string): Promise<void> {
  expect(await find(query)).toBe(expected);
  expect(await catalogue.count(SMALL.experiment, query)).toBe(
    expected === '' ? 0 : expected.split(' ').length,
  );
  expect(evaluate(SMALL, query).map(nameOf).join(' ')).toBe(expected);
  const printed = printDimensions(parseDimensions(query));
  expect(printDimensions(parseDimensions(printed))).toBe(printed);
  expect(await find(printed)).toBe(expected);
}

describe('what POMS asks of SAM', () => {
  const since = "create_date > '2026-01-09T00:00:00+0000'";
  it.each([
    // Recoveries.
    ['snapshot_for_project_name P minus (project_name P and consumed_status co%)', 'raw3 raw4 raw5 raw6'],
    ["snapshot_for_project_name P minus (project_name P and consumed_status 'co%')", 'raw3 raw4 raw5 raw6'],
    [
      "snapshot_for_project_name P minus (project_name P and consumed_status 'co%' and consumer_process_status completed)",
      'raw3 raw4 raw5 raw6',
    ],
    ['defname:raw minus snapshot_for_project_name P', 'late'],
    [
      'project_name P and consumed_status skipped,unknown,delivered,transferred,unconsumed,cancelled',
      'raw4 raw5 raw6',
    ],
    [
      `snapshot_for_project_name P minus ( isparentof:( version v1 and file_name like reco% and ${since} ) )`,
      'raw3 raw4 raw5 raw6',
    ],
    [
      `snapshot_for_project_name P minus ( isparentof:( version v1 and file_name like reco% and ${since} ) and isparentof:( version v1 and file_name like hist% and ${since} ) )`,
      'raw3 raw4 raw5 raw6',
    ],
    [
      `snapshot_for_project_name P minus ( isparentof:( version v1 and file_name like reco% with availability anylocation ) and isparentof:( version v1 and file_name like hist% ) )`,
      'raw3 raw4 raw5 raw6',
    ],
    [
      'snapshot_for_project_name P minus ( isparentof:( isparentof:( version v1 and file_name like ana% ) ) )',
      'raw2 raw3 raw4 raw5 raw6',
    ],
    // Dependencies, from no generation to two.
    [`snapshot_for_project_name P and ${since}`, 'raw1 raw2 raw3 raw4 raw5 raw6'],
    [
      `ischildof:( snapshot_for_project_name P ) and version v1 and ${since} and file_name like '%.root'`,
      'reco1 reco2 hist1',
    ],
    [
      `ischildof:( ischildof:( snapshot_for_project_name P ) ) and version v1 and ${since} and file_name like '%'`,
      'ana1',
    ],
    // Statistics of a project: declared, and located.
    ['snapshot_for_project_name P and isparentof:( version v1 )', 'raw1 raw2'],
    [
      'snapshot_for_project_name P and isparentof:( version v1 with availability anylocation )',
      'raw1 raw2 raw3',
    ],
    [
      `snapshot_for_project_name P and isparentof:( file_name reco% and version 'v1' and ${since} with availability physical )`,
      'raw1 raw2',
    ],
    [
      `snapshot_for_project_name P and isparentof:( file_name reco% and version 'v1' with availability physical ) and isparentof:( file_name hist% and version 'v1' with availability physical )`,
      'raw1 raw2',
    ],
    // Slices of a dataset.
    ['defname: raw with limit 2', 'raw1 raw2'],
    ['defname: raw with limit 2 offset 3', 'raw4 raw5'],
    ['defname: raw with stride 3 offset 1', 'raw2 raw5'],
    ['defname: raw and run_number 10', 'raw1 raw2 raw3'],
    ['defname: raw minus snapshot_id 2 with limit 2', 'raw3 raw4'],
    ["defname: raw and end_time > '2026-01-02T12:00:00' and end_time <= '2026-01-04T12:00:00'", 'raw3 raw4'],
    ["project_name P and consumed_status 'consumed' minus snapshot_id 3 with limit 5", ''],
    ["project_name Q and consumed_status 'consumed' minus snapshot_id 3 with limit 5", 'raw2'],
    ['snapshot_id 2 or snapshot_id 3', 'raw1 raw2 reco1 reco2'],
    ['defname:slice or defname:raw', 'raw1 raw2 raw3 raw4 raw5 raw6 reco1 reco2 late'],
    // A pattern with a blank is conditions of its own.
    ['ischildof:( snapshot_for_project_name P ) and data_tier reco and version v1', 'reco1 reco2'],
  ])('%s', check);
});

describe('conditions on one row', () => {
  it.each([
    ['project_name P and consumed_status failed', 'raw3'],
    ['consumed_status failed', 'raw1 raw3'],
    ['project_name P and (consumed_status failed or consumed_status skipped)', 'raw3 raw4'],
    ['project_name P and not (consumed_status co% or consumed_status skipped)', 'raw3 raw5'],
    ['project_name P and (consumed_status failed or consumer bob)', 'raw3 raw4 raw5'],
    ['project_name P and (consumed_status unconsumed or consumed_status failed)', 'raw3 raw6'],
    // What is named in the parentheses is another row, here of another project.
    ['project_name P and not (project_name Q and consumed_status failed)', 'raw2 raw3 raw4 raw5'],
    ['project_name P and (project_name Q and consumed_status failed)', ''],
    ['(project_name P) and (project_name Q)', ''],
    ['project_name P intersect project_name Q', 'raw1 raw2'],
    ['run_number 11 and run_type physics', 'raw4'],
    ['run_number 12 and run_type physics', ''],
    ['run_number 12 and not run_type physics', 'raw4'],
    ['run_number > 10 and run_number < 12', 'raw4'],
    ['run_number 10 and subrun_number 2-3', 'raw2 raw3'],
    ["full_path 'enstore:%' and tape_label VP%", 'raw1'],
    // A definition is a scope of its own.
    ['defname: raw and project_name P and consumed_status failed', 'raw3'],
  ])('%s', check);
});

describe('snapshots', () => {
  it.each([
    ['snapshot_id 1 and snapshot_id 2', 'raw1 raw2'],
    ['snapshot_for_project_name P and snapshot_for_project_name Q', 'raw1 raw2'],
    ['snapshot_id 2 and snapshot_file_number 1', 'raw2'],
    ['snapshot_id 1 and snapshot_id 2 and snapshot_file_number 1', ''],
    ['snapshot_id 1 and snapshot_id 3 and snapshot_file_number 1, 3', 'raw1'],
    ['snapshot_for_project_name Q and snapshot_file_number 2', 'raw1'],
    ['def_snapshot raw and snapshot_version 2', 'raw1 raw2'],
    ['def_snapshot raw and snapshot_version 1 and snapshot_file_number 3-4', 'raw3 raw4'],
    ['def_snapshot raw', 'raw1 raw2 raw3 raw4 raw5 raw6'],
    ['dataset_def_name raw and snapshot_version 2', 'raw1 raw2'],
    ['dataset_def_id 1', 'raw1 raw2 raw3 raw4 raw5 raw6'],
    ['dataset_def_name_newest_snapshot raw', 'raw1 raw2'],
    ['dataset_def_name_newest_snapshot ra%', 'raw1 raw2'],
    ['dataset_def_name_newest_snapshot raw and snapshot_file_number 1', 'raw2'],
    ['snapshot_for_project_id 2', 'raw1 raw2'],
  ])('%s', check);
});

describe('what is not so', () => {
  it.each([
    // Files that have no such value count too.
    ['snapshot_for_project_name P and run_type != physics', 'raw5 raw6'],
    ['data_tier raw and snapshot_id != 1', 'late'],
    ['data_tier raw and not snapshot_id 1', 'late'],
    ['data_tier raw and run_number not in (10)', 'raw4 raw5 raw6 late'],
    ["data_tier raw and full_path not like '/data/%'", 'raw1'],
    ['data_tier raw and det.number != 2', 'raw1 raw3 raw4 raw5 raw6 late'],
    ['data_tier != raw and version != v2', 'reco1 reco2 ana1 hist1'],
    ['project_name P and consumed_status != failed', 'raw1 raw2 raw4 raw5'],
  ])('%s', check);
});

describe('values', () => {
  it.each([
    ['run_number 10.2', 'raw2'],
    ['run_number 10.0001', 'raw1'],
    ['run_number 10.2-11.1', 'raw2 raw3 raw4'],
    ['run_number 10.3-11', 'raw3 raw4'],
    ['run_number > 10.2', 'raw3 raw4'],
    ['run_number 10.1, 10.3-11.1', 'raw1 raw3 raw4'],
    ['run_number 12.0', 'raw4'],
    ['run_number in (1, 11-12)', 'raw4'],
    ['end_time 2026-01-02, 2026-01-04-2026-01-05', 'raw2 raw4 raw5'],
    ['end_time 02-Jan-26-03-Jan-2026', 'raw2 raw3'],
    ["end_time '2026/01/02 12:00:00'", 'raw2'],
    ["end_time '2026-01-02T13:00:00+0100'", 'raw2'],
    ["end_time '2026-01-02T12:00:00Z'", 'raw2'],
    ["end_time '2026-01-02 12:00:00'-'2026-01-03 12:00:00'", 'raw2 raw3'],
    ['det.number 1, 3-4', 'raw1 raw3 raw4'],
    ['det.number 5 - 6', 'raw5 raw6'],
    ['det.mode ev%, none', 'raw2 raw4 raw6'],
    ["checksum 'md5:3'", 'raw3'],
    ["checksum '%:4'", 'raw4'],
    ['parents raw1.root', 'reco1 hist1'],
    ['parents raw1.root and parents raw2.root', 'hist1'],
    ['parents raw%', 'reco1 reco2 reco4 hist1'],
    ['consumer bob', 'raw4 raw5'],
    ['consumer_process_id 3', 'raw1 raw2'],
    ["consumer_process_description 'job 2'", 'raw4 raw5'],
    ['project_description again', 'raw1 raw2'],
    ['FILE_NAME raw1.root OR Data_Tier ana', 'raw1 ana1'],
    ['data_tier RAW', ''],
  ])('%s', check);
});

describe('scopes', () => {
  it.each([
    ['data_tier raw with availability bad, retired', 'bad old'],
    ['data_tier raw and availability: bad,physical and event_count > 10', 'late bad'],
    ['data_tier raw and (availability: bad)', 'bad'],
    ['availability: virtual', 'reco3'],
    // Each scope has its own say: what is asked for with any availability is not checked again.
    [
      '((file_name old.root with availability any) or data_tier hist) and (data_tier % with availability any)',
      'hist1 old',
    ],
    ['(file_name bad.root with availability any) minus (data_tier reco)', 'bad'],
    ['not (data_tier raw with availability any)', 'reco1 reco2 reco4 ana1 hist1'],
    // A definition takes the availability around it.
    ['defname: raw with availability bad', 'bad'],
    ['defname: first_four with limit 2 offset 3', 'raw4'],
    ['(defname: raw with limit 3) and det.mode odd', 'raw1 raw3'],
    [
      '(defname: raw with limit 3) union (defname: raw with limit 1 offset 5) minus file_name raw2.root',
      'raw1 raw3 raw6',
    ],
    // A step that is about lineage alone does not ask whether the files on the way are there.
    ['ischildof:( snapshot_id 3 or snapshot_id 2 )', 'reco1 reco2 ana1 hist1'],
    ['ischildof:( defname: slice )', 'reco1 ana1 hist1'],
  ])('%s', check);
});

describe('what cannot be asked', () => {
  const refusal = (query: string) => catalogue.count(SMALL.experiment, query).catch((error: Error) => error);

  it('ancestors together with lineage that comes from a definition, shown at the definition', async () => {
    expect(await refusal('isparentof:( version v1 ) and defname: family')).toMatchObject({
      code: 'bad-query',
      details: { line: 1, column: 31 },
      message: expect.stringContaining('Query forbidden'),
    });
    expect(await refusal('defname: family')).toBe(3);
  });
});
