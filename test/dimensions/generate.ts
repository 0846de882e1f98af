/** Random small catalogues, and random queries about them with values that are often in them. */
import fc from 'fast-check';
import type { Argument, Expression, Relation, Test, WithItems } from '../../src/domain/dimensions/index.ts';
import type { Model, ModelFile, ModelProject, ModelSnapshot } from './model.ts';

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 4 });
const some = <T>(values: readonly T[], maxLength = 3) =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength });

const DAYS = [1, 2, 3, 4].map((day) => new Date(`2026-01-0${day}T12:00:00Z`));
const moment = fc.constantFrom(
  ...DAYS,
  new Date('2026-01-03T00:00:00Z'),
  new Date('2026-01-02T23:59:59.500Z'),
);
const TAPES = ['T1', 'T2'];
const PATHS = ['/data/a', '/data/b', 'enstore:/x'];
const STATES = ['unassigned', 'delivered', 'consumed', 'completed', 'failed', 'skipped'];
const DEFINITIONS = ['all', 'recos', 'few', 'given', 'both'];

function file(id: number, place: number): fc.Arbitrary<ModelFile> {
  const earlier = Array.from({ length: place }, (_, index) => id - place + index);
  return fc.record({
    id: fc.constant(id),
    name: fc.constant(place < 10 ? `f${place}` : `f_${place}`),
    size: maybe(fc.integer({ min: 0, max: 5 })),
    eventCount: maybe(fc.integer({ min: 0, max: 5 })),
    firstEvent: maybe(fc.integer({ min: 0, max: 5 })),
    started: maybe(moment),
    ended: maybe(moment),
    created: moment,
    createdBy: fc.constantFrom('ann', 'bob'),
    type: maybe(fc.constantFrom('detector', 'mc')),
    tier: maybe(fc.constantFrom('raw', 'reco')),
    stream: maybe(fc.constantFrom('s1', 's2')),
    application: maybe(
      fc.record({
        family: fc.constant('art'),
        name: fc.constantFrom('gen', 'reco'),
        version: fc.constantFrom('v1', 'v2'),
      }),
    ),
    good: fc.integer({ max: 8, min: 0 }).map((n) => n > 0),
    retired: fc.integer({ max: 8, min: 0 }).map((n) => n === 0),
    checksums: some(['md5:1', 'md5:2', 'adler32:1'], 2),
    parameters: fc.record(
      {
        'det.mode': fc.constantFrom('even', 'odd', 'a_b', '2'),
        'det.number': fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(2.5, '2', '2-3', 'x')),
        'det.flag': fc.constantFrom(true, false, 'true'),
      },
      { requiredKeys: [] },
    ),
    parents: earlier.length === 0 ? fc.constant([]) : some(earlier, 2),
    runs: fc.uniqueArray(
      fc.record({
        run: fc.integer({ min: 1, max: 4 }),
        subrun: maybe(fc.integer({ min: 0, max: 2 })),
        type: maybe(fc.constantFrom('physics', 'cosmics')),
      }),
      { maxLength: 3, selector: ({ run, subrun }) => `${run}.${subrun}` },
    ),
    locations: fc.uniqueArray(
      fc.record({ path: fc.constantFrom(...PATHS), tape: maybe(fc.constantFrom(...TAPES)) }),
      { minLength: 0, maxLength: 2, selector: ({ path }) => path },
    ),
  });
}

function project(id: number, place: number, snapshots: ModelSnapshot[]): fc.Arbitrary<ModelProject> {
  const processes = [id * 10, id * 10 + 1];
  return fc.constantFrom(...snapshots).chain((snapshot) =>
    fc.record({
      id: fc.constant(id),
      name: fc.constant(['P', 'Q', 'P_2'][place] ?? 'R'),
      description: maybe(fc.constantFrom('first', 'second')),
      snapshotId: fc.constant(snapshot.id),
      files: fc.tuple(
        ...snapshot.files.map((fileId) =>
          fc.tuple(fc.constantFrom(...STATES), fc.constantFrom(...processes)).map(([state, process]) => ({
            fileId,
            state,
            processId: state === 'unassigned' ? null : process,
          })),
        ),
      ),
    }),
  );
}

/** A catalogue whose ids all begin at `base`, up to 1,000 of each. */
export function model(base: number): fc.Arbitrary<Model> {
  return fc.integer({ min: 4, max: 12 }).chain((size) => {
    const ids = Array.from({ length: size }, (_, place) => base + place);
    const snapshot = (id: number, definitionId: number | null, version: number) =>
      fc.record({
        id: fc.constant(id),
        definitionId: fc.constant(definitionId),
        version: fc.constant(version),
        files: fc.shuffledSubarray(ids, { minLength: 1 }),
      });
    const snapshots = fc.tuple(
      snapshot(base, base, 1),
      // The same name, defined anew: its snapshots are counted on.
      snapshot(base + 1, base + 1, 2),
      snapshot(base + 2, base + 2, 1),
      snapshot(base + 3, null, 1),
    );
    return fc.tuple(fc.tuple(...ids.map(file)), snapshots).chain(([files, taken]) =>
      fc.record({
        experiment: fc.constant(`exp${base}`),
        files: fc.constant(files),
        snapshots: fc.constant(taken),
        definitions: fc.constant([
          { id: base, name: 'all', dims: 'data_tier raw' },
          { id: base + 1, name: 'all', dims: 'file_name %' },
          { id: base + 2, name: 'recos', dims: 'data_tier reco and availability: anylocation' },
          { id: base + 3, name: 'few', dims: 'defname: all with limit 3 offset 1' },
          { id: base + 4, name: 'given', dims: `snapshot_id ${base + 3}` },
          { id: base + 5, name: 'both', dims: 'defname: given and project_name P or defname: few' },
        ]),
        projects: fc.tuple(...[0, 1, 2].map((place) => project(base + place, place, taken))),
        processes: fc.tuple(
          ...[0, 1, 2].flatMap((place) =>
            [0, 1].map((number) =>
              fc.record({
                id: fc.constant((base + place) * 10 + number),
                projectId: fc.constant(base + place),
                state: fc.constantFrom('active' as const, 'completed' as const, 'bad' as const),
                user: maybe(fc.constantFrom('ann', 'bob')),
                description: maybe(fc.constantFrom('d1', 'd2')),
              }),
            ),
          ),
        ),
      }),
    );
  });
}

/** Words that a dimension is tested with, and whether it is text (`like`, wildcards). */
interface Words {
  text: boolean;
  plain: string[];
  /** May stand at an end of a range; the same as `plain` where it is left out. */
  ends?: string[];
}

const text = (...plain: string[]): Words => ({ text: true, plain });
const whole = (...plain: (string | number)[]): Words => ({ text: false, plain: plain.map(String) });
const small = whole(0, 1, 2, 3, 4, '1-2', '3-9', -1);
const times: Words = {
  text: false,
  plain: [
    '2026-01-01',
    '2026-01-02',
    '2026-01-03',
    '03-Jan-2026',
    '2026-01-02-2026-01-03',
    '2026-01-03T12:00:00',
    '2026-01-03T13:00:00+0100',
    '2026-01-02T23:59:59Z',
  ],
  ends: ['2026-01-01', '2026-01-02', '2026-01-03', '03-Jan-2026', '2026-01-03T12:00:00'],
};

function dimensions(base: number): Record<string, Words> {
  const near = [0, 1, 2, 3].map((number) => base + number);
  const names = text('f0', 'f1', 'f2', 'f3', 'f_10', 'f%', 'f?', 'f_1%', '?_%', '%', 'none');
  const defs = text('all', 'recos', 'given', '%', 'r%');
  return {
    file_name: names,
    file_id: whole(...near, `${base}-${base + 2}`),
    file_size: small,
    event_count: small,
    first_event: small,
    start_time: times,
    end_time: times,
    create_date: times,
    user: text('ann', 'bob', 'a%'),
    content_status: text('good', 'bad', '?ad'),
    checksum: text('md5:1', 'md5:%', '%:1'),
    file_type: text('detector', 'mc', 'm?'),
    data_tier: text('raw', 'reco', 'r%'),
    data_stream: text('s1', 's2', 's?'),
    physical_datastream_name: text('s1'),
    version: text('v1', 'v2', 'v%'),
    appl_name: text('gen', 'reco'),
    family: text('art', 'x'),
    run_number: {
      text: false,
      plain: ['1', '2', '3', '4', '1.0', '2.1', '2-3', '1.1-2.0'],
      ends: ['1', '2', '3', '1.1', '2.0'],
    },
    subrun_number: small,
    run_type: text('physics', 'cosmics', 'p%'),
    full_path: text('/data/a', '/data/%', 'enstore:%'),
    tape_label: text('T1', 'T2', 'T?'),
    parents: names,
    project_name: text('P', 'Q', 'P_2', 'P%', 'P?2'),
    project_id: whole(...near),
    project_description: text('first', 'second'),
    consumed_status: text('consumed', 'co%', 'failed', 'unconsumed', 'skipped', 'delivered'),
    consumer: text('ann', 'bob'),
    consumer_process_id: whole(base * 10, base * 10 + 1, base * 10 + 10),
    consumer_process_status: text('completed', 'bad', 'active'),
    consumer_process_description: text('d1', 'd%'),
    snapshot_id: whole(...near),
    snapshot_version: whole(1, 2),
    snapshot_file_number: small,
    snapshot_for_project_name: text('P', 'Q', 'P%'),
    snapshot_for_project_id: whole(...near),
    def_snapshot: defs,
    dataset_def_name: defs,
    dataset_def_id: whole(...near),
    dataset_def_name_newest_snapshot: defs,
    'det.mode': text('even', 'odd', 'a_b', '2', 'a?b', 'e%'),
    'det.number': text('2', '2.5', 'x', '2-3', '0', '2%'),
    'det.flag': text('true', 'false', 't%'),
  };
}

export const DIMENSION_NAMES = Object.keys(dimensions(0));

/** Dimensions that production's own queries consist of come up more often. */
const OFTEN = [
  ...['project_name', 'consumed_status', 'consumed_status', 'snapshot_for_project_name', 'snapshot_id'],
  ...['file_name', 'file_name', 'version', 'run_number', 'snapshot_file_number', 'run_type', 'data_tier'],
];

/** Dimensions of one kind of row each. */
const ROWS = [
  ['project_name', 'project_id', 'consumed_status', 'consumer', 'consumer_process_status'],
  ['snapshot_id', 'snapshot_for_project_name', 'def_snapshot', 'snapshot_version', 'snapshot_file_number'],
  ['run_number', 'subrun_number', 'run_type'],
  ['full_path', 'tape_label'],
  ['parents'],
];

function testOf({ text: isText, plain, ends = plain.filter((word) => !/[%?]|\d-\d/.test(word)) }: Words) {
  const value = fc.constantFrom(...plain).map((word) => ({ kind: 'value', value: word }) as const);
  const bare = fc.constantFrom(...ends).map((word) => ({ kind: 'value', value: word }) as const);
  const list = fc
    .array(fc.constantFrom(...plain), { minLength: 2, maxLength: 3 })
    .map((values) => ({ kind: 'list', values }) as const);
  const range = fc
    .tuple(fc.constantFrom(...ends), fc.constantFrom(...ends))
    .map(([from, to]) => ({ kind: 'range', from, to }) as const);
  const argument: fc.Arbitrary<Argument> = fc.oneof(
    // Where a hyphen makes a range, a value with one is no value.
    { arbitrary: isText ? value : bare, weight: 5 },
    { arbitrary: list, weight: 2 },
    range,
  );
  const equal = fc.record({ operator: fc.constantFrom('=' as const, '=' as const, '!=' as const), argument });
  const ordered = fc.record({
    operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
    argument: bare,
  });
  const like = fc.record({
    operator: fc.constantFrom('like' as const, 'not like' as const),
    argument: value,
  });
  const tests: fc.Arbitrary<Test> = isText
    ? fc.oneof({ arbitrary: equal, weight: 6 }, ordered, like)
    : fc.oneof({ arbitrary: equal, weight: 4 }, ordered);
  return tests;
}

const items: fc.Arbitrary<WithItems> = fc
  .record(
    {
      limit: fc.integer({ min: 0, max: 6 }),
      offset: fc.integer({ min: 0, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      availability: fc.uniqueArray(
        fc.constantFrom('physical', 'virtual', 'anylocation', 'good', 'bad', 'retired', 'any'),
        { minLength: 1, maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  )
  .filter((all) => Object.keys(all).length > 0);

/** Queries about the catalogue at `base`, with parents and children or with one relation over all generations. */
export function query(base: number, relations: Relation[]): fc.Arbitrary<Expression> {
  const at = fc.constant(0);
  const words = dimensions(base);
  const name = fc.oneof(fc.constantFrom(...OFTEN), fc.constantFrom(...Object.keys(words)));
  const dimensionNamed = (one: string) =>
    fc.record({
      kind: fc.constant('dimension' as const),
      at,
      name: fc.constant(one),
      test: testOf(words[one] ?? whole(0)),
    });
  const dimension = name.chain(dimensionNamed);
  /** Several conditions on rows of one kind, where the rules of what is about which row matter. */
  const together = fc.constantFrom(...ROWS).chain((names) => {
    const one = fc.constantFrom(...names).chain(dimensionNamed);
    const negated = one.map((of) => ({ kind: 'not' as const, at: 0, of }));
    const inside = fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(fc.oneof(one, negated), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, terms]) => ({ kind, at: 0, terms }));
    const term = fc.oneof({ arbitrary: one, weight: 4 }, negated, inside);
    return fc
      .array(term, { minLength: 2, maxLength: 4 })
      .map((terms) => ({ kind: 'and' as const, at: 0, terms }));
  });
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'query' },
      { arbitrary: dimension, weight: 6 },
      { arbitrary: together, weight: 2 },
      fc.record({ kind: fc.constant('definition' as const), at, name: fc.constantFrom(...DEFINITIONS) }),
      {
        arbitrary: fc.record({
          kind: fc.constant('and' as const),
          at,
          terms: fc.array(tie('expression'), { minLength: 2, maxLength: 4 }),
        }),
        weight: 5,
      },
      {
        arbitrary: fc.record({
          kind: fc.constant('or' as const),
          at,
          terms: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
        }),
        weight: 2,
      },
      fc.record({ kind: fc.constant('not' as const), at, of: tie('expression') }),
      {
        arbitrary: fc.record({ kind: fc.constant('with' as const), at, of: tie('expression'), items }),
        weight: 2,
      },
      {
        arbitrary: fc.record({
          kind: fc.constant('relative' as const),
          at,
          relation: fc.constantFrom(...relations),
          of: tie('expression'),
        }),
        weight: 2,
      },
      {
        arbitrary: fc.record({
          kind: fc.constant('set' as const),
          at,
          first: tie('expression'),
          rest: fc.array(
            fc.record({
              operator: fc.constantFrom('minus' as const, 'union' as const, 'intersect' as const),
              of: tie('expression'),
            }),
            { minLength: 1, maxLength: 3 },
          ),
        }),
        weight: 2,
      },
    ),
  }));
  return expression;
}
