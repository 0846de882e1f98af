/** Arbitrary splits for property tests. */
import fc from 'fast-check';
import type { Split } from './types.ts';

const files = fc.integer({ min: 1, max: 50 });
const time = fc.option(fc.integer({ min: 0, max: 2_000_000_000 }));

const newSplit: fc.Arbitrary<Split> = fc
  .record({
    type: fc.constant('new' as const),
    windows: fc.integer({ min: 1, max: 100 }),
    round: fc.constantFrom(1, 60, 3600, 86_400),
    fts: fc.integer({ min: 0, max: 100_000 }),
    localtime: fc.boolean(),
    firsttime: time,
    lasttime: time,
  })
  .map(({ windows, ...split }) => ({ ...split, window: windows * split.round }));

const byRun: fc.Arbitrary<Split> = fc
  .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 50 }))
  .map(([low, runs]) => ({ type: 'byrun', low, high: low + runs }));

/** Any split that parsing could have given. */
export const anySplit: fc.Arbitrary<Split> = fc.oneof(
  fc.constantFrom<Split[]>(
    { type: 'none' },
    { type: 'draining' },
    { type: 'byexistingruns' },
    { type: 'list' },
    { type: 'multiparam' },
  ),
  fc
    .tuple(fc.constantFrom('drainingn', 'nfiles', 'limitn', 'stagedfiles'), files)
    .map(([type, n]): Split => ({ type, files: n })),
  files.map((parts): Split => ({ type: 'mod', parts })),
  byRun,
  newSplit,
);
