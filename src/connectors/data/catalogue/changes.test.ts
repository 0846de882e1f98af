import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { type FileState, mayBecome, statesBefore, TRANSITIONS } from './file-states.ts';
import { parseLocation, printLocation, schemaOf } from './locations.ts';
import { EXPERIMENT, metadataOf, smallProduction } from './test-data.ts';

let database: TestDatabase;
let catalogue: Catalogue;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = createCatalogue(database.db);
  await smallProduction(catalogue);
});
afterAll(() => database.drop());

const change = (changes: unknown[], each = false) =>
  catalogue.changeFiles(EXPERIMENT, changes, { user: 'changer', each });
const metadata = async (name: string) => (await catalogue.file(EXPERIMENT, name)).metadata;

describe('changing metadata', () => {
  it('sets, removes and leaves alone', async () => {
    await change([
      {
        file_name: 'raw1.root',
        data_tier: 'raw2',
        event_count: null,
        'DET.mode': 'new',
        'det.number': null,
        runs: [[77, 'cosmics']],
        checksum: 'md5:1',
        application: { family: 'a', name: 'b', version: 'v7' },
        start_time: '2026-01-01T00:00:00',
      },
    ]);
    const now = await metadata('raw1.root');
    expect(now).toMatchObject({
      data_tier: 'raw2',
      'DET.mode': 'new',
      runs: [[77, null, 'cosmics']],
      checksum: ['md5:1'],
      application: { version: 'v7' },
      file_size: 100,
      file_type: 'detector',
      user: 'tester',
      update_user: 'changer',
    });
    for (const gone of ['event_count', 'det.number', 'Det.Mode', 'det.mode'])
      expect(now).not.toHaveProperty([gone]);
    expect(await catalogue.count(EXPERIMENT, 'det.mode new and run_number 77 and version v7')).toBe(1);
    expect(await catalogue.count(EXPERIMENT, 'run_number 10 and file_name raw1.root')).toBe(0);
  });

  it('replaces parents, and leaves a repeated declaration what it was', async () => {
    await change([{ file_name: 'reco1.root', parents: ['raw5.root', { file_name: 'raw6.root' }] }]);
    expect(await metadata('reco1.root')).toMatchObject({
      parents: [{ file_name: 'raw5.root' }, { file_name: 'raw6.root' }],
    });
    await change([{ file_name: 'reco1.root', parents: null }]);
    expect(await metadata('reco1.root')).not.toHaveProperty('parents');
    const again = metadataOf({ name: 'reco1.root', tier: 'reco', version: 'v1', parents: ['raw1.root'] });
    const [result] = await catalogue.declare(EXPERIMENT, [again], 'tester');
    expect(result?.outcome).toBe('exists');
  });

  it('changes all files or none, or each by itself', async () => {
    const wanted = [
      { file_name: 'raw2.root', event_count: 50 },
      { file_name: 'raw3.root', parents: ['nobody'] },
    ];
    await expect(change(wanted)).rejects.toMatchObject({ code: 'bad-metadata' });
    expect(await metadata('raw2.root')).toMatchObject({ event_count: 2 });
    expect(await change(wanted, true)).toMatchObject([
      { name: 'raw2.root', error: null },
      { name: 'raw3.root', error: { code: 'bad-metadata' } },
    ]);
    expect(await metadata('raw2.root')).toMatchObject({ event_count: 50 });
  });

  it('two calls with the same files in different orders do not lock each other out', async () => {
    const both = ['raw4.root', 'raw5.root', 'raw6.root'].map((file_name) => ({ file_name, event_count: 3 }));
    await Promise.all(Array.from({ length: 12 }, (_, n) => change(n % 2 === 0 ? both : both.toReversed())));
    expect(
      await catalogue.count(EXPERIMENT, 'event_count 3 and file_name raw4.root,raw5.root,raw6.root'),
    ).toBe(3);
  });
});

it('parents are looked up one by one, however many files there are', async () => {
  const declareFrom = async (round: string) => {
    const files = Array.from({ length: 500 }, (_, n) =>
      metadataOf({ name: `${round}${n}`, parents: [`raw${1 + (n % 6)}.root`] }),
    );
    const begun = performance.now();
    await catalogue.declare(EXPERIMENT, files, 'tester');
    return performance.now() - begun;
  };
  await declareFrom('warm');
  const few = await declareFrom('few');
  await sql`insert into dh.file (experiment, name, size, created_by, updated_by, digest)
    select ${EXPERIMENT}, 'other' || n, n, 'x', 'x', '' from generate_series(1, 60000) n`.execute(
    database.db,
  );
  // It was seconds when each parent was compared with every file.
  expect(await declareFrom('many')).toBeLessThan(10 * few + 300);
});

describe('parameters', () => {
  const types = async () =>
    Object.fromEntries(
      (await catalogue.parameters(EXPERIMENT)).map(({ name, dataType }) => [name, dataType]),
    );
  const declare = (name: string, value: unknown) =>
    catalogue.declare(EXPERIMENT, [metadataOf({ name, more: { 'Kind.of': value } })], 'tester');

  it('are told with the type of all their values', async () => {
    await declare('k1', 1);
    expect(await types()).toMatchObject({ 'Kind.of': 'int', 'Det.Mode': 'string' });
    await declare('k2', 1.5);
    expect(await types()).toMatchObject({ 'Kind.of': 'float' });
    await declare('k3', 'x');
    expect(await types()).toMatchObject({ 'Kind.of': 'string' });
    expect(await catalogue.parameterValues(EXPERIMENT, 'kind.OF')).toEqual(
      expect.arrayContaining([1, 1.5, 'x']),
    );
  });

  it('refuse values of another type where the type was said', async () => {
    await catalogue.addParameter(EXPERIMENT, { name: 'Said.float', dataType: 'float' });
    const declareSaid = (name: string, value: unknown) =>
      catalogue.declare(EXPERIMENT, [metadataOf({ name, more: { 'said.float': value } })], 'tester');
    await declareSaid('s1', 1);
    await expect(declareSaid('s2', 'one')).rejects.toMatchObject({
      code: 'bad-metadata',
      message: expect.stringContaining('said.float'),
    });
    await expect(change([{ file_name: 's1', 'Said.float': true }])).rejects.toMatchObject({
      code: 'bad-metadata',
    });
  });
});

describe('states of a file in a project', () => {
  const states = Object.keys(TRANSITIONS) as FileState[];

  it('never lead back, but from unknown, which may still be reported', () => {
    for (const from of states) {
      expect(mayBecome(from, from)).toBe(false);
      expect(mayBecome(from, 'unassigned')).toBe(false);
      for (const to of TRANSITIONS[from]) expect(mayBecome(to, from), `${from} ${to}`).toBe(false);
    }
    expect(statesBefore('consumed')).toEqual(['delivered', 'transferred', 'unknown']);
    for (const end of ['completed', 'failed', 'skipped', 'cancelled'] as const)
      expect(TRANSITIONS[end]).toEqual([]);
  });

  it('lead from being handed out to an end', () => {
    const reached = new Set<FileState>(['unassigned']);
    for (const state of reached) for (const next of TRANSITIONS[state]) reached.add(next);
    expect([...reached].sort()).toEqual(states.filter((state) => state !== 'cancelled').sort());
  });
});

describe('locations', () => {
  it('are written as they were read', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(printLocation(parseLocation(text))).toBe(text);
      }),
    );
    expect(parseLocation('enstore:/pnfs/x(12@VP0001)')).toEqual({
      path: 'enstore:/pnfs/x',
      tapeLabel: 'VP0001',
      tapeSequence: '12',
    });
  });

  it.each([
    ['root://host//x', 'root'],
    ['enstore:/pnfs/x', 'enstore'],
    ['/data/x', 'file'],
    ['file:///data', 'file'],
  ])('%s is of schema %s', (path, schema) => expect(schemaOf(path)).toBe(schema));

  it('a file on tape is found by its label', async () => {
    await catalogue.changeLocations(EXPERIMENT, 'raw2.root', { add: ['enstore:/pnfs/t(3@VP77)'] });
    expect(await catalogue.count(EXPERIMENT, 'tape_label VP77')).toBe(1);
    await catalogue.changeLocations(EXPERIMENT, 'raw2.root', { remove: ['enstore:/pnfs/t'] });
    expect(await catalogue.count(EXPERIMENT, 'tape_label VP77')).toBe(0);
  });
});
