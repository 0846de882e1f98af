/** What the database does for a query that begins with few files: it never reads a whole table of files or parents. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXPERIMENT, loadFiles } from '../../bench/support/files.ts';
import { recordStatements } from '../../bench/support/statements.ts';
import { type Catalogue, createCatalogue } from '../../src/connectors/data/catalogue/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let catalogue: Catalogue;
let recorded: ReturnType<typeof recordStatements>;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  recorded = recordStatements(database.pool);
  await loadFiles(database.url, { files: 25_000, projects: 2 });
  await catalogue.defineDataset(EXPERIMENT, 'slice', 'snapshot_id 1 with limit 500 offset 100', false);
}, 60_000);
afterAll(() => database.drop());

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

function* scanned(node: PlanNode): Generator<string> {
  if (node['Node Type'] === 'Seq Scan' && node['Relation Name']) yield node['Relation Name'];
  for (const below of node.Plans ?? []) yield* scanned(below);
}

/** Tables that counting, summing up and listing a query's files read from end to end. */
async function readWhole(query: string): Promise<Set<string>> {
  recorded.take();
  await catalogue.count(EXPERIMENT, query);
  await catalogue.summary(EXPERIMENT, query);
  await catalogue.lines(EXPERIMENT, query, { after: 0, limit: null });
  await catalogue.list(EXPERIMENT, query, { limit: 100 });
  const tables = new Set<string>();
  for (const { text, values } of recorded.take().filter((one) => one.text.includes('dh.file'))) {
    const { rows } = await database.pool.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `explain (format json) ${text}`,
      values,
    );
    for (const plan of rows[0]?.['QUERY PLAN'] ?? [])
      for (const table of scanned(plan.Plan)) tables.add(table);
  }
  return tables;
}

const children = "version v1 and file_name like '%.root' and create_date > '2026-01-01T00:00:00+0000'";

it.each([
  'snapshot_for_project_name project_1 minus (project_name project_1 and consumed_status co%)',
  `snapshot_for_project_name project_1 minus ( isparentof:( ${children} ) and isparentof:( ${children} ) )`,
  `ischildof:( snapshot_for_project_name project_1 ) and ${children}`,
  `ischildof:( ischildof:( ischildof:( snapshot_for_project_name project_1 ) ) ) and ${children}`,
  'snapshot_for_project_name project_1 and isparentof:( version v1 with availability anylocation )',
  'project_name project_1 and (consumed_status failed or consumed_status delivered)',
  'snapshot_id 1 or snapshot_id 2',
  'snapshot_id 1 union snapshot_id 2 minus file_name raw_000000001.root',
  '(snapshot_id 1 and data_tier raw) or (snapshot_id 2 and bench.campaign c7)',
  'data_tier raw intersect snapshot_id 1',
  'defname: slice and data_tier raw',
  'ischildof:( defname: slice )',
  'file_name raw_000000001.root, raw_000000002.root',
  'parents raw_000000001.root',
  'consumer_process_id 1',
  'isdescendantof:( file_name raw_000000001.root )',
  'isancestorof:( file_name merged_000000001.root )',
  'file_name raw_000000001.root union (snapshot_id 1 with limit 10)',
])('%s', async (query) => {
  const tables = await readWhole(query);
  expect([...tables].filter((table) => ['file', 'file_parent'].includes(table))).toEqual([]);
});

it('the test would see it', async () => {
  expect(await readWhole('file_size 1')).toContain('file');
});
