import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../types.ts';
import type { Ad } from './ads.ts';
import { recordedAds } from './fake.ts';
import { announcedJobs, eventsOf } from './job-events.ts';

const ALL = [...recordedAds('history.json'), ...recordedAds('queue.json')];

function ad(cluster: number, process = 0): Ad {
  const found = ALL.find((one) => one.ClusterId === cluster && one.ProcId === process);
  if (found === undefined) throw new Error(`${cluster}.${process} is not recorded`);
  return found;
}

const states = (one: Ad) => eventsOf(one).map(({ state }) => state);
const last = (one: Ad): JobEvent | undefined => eventsOf(one).at(-1);

describe('an ad tells the whole life of its job', () => {
  it('completed', () => {
    expect(eventsOf(ad(1))).toEqual([
      expect.objectContaining({ key: '1.0@pool@localhost#1795506523S', state: 'idle', attempt: 1 }),
      expect.objectContaining({
        key: '1.0@pool@localhost#1795506523R1795506524',
        state: 'running',
        host: 'localhost',
      }),
      expect.objectContaining({
        ...{ key: '1.0@pool@localhost#1795506523E', batchId: '1.0@pool@localhost', submissionId: 930001 },
        ...{ state: 'completed', exitCode: 0, cpuSeconds: 0 },
      }),
    ]);
  });

  it('failed, by exit code and by signal', () => {
    expect(last(ad(1, 1))).toMatchObject({ state: 'failed', exitCode: 1, wallSeconds: 1, memoryKb: 4632 });
    const killed = ALL.find((one) => one.ExitBySignal === true && one.JobStatus === 4);
    expect(killed && last(killed)).toMatchObject({ state: 'failed', signal: 'KILL' });
    expect(killed && last(killed)).not.toHaveProperty('exitCode');
  });

  it('held, running, idle', () => {
    expect(states(ad(69))).toEqual(['idle', 'running', 'held']);
    expect(last(ad(69))?.reason).toMatch(/errno=2.*\(code 6, subcode 2\)$/);
    expect(states(ad(70))).toEqual(['idle', 'running']);
    expect(states(ad(71))).toEqual(['idle']);
  });

  it('removed by a person, and by a rule of its own', () => {
    expect(last(ad(33, 1))).toMatchObject({ state: 'removed', reason: expect.stringContaining('by user') });
    expect(last(ad(6))).toMatchObject({ state: 'failed', reason: expect.stringContaining('PeriodicRemove') });
  });

  it("DAGMan's own job", () => {
    expect(last(ad(8))).toMatchObject({
      state: 'failed',
      exitCode: 1,
      reason: 'DAGMan: 1 of 2 nodes failed.',
    });
    expect(last(ad(9))?.reason).toMatch(/^DAGMan could not begin the graph/);
  });

  it('completed long ago, and removed from the queue when its output was fetched', () => {
    const fetched = { ...ad(1), JobStatus: 3, LastJobStatus: 4, EnteredCurrentStatus: 1795599999 };
    expect(last(fetched)).toMatchObject({ state: 'completed', exitCode: 0 });
    expect(last(fetched)?.key).toBe(last(ad(1))?.key);
  });

  it('released and not yet running again: idle, in the attempt that was before', () => {
    const released = { ...ad(69), JobStatus: 1, EnteredCurrentStatus: 1795509999 };
    expect(states(released)).toEqual(['idle', 'running', 'idle']);
    expect(last(released)).toMatchObject({ attempt: 1, at: new Date(1795509999_000) });
  });

  it('over the limit that poms-submit was given', () => {
    expect(last({ ...ad(1), ExitCode: 124, POMS4_TIME_LIMIT: 5 })?.reason).toBe(
      'It ran longer than its limit of 5 s.',
    );
    expect(last({ ...ad(1), ExitCode: 124 })?.reason).toBeUndefined();
  });

  it('waiting for its input files is idle, not held', () => {
    expect(states({ ...ad(71), JobStatus: 5, HoldReasonCode: 16 })).toEqual(['idle']);
  });

  it('at a site, by the attributes that pools use', () => {
    expect(eventsOf({ ...ad(70), MATCH_GLIDEIN_Site: 'CERN' }).at(-1)).toMatchObject({ site: 'CERN' });
  });
});

describe('events of ads', () => {
  const times = fc.integer({ min: 1, max: 2_000_000_000 });
  const value = fc.oneof(
    fc.constant(null),
    fc.constant('/Expr(time())/'),
    fc.integer(),
    fc.string(),
    fc.boolean(),
    times,
  );
  const names = [...new Set(ALL.flatMap((one) => Object.keys(one)))];
  const anyAd = fc
    .tuple(fc.constantFrom(...ALL), fc.dictionary(fc.constantFrom(...names), value), fc.subarray(names))
    .map(([one, changed, without]) =>
      Object.fromEntries(Object.entries({ ...one, ...changed }).filter(([name]) => !without.includes(name))),
    );

  it('never break, whatever an ad lacks or holds, and are the same for the same ad', () => {
    fc.assert(
      fc.property(anyAd, (one) => {
        const events = eventsOf(one);
        expect(eventsOf({ ...one, ServerTime: 1 })).toEqual(events);
        expect(new Set(events.map(({ key }) => key)).size).toBe(events.length);
        for (const event of events) {
          expect(Number.isNaN(event.at.getTime())).toBe(false);
          expect(event.attempt).toBeGreaterThanOrEqual(1);
        }
      }),
    );
  });

  it('of real ads are in the order of time', () => {
    for (const one of ALL) {
      const at = eventsOf(one).map((event) => event.at.getTime());
      expect(at).toEqual(at.toSorted((a, b) => a - b));
    }
  });

  it('an ad without submission, schedd or number is nobody of ours', () => {
    for (const name of ['POMS4_SUBMISSION_ID', 'GlobalJobId', 'ClusterId', 'ProcId', 'QDate', 'JobStatus']) {
      expect(eventsOf({ ...ad(1), [name]: undefined })).toEqual([]);
    }
    expect(eventsOf({ ...ad(1), POMS4_SUBMISSION_ID: '/Expr(x)/' })).toEqual([]);
  });
});

it('a cluster that comes piece by piece is announced whole by any of its jobs', () => {
  const jobs = announcedJobs(ad(7, 7));
  expect(jobs.map(({ batchId }) => batchId)).toEqual(
    [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `7.${n}@pool@localhost`),
  );
  expect(jobs[7]?.key).toBe(eventsOf(ad(7, 7))[0]?.key);
  expect(announcedJobs(ad(1))).toEqual([]);
});
