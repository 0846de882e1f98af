import { expect, it } from 'vitest';
import { cpuSeconds, exitOf, jobEvent, stateAfter } from './job-events.ts';
import { type JobLine, parseLine } from './spool.ts';

const end = (more: Partial<JobLine>): JobLine =>
  ({ event: 'end', job: '17.3', submission: 5, attempt: 2, at: 1000, ...more }) as JobLine;

it('tells exit codes from signals', () => {
  expect(exitOf(0)).toEqual({ exitCode: 0 });
  expect(exitOf(127)).toEqual({ exitCode: 127 });
  expect(exitOf(139)).toEqual({ signal: 'SEGV' });
  expect(exitOf(255)).toEqual({ exitCode: 255 });
});

it('sums processor times as dash, bash and others print them', () => {
  expect(cpuSeconds('0m0.000000s 0m0.010000s')).toBe(0.01);
  expect(cpuSeconds('1m2.500s 0m0.250s')).toBe(62.75);
});

it('leaves out what is not known, instead of saying 0', () => {
  const event = jobEvent(end({ code: 1 }), 5, 99);
  expect(event).toEqual({
    key: '17.3:2:end',
    submissionId: 5,
    batchId: '17.3@local',
    at: new Date(1000),
    state: 'failed',
    attempt: 2,
    exitCode: 1,
  });
});

it('counts a job that was ended for its time limit as failed, also when it left with 0', () => {
  expect(stateAfter(end({ code: 0 }))).toBe('completed');
  expect(stateAfter(end({ code: 0, limit: 60 }))).toBe('failed');
});

it('gives what can happen again to an attempt a key of its own each time', () => {
  const held = parseLine(
    '{"event":"held","job":"17.3","submission":5,"attempt":1,"at":1,"reason":"x"}',
  ) as JobLine;
  expect(jobEvent(held, 5, 10).key).not.toBe(jobEvent(held, 5, 20).key);
});
