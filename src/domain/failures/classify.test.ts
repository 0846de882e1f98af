import { expect, it } from 'vitest';
import { classify, type FailureFacts, failureWords } from './classify.ts';

const job = (more: Partial<FailureFacts>): FailureFacts => ({
  state: 'failed',
  started: 1,
  exitCode: null,
  signal: null,
  reason: null,
  ...more,
});

it.each<[Partial<FailureFacts>, string, string]>([
  [{ exitCode: 127 }, 'exit-code', '127'],
  [{ signal: 'SEGV' }, 'signal', 'SEGV'],
  [{ exitCode: 124, reason: 'It ran longer than its limit of 60 s.' }, 'time-limit', '124'],
  [{ signal: 'TERM', reason: 'ran longer than its time limit' }, 'time-limit', 'TERM'],
  [{ exitCode: 1, reason: 'used more memory than it had asked for' }, 'memory', '1'],
  [{ reason: 'the node it ran on failed' }, 'lost', ''],
  [{ reason: 'the batch system no longer knows the job; how it ended was not seen' }, 'lost', ''],
  [{ reason: 'was stopped for a job of higher priority' }, 'evicted', ''],
  [{ reason: 'it could not be started on its node' }, 'not-started', ''],
  [{ started: null }, 'not-started', ''],
  [{ state: 'held', reason: 'Error from slot1: out of disk (code 34, subcode 0)' }, 'held', '34'],
  [{ state: 'removed', reason: 'via condor_rm (by user me)' }, 'removed', ''],
])('%o is %s %s', (facts, kind, code) => {
  expect(classify(job(facts))).toMatchObject({ kind, code });
});

it('a job that is well has no failure', () => {
  for (const state of ['idle', 'running', 'completed'] as const) expect(classify(job({ state }))).toBeNull();
});

it('the hold code is not part of the text, and limits of other lengths are the same failure', () => {
  expect(classify(job({ state: 'held', reason: 'No such file (code 13, subcode 2)' }))?.text).toBe(
    'No such file',
  );
  const limit = (seconds: number) =>
    classify(job({ exitCode: 124, reason: `It ran longer than its limit of ${seconds} s.` }));
  expect(limit(60)).toEqual(limit(90));
});

it('codes are said in words where they mean something', () => {
  expect(failureWords({ kind: 'exit-code', code: '137' })).toBe(
    'exit code 137: killed (KILL), often for its memory',
  );
  expect(failureWords({ kind: 'exit-code', code: '77' })).toBe('exit code 77');
  expect(failureWords({ kind: 'held', code: '34' })).toMatch(/^held 34: it used more memory/);
  expect(failureWords({ kind: 'lost', code: '' })).toBe('lost by the batch system');
});
