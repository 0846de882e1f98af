import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDimensions } from './dimensions/index.ts';
import type { OutputSpec } from './output.ts';
import {
  askedRecovery,
  nextRecovery,
  parseRecoveryType,
  RECOVERY_TYPES,
  type Recovery,
  recoveryName,
  recoveryQuery,
  wrapUpStep,
} from './recoveries.ts';
import { isFinal, STATUSES, type Status } from './status.ts';

const output: OutputSpec = {
  patterns: ['%.root'],
  softwareVersion: 'v1_0',
  createdAfter: new Date('2024-05-01T12:00:00Z'),
  depth: 1,
};
const of = { project: 'prj', dataset: 'ds', output };
const queryOf = (...args: Parameters<typeof recoveryQuery>): string => {
  const result = recoveryQuery(...args);
  return 'query' in result ? result.query : `problem: ${result.problem}`;
};

describe('the input of a recovery', () => {
  it.each([
    ['consumed_status', 'snapshot_for_project_name prj minus (project_name prj and consumed_status co%)'],
    ['process_status', 'project_name prj minus (project_name prj and consumed_status co%)'],
    ['added_files', 'defname: ds minus snapshot_for_project_name prj'],
    [
      'pending_files',
      'snapshot_for_project_name prj minus (isparentof:( version v1_0 and ' +
        "create_date > '2024-05-01T12:00:00+0000' and file_name like '%.root' ))",
    ],
    [
      'delivered_not_consumed',
      'project_name prj and consumed_status skipped,unknown,delivered,transferred,unconsumed,cancelled',
    ],
  ] as const)('%s', (type, query) => {
    expect(queryOf(type, of)).toBe(query);
  });

  it('asks for a child, as many generations away as told, of every pattern', () => {
    const query = queryOf('pending_files', { ...of, output: { ...output, patterns: ['%.a,%.b'], depth: 2 } });
    const child = (pattern: string) =>
      `isparentof:( isparentof:( version v1_0 and create_date > '2024-05-01T12:00:00+0000' and file_name like '${pattern}' ) )`;
    expect(query).toBe(`snapshot_for_project_name prj minus (${child('%.a')} and ${child('%.b')})`);
  });

  it('looks for any file where no pattern is given, and for any version where none is', () => {
    const query = queryOf('pending_files', {
      ...of,
      output: { ...output, patterns: [], softwareVersion: '' },
    });
    expect(query).toContain("isparentof:( create_date > '2024-05-01T12:00:00+0000' and file_name like '%' )");
  });

  it('is a problem and no query when project or dataset are not known', () => {
    for (const type of Object.keys(RECOVERY_TYPES)) {
      const known = parseRecoveryType(type);
      if (known === null) throw new Error(`${type} is not read`);
      for (const project of [null, ''])
        expect(recoveryQuery(known, { ...of, project })).toHaveProperty('problem');
    }
    expect(recoveryQuery('added_files', { ...of, dataset: null })).toHaveProperty('problem');
    expect(recoveryQuery('consumed_status', { ...of, dataset: null })).toHaveProperty('query');
  });

  it('is text that the language accepts, whatever the names', () => {
    const name = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((text) => !text.includes('"'));
    const type = fc.constantFrom(
      ...Object.keys(RECOVERY_TYPES).flatMap((text) => parseRecoveryType(text) ?? []),
    );
    fc.assert(
      fc.property(type, name, name, fc.integer({ min: 1, max: 5 }), (kind, project, version, depth) => {
        const query = queryOf(kind, {
          project,
          dataset: project,
          output: { ...output, softwareVersion: version, depth },
        });
        expect(() => parseDimensions(query)).not.toThrow();
      }),
    );
  });
});

describe('names', () => {
  it('of recovery types have aliases; unknown ones are refused', () => {
    expect(parseRecoveryType('proj_status')).toBe('process_status');
    expect(parseRecoveryType('pending files')).toBe('pending_files');
    for (const text of ['', 'everything', 'toString']) expect(parseRecoveryType(text)).toBeNull();
  });

  it('of recovery datasets have submission and position', () => {
    expect(recoveryName(12, 0)).toBe('poms_recover_12_0');
  });
});

describe('the chain of recoveries', () => {
  const list: Recovery[] = [
    { type: 'consumed_status', parameters: [['-N ', '1']] },
    { type: 'consumed_status', parameters: [['-N ', '2']] },
    { type: 'pending_files', parameters: [] },
  ];

  it('takes each of the list once, in order, with its own overrides (defects R1, R2)', () => {
    const taken: Recovery[] = [];
    for (let next = nextRecovery(list, 0); next !== null; next = nextRecovery(list, next.after)) {
      expect(next.position).toBe(taken.length);
      taken.push(next.recovery);
    }
    expect(taken).toEqual(list);
  });

  const step = (launched: Status[], position: number, original: Status = 'Located') =>
    wrapUpStep({ original, launched, recoveries: list, position });

  it('goes on when the recovery before is located, and to the dependents when the list is exhausted', () => {
    expect(step([], 0)).toMatchObject({ step: 'recover', position: 0, after: 1, recovery: list[0] });
    expect(step(['Running'], 1)).toEqual({ step: 'wait', why: 'Its recovery is Running.' });
    expect(step(['Located'], 1)).toMatchObject({ step: 'recover', position: 1, recovery: list[1] });
    expect(step(['Located', 'Located', 'Located'], 3)).toEqual({ step: 'dependents' });
    expect(wrapUpStep({ original: 'Located', launched: [], recoveries: [], position: 0 })).toEqual({
      step: 'dependents',
    });
  });

  it('ends with a recovery that a person stopped: no other follows, the dependents do', () => {
    expect(step(['Removed'], 1)).toEqual({ step: 'dependents' });
    expect(step(['Located', 'Cancelled'], 2)).toEqual({ step: 'dependents' });
  });

  it('goes on with the list when a stopped recovery was launched again', () => {
    expect(step(['Removed', 'Located'], 1)).toMatchObject({ step: 'recover', position: 1 });
  });

  it('waits for one that could not be launched, until it is launched again', () => {
    expect(step(['LaunchFailed'], 1)).toMatchObject({ step: 'wait' });
    expect(step(['LaunchFailed', 'Running'], 1)).toMatchObject({ step: 'wait' });
    expect(step(['LaunchFailed', 'Located'], 1)).toMatchObject({ step: 'recover' });
  });

  it('starts nothing while anything before it can still change by itself', () => {
    const status = fc.constantFrom(...STATUSES);
    fc.assert(
      fc.property(status, fc.array(status, { maxLength: 4 }), fc.nat(4), (original, launched, position) => {
        const { step: next } = step(launched, position, original);
        const underWay = launched.some((one) => !isFinal(one));
        const last = launched.at(-1);
        const failed = last === 'Failed' || last === 'LaunchFailed';
        expect(next === 'wait').toBe(original !== 'Located' || underWay || failed);
      }),
    );
  });

  it('never recovers after a stop, and never leaves the list', () => {
    const status = fc.constantFrom(...STATUSES);
    fc.assert(
      fc.property(fc.array(status, { maxLength: 4 }), fc.nat(6), (launched, position) => {
        const next = step(launched, position);
        if (next.step !== 'recover') return;
        expect(['Located', undefined]).toContain(launched.at(-1));
        expect(next).toMatchObject({ position, after: position + 1, recovery: list[position] });
      }),
    );
  });
});

describe('a recovery that a person asks for', () => {
  const list: Recovery[] = [
    { type: 'consumed_status', parameters: [['--a=', '1']] },
    { type: 'pending_files', parameters: [['--b=', '2']] },
  ];
  it.each([
    ['the first, before any was done', list, 0, null, list[0]],
    ['the next that was not done', list, 1, null, list[1]],
    ['the first again, when all were done', list, 2, null, list[0]],
    ['the usual one, where there is no list', [], 0, null, { type: 'consumed_status', parameters: [] }],
    ['the type named, with its parameters', list, 1, 'consumed_status' as const, list[0]],
    [
      'a type named that is not in the list',
      list,
      0,
      'added_files' as const,
      { type: 'added_files', parameters: [] },
    ],
  ])('is %s', (_, recoveries, position, type, expected) => {
    expect(askedRecovery(recoveries, position, type)).toEqual(expected);
  });
});
