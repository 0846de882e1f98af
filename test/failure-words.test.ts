/** The words by which batch systems say why a job failed, as the connectors write them, are told apart. */
import { describe, expect, it } from 'vitest';
import { recordedAds } from '../src/connectors/batch/htcondor/fake.ts';
import { eventsOf as eventsOfAd } from '../src/connectors/batch/htcondor/job-events.ts';
import { jobEvent } from '../src/connectors/batch/local/job-events.ts';
import { eventsOf as eventsOfRecord } from '../src/connectors/batch/slurm/job-events.ts';
import type { JobEvent } from '../src/connectors/batch/types.ts';
import { classify, type Failure } from '../src/domain/failures/classify.ts';
import { LOST } from '../src/engine/recall.ts';

function failureOf(events: readonly JobEvent[]): Failure | null {
  const last = events.at(-1);
  if (last === undefined) return null;
  const { state, exitCode = null, signal = null, reason = null } = last;
  const started = events.some((event) => event.state === 'running') ? 1 : null;
  return classify({ state, started, exitCode, signal, reason });
}

describe('Slurm', () => {
  const record = {
    ...{ job: 1, task: null, submissionId: 7, cancelledBy: null, exitCode: 0, signal: 0, restarts: 0 },
    ...{
      held: false,
      reason: '',
      submitted: 1000,
      eligible: 1000,
      evaluated: 1000,
      started: 2000,
      ended: 9000,
    },
    ...{ host: 'n1', cpuSeconds: null, memoryKb: null },
  };
  it.each([
    ['FAILED', 'exit-code'],
    ['TIMEOUT', 'time-limit'],
    ['DEADLINE', 'time-limit'],
    ['OUT_OF_MEMORY', 'memory'],
    ['NODE_FAIL', 'lost'],
    ['PREEMPTED', 'evicted'],
    ['BOOT_FAIL', 'not-started'],
    ['LAUNCH_FAILED', 'not-started'],
    ['RECONFIG_FAIL', 'not-started'],
    ['CANCELLED', 'removed'],
    ['REQUEUE_HOLD', 'held'],
  ])('%s is %s', (state, kind) => {
    expect(failureOf(eventsOfRecord({ ...record, state }, 'farm', 10_000))?.kind).toBe(kind);
  });
});

describe('HTCondor', () => {
  const ads = [...recordedAds('history.json'), ...recordedAds('queue.json')];
  const failures = ads.flatMap((ad) => failureOf(eventsOfAd(ad)) ?? []);

  it('what was recorded of a real pool is told apart by exit, signal, hold code and removal', () => {
    const kinds = new Set(failures.map(({ kind, code }) => (kind === 'removed' ? kind : `${kind} ${code}`)));
    expect([...kinds]).toEqual(expect.arrayContaining(['exit-code 1', 'signal KILL', 'held 6', 'removed']));
  });

  it('a rule of the job itself that removed it is no failure of its exit', () => {
    const byRule = ads.find((ad) => ad.ClusterId === 6);
    expect(byRule && failureOf(eventsOfAd(byRule))?.kind).toBe('removed');
  });
});

it('a job over its time limit on the local batch system', () => {
  const line = {
    ...{ event: 'end', job: '1.0', attempt: 1, at: 9000, code: 124, limit: 2 },
  } as Parameters<typeof jobEvent>[0];
  expect(failureOf([jobEvent(line, 7, 0)])?.kind).toBe('time-limit');
});

it('a job that the batch system forgot', () => {
  const forgotten = { state: 'failed', started: 1, exitCode: null, signal: null, reason: LOST } as const;
  expect(classify(forgotten)?.kind).toBe('lost');
});
