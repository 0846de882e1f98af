import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  joinParameters,
  mergeParameters,
  type ParameterLayers,
  type Parameters,
  traceParameters,
} from './parameters.ts';

const none: ParameterLayers = {
  jobType: [],
  campaign: [],
  mergeOverrides: false,
  stage: [],
  launch: [],
  test: [],
  isTest: false,
};

/** Few keys, so that they meet often. */
const parameters = (): fc.Arbitrary<Parameters> =>
  fc.array(fc.tuple(fc.constantFrom('--a=', '--b=', '--c=', '-o '), fc.string({ maxLength: 3 })));
const layers: fc.Arbitrary<ParameterLayers> = fc.record({
  jobType: parameters(),
  campaign: parameters(),
  mergeOverrides: fc.boolean(),
  stage: parameters(),
  launch: parameters(),
  test: parameters(),
  isTest: fc.boolean(),
});

/** All pairs in the order in which they are applied. */
const applied = (of: ParameterLayers): Parameters => [
  ...of.jobType,
  ...(of.mergeOverrides ? of.campaign : []),
  ...of.stage,
  ...of.launch,
  ...(of.isTest ? [...of.test, ...of.launch] : []),
];

describe('merging parameters', () => {
  it('gives the later layer the last word and keeps the first place', () => {
    const merged = mergeParameters({
      ...none,
      jobType: [
        ['--n=', '1'],
        ['--x=', 'job type'],
      ],
      campaign: [['--x=', 'campaign']],
      mergeOverrides: true,
      stage: [['--n=', '2']],
    });
    expect(merged).toEqual([
      ['--n=', '2'],
      ['--x=', 'campaign'],
    ]);
  });

  it('uses campaign defaults only when the stage merges them', () => {
    expect(mergeParameters({ ...none, campaign: [['--x=', '1']] })).toEqual([]);
  });

  it('uses test overrides only in test launches, and launch overrides win over them', () => {
    const of: ParameterLayers = {
      ...none,
      test: [
        ['-N ', '1'],
        ['--t=', '1'],
      ],
      launch: [['-N ', '5']],
    };
    expect(mergeParameters(of)).toEqual([['-N ', '5']]);
    expect(mergeParameters({ ...of, isTest: true })).toEqual([
      ['-N ', '5'],
      ['--t=', '1'],
    ]);
  });

  it('keeps first-insertion order and the last value of each key', () => {
    fc.assert(
      fc.property(layers, (of) => {
        const all = applied(of);
        const merged = mergeParameters(of);
        expect(merged.map(([key]) => key)).toEqual([...new Set(all.map(([key]) => key))]);
        expect(new Map(merged)).toEqual(new Map(all));
      }),
    );
  });

  it('is idempotent: the merged list as a job type gives itself', () => {
    fc.assert(
      fc.property(layers, (of) => {
        const merged = mergeParameters(of);
        expect(mergeParameters({ ...none, jobType: merged })).toEqual(merged);
      }),
    );
  });
});

describe('origins of parameters', () => {
  it('tell who set the value and what it replaced', () => {
    const traced = traceParameters({
      ...none,
      jobType: [['--n=', '1']],
      stage: [['--n=', '2']],
      launch: [['--n=', '3']],
    });
    expect(traced).toEqual([
      {
        key: '--n=',
        value: '3',
        origin: 'launch',
        replaced: [
          { value: '1', origin: 'job type' },
          { value: '2', origin: 'stage' },
        ],
      },
    ]);
  });

  it('name a layer that really has the value, and lose no setting', () => {
    fc.assert(
      fc.property(layers, (of) => {
        const byOrigin = {
          'job type': of.jobType,
          campaign: of.campaign,
          stage: of.stage,
          launch: of.launch,
          test: of.test,
        };
        const traced = traceParameters(of);
        for (const { key, value, origin } of traced) expect(byOrigin[origin]).toContainEqual([key, value]);
        const settings = traced.reduce((sum, { replaced }) => sum + 1 + replaced.length, 0);
        expect(settings).toBe(applied(of).length);
      }),
    );
  });
});

it('joins key and value without, and parameters with, a blank', () => {
  expect(
    joinParameters([
      ['--a=', '1'],
      ['-o ', 'x'],
    ]),
  ).toBe('--a=1 -o x');
  expect(joinParameters([])).toBe('');
});
