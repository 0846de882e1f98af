import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDimensions } from '../dimensions/index.ts';
import { anySplit } from './arbitrary.ts';
import {
  datasetProblem,
  parseSplit,
  planSlice,
  runSliceName,
  type SliceCursor,
  type SlicePlan,
  type SliceSource,
  type Split,
  sliceCount,
  typeOf,
} from './index.ts';

const NOW = new Date('2024-05-01T12:00:00Z');
const source = (dataset: string): SliceSource => ({ dataset, drain: 's17' });

/** A dataset that suits the split. */
const datasetFor = (split: Split): string =>
  split.type === 'multiparam' ? '[["a","b","c"],["d","e"]]' : split.type === 'list' ? 'a, b,c' : 'raw_2024';

/** What launching one after the other gets: the cursor goes through the database as JSON. */
function launchAll(
  split: Split,
  from: SliceSource,
  limit: number,
  start: SliceCursor = null,
  now = NOW,
): SlicePlan[] {
  const plans: SlicePlan[] = [];
  let stored = JSON.stringify(start);
  while (plans.length < limit) {
    const cursor: SliceCursor = JSON.parse(stored);
    const plan = planSlice(split, from, cursor, now);
    if (plan === null) break;
    plans.push(plan);
    stored = JSON.stringify(plan.cursor);
  }
  return plans;
}

const queries = (text: string, dataset: string, cursor: SliceCursor = null, now = NOW) =>
  launchAll(parseSplit(text), source(dataset), 5, cursor, now).map((plan) =>
    plan.kind === 'query' ? `${plan.name}: ${plan.query} [${plan.whenEmpty}]` : plan.kind,
  );
const datasets = (text: string, dataset: string) =>
  launchAll(parseSplit(text), source(dataset), 50).map((plan) =>
    plan.kind === 'name' ? plan.dataset : plan.kind,
  );

describe('every split', () => {
  it('never repeats a key', () => {
    fc.assert(
      fc.property(anySplit, (split) => {
        const from = source(datasetFor(split));
        const launched = launchAll(split, from, 20);
        const keys = launched.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it('gives the same plan for the same cursor, however often it is asked', () => {
    fc.assert(
      fc.property(anySplit, fc.nat(100), (split, cursor) => {
        const from = source(datasetFor(split));
        expect(planSlice(split, from, cursor, NOW)).toEqual(planSlice(split, from, cursor, NOW));
      }),
    );
  });

  it('has as many slices left as it says, and one less after each', () => {
    fc.assert(
      fc.property(anySplit, (split) => {
        const from = source(datasetFor(split));
        const count = sliceCount(split, from, null, NOW);
        fc.pre(count !== null && count < 200);
        const plans = launchAll(split, from, 300);
        expect(plans).toHaveLength(count);
        const left = plans.map(({ cursor }) => sliceCount(split, from, cursor, NOW));
        expect(left).toEqual(plans.map((_, i) => count - 1 - i));
      }),
    );
  });

  it('ends within its count when nothing else can end it', () => {
    fc.assert(
      fc.property(anySplit, (split) => {
        const byCatalogue = ['nfiles', 'drainingn', 'stagedfiles', 'byexistingruns'].includes(split.type);
        const counted = sliceCount(split, source(datasetFor(split)), null, NOW) !== null;
        expect(typeOf(split).finite).toBe(byCatalogue || counted);
      }),
    );
  });

  it('writes queries that the language accepts, whatever the name of the dataset', () => {
    const name = fc
      .string({ unit: 'grapheme-ascii', minLength: 1 })
      .filter((text) => !/['"]/.test(text) && text.trim() !== '');
    fc.assert(
      fc.property(anySplit, name, (split, dataset) => {
        fc.pre(datasetProblem(split, dataset) === null);
        const plan = planSlice(split, source(dataset), null, NOW);
        const query =
          plan?.kind === 'query' ? plan.query : plan && 'source' in plan ? plan.source : 'file_id 1';
        expect(() => parseDimensions(query)).not.toThrow();
      }),
    );
  });

  it('refuses a dataset that does not suit it', () => {
    for (const text of ['nfiles(2)', 'mod(2)', 'byrun', 'new', 'drainingn(2)', 'byexistingruns', 'list']) {
      for (const dataset of ['', '  ', ...(text === 'list' ? [] : ['None'])]) {
        expect(() => planSlice(parseSplit(text), source(dataset), null, NOW)).toThrow(/needs/);
      }
    }
    for (const dataset of ['', 'a', '[]', '["a"]', '[["a"],[]]', '[[{}]]', '{"a":1}', 'null']) {
      expect(datasetProblem({ type: 'multiparam' }, dataset)).toContain('list of lists');
    }
    expect(datasetProblem({ type: 'none' }, 'None')).toBeNull();
  });
});

describe('splits that hand on names', () => {
  it('none and draining give the dataset every time', () => {
    expect(datasets('none', 'ds').slice(0, 3)).toEqual(['ds', 'ds', 'ds']);
    expect(datasets('draining', 'ds').slice(0, 3)).toEqual(['ds', 'ds', 'ds']);
  });

  it('list gives one after the other, trimmed', () => {
    expect(datasets('list', ' a, b ,\n c d,')).toEqual(['a', 'b', 'c d']);
  });

  it('multiparam gives every combination, the first list fastest', () => {
    expect(datasets('multiparam', '[["a","b"],["c","d"]]')).toEqual(['a_c', 'b_c', 'a_d', 'b_d']);
    expect(datasets('multiparam', '[[1,2]]')).toEqual(['1', '2']);
  });

  it('multiparam gives each combination exactly once', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sizes, (counts) => {
        const lists = counts.map((n, i) => Array.from({ length: n }, (_, k) => `${'abcd'[i]}${k}`));
        const got = launchAll({ type: 'multiparam' }, source(JSON.stringify(lists)), 1000);
        expect(got).toHaveLength(counts.reduce((product, n) => product * n, 1));
        expect(new Set(got.map((plan) => plan.kind === 'name' && plan.dataset)).size).toBe(got.length);
      }),
    );
  });
});

describe('splits that ask the catalogue', () => {
  it('nfiles takes n files from i*n on, until there are none', () => {
    expect(queries('nfiles(10)', 'ds').slice(0, 2)).toEqual([
      'ds_slice0_files10: defname: ds with limit 10 offset 0 [end]',
      'ds_slice1_files10: defname: ds with limit 10 offset 10 [end]',
    ]);
  });

  it.each(['nfiles', 'mod'] as const)('%s slices part the files: each in exactly one slice', (type) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 60 }), (n, total) => {
        const split: Split = type === 'mod' ? { type, parts: n } : { type, files: n };
        const files = Array.from({ length: total }, (_, i) => i);
        const taken: number[] = [];
        for (const plan of launchAll(split, source('ds'), total + 1)) {
          const tree = parseDimensions(plan.kind === 'query' ? plan.query : '');
          if (tree.kind !== 'with') throw new Error('no with clause');
          const { limit = Number.POSITIVE_INFINITY, offset = 0, stride = 1 } = tree.items;
          const slice = files
            .slice(offset)
            .filter((_, i) => i % stride === 0)
            .slice(0, limit);
          if (slice.length === 0 && plan.kind === 'query' && plan.whenEmpty === 'end') break;
          taken.push(...slice);
        }
        expect(taken.toSorted((a, b) => a - b)).toEqual(files);
      }),
    );
  });

  it('limitn takes the first n every time', () => {
    expect(queries('limitn(3)', 'ds').slice(0, 2)).toEqual([
      'ds_0_limit3: defname: ds with limit 3 [end]',
      'ds_1_limit3: defname: ds with limit 3 [end]',
    ]);
  });

  it('mod takes every m-th file and skips empty parts', () => {
    expect(queries('mod(2)', 'ds')).toEqual([
      'ds_slice0_of_2: defname: ds with stride 2 offset 0 [skip]',
      'ds_slice1_of_2: defname: ds with stride 2 offset 1 [skip]',
    ]);
  });

  it('byrun goes from low up to, without, high, and can be told to go on from a run', () => {
    expect(queries('byrun(low=7,high=9)', 'ds')).toEqual([
      'ds_run_7: defname: ds and run_number 7 [skip]',
      'ds_run_8: defname: ds and run_number 8 [skip]',
    ]);
    expect(queries('byrun(low=7,high=99)', 'ds', 98)).toEqual([
      'ds_run_98: defname: ds and run_number 98 [skip]',
    ]);
    expect(queries('byrun(low=7,high=9)', 'ds', 2)).toHaveLength(2);
  });
});

describe('draining splits', () => {
  it('drainingn names the drain and counts its slices', () => {
    const [first, second] = launchAll(parseSplit('drainingn(4)'), source('ds'), 2);
    expect(first).toEqual({
      kind: 'drain',
      drain: 's17',
      slice: 0,
      source: 'defname: ds',
      limit: 4,
      name: 'ds_slice_s17_0_stage_4',
      key: 'ds_slice_s17_0_stage_4',
      cursor: 1,
    });
    expect(second).toMatchObject({ slice: 1, cursor: 2 });
  });

  it('two stages that drain one dataset have different names', () => {
    const of = (drain: string) => planSlice(parseSplit('drainingn(4)'), { dataset: 'ds', drain }, null, NOW);
    expect(of('s1')?.key).not.toBe(of('s2')?.key);
  });

  it('stagedfiles takes what the project has consumed', () => {
    expect(planSlice(parseSplit('stagedfiles(4)'), source('prj'), 3, NOW)).toMatchObject({
      source: "project_name prj and consumed_status 'consumed'",
      name: 'prj_slice_s17_3_stage_4',
      limit: 4,
    });
  });

  it('byexistingruns leaves the run to the catalogue', () => {
    const plan = planSlice(parseSplit('byexistingruns'), source('ds'), 2, NOW);
    if (plan?.kind !== 'next-run') throw new Error('not the next run');
    expect(plan).toMatchObject({ slice: 2, source: 'defname: ds', cursor: 3 });
    expect(runSliceName(plan, 1234, 5)).toBe('ds_slice_s17_2_run_1234.0005');
    expect(runSliceName(plan, 1234, null)).toBe('ds_slice_s17_2_run_1234.0000');
  });
});
