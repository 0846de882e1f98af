import { expect, it } from 'vitest';
import type { FailureGroup } from '../api/types.ts';
import { factorWords, failuresAnswer, nothingCommon, samplesWords, unreadWords } from './words.ts';

const host = { factor: 'host', value: 'n1', jobs: 87, of: 90, others: 0.01, common: true } as const;
const group: FailureGroup = {
  ...{ failure: 5, kind: 'exit-code', code: '127', text: '', words: 'exit code 127: not found' },
  ...{ jobs: 90, share: 0.09, wallSeconds: 900, wallShare: 1, first: '', last: '' },
  logs: { read: 0, unread: 0, problem: null, signatures: [] },
  ...{ factors: [host], timeline: null, examples: [] },
};

it('says a factor with its share among other jobs, and a time with its zone', () => {
  expect(factorWords(host)).toBe('host n1: 87 of 90, of other jobs 1%');
  expect(factorWords({ ...host, others: null })).toBe('host n1: 87 of 90');
  const time = {
    ...host,
    factor: 'time',
    value: '2026-11-24T08:00:00.000Z/2026-11-24T10:00:00.000Z',
  } as const;
  expect(factorWords(time, 'UTC')).toBe(
    '2026-11-24 08:00 UTC to 2026-11-24 10:00 UTC: 87 of 90, of other jobs 1%',
  );
});

it('tells a missing comparison from one that shows nothing', () => {
  expect(nothingCommon(group)).toMatch(/^No host/);
  expect(nothingCommon({ ...group, factors: [{ ...host, others: null }] })).toMatch(/no other jobs/);
});

it('tells logs that were not read yet from those that could not be', () => {
  expect(unreadWords(group)).toBe('No log was read yet.');
  const logs = { ...group.logs, unread: 1, problem: 'no such job' };
  expect(unreadWords({ ...group, logs })).toBe('No log line: no such job');
  expect(unreadWords({ ...group, kind: 'removed' }), 'its log is not asked for').toBeNull();
  expect([samplesWords(1, 1), samplesWords(4, 4), samplesWords(3, 4)]).toEqual([
    'in the one log that was read',
    'in all 4 logs that were read',
    'in 3 of 4 logs that were read',
  ]);
});

it('answers in one line', () => {
  expect(failuresAnswer({ jobs: 8, failed: 0, groups: [] })).toBe('None of 8 jobs has failed.');
  expect(failuresAnswer({ jobs: 100, failed: 90, groups: [group] })).toMatch(/, all with exit code 127/);
  expect(failuresAnswer({ jobs: 200, failed: 100, groups: [group, group] })).toMatch(
    /in 2 ways; most, 90%, with/,
  );
});
