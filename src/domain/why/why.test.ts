import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOB_STATES, NO_JOBS } from '../job-state.ts';
import { STATUSES } from '../status.ts';
import { type JobFacts, type SubmissionFacts, whyJob, whySubmission } from './index.ts';

const NOW = new Date('2026-01-31T12:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);
const BATCH = { system: 'farm', looked: ago(2), problem: null, problemSince: null };

const submission = (more: Partial<SubmissionFacts> = {}): SubmissionFacts => ({
  now: NOW,
  status: 'Idle',
  statusSince: ago(600),
  launch: { state: 'done', since: ago(700), detail: null, host: 'gpvm01', ahead: 0, underWay: 0 },
  hold: null,
  batch: BATCH,
  jobs: { ...NO_JOBS, idle: 10 },
  held: null,
  idleAhead: 0,
  action: null,
  work: null,
  recovery: null,
  gather: null,
  ...more,
});
const launch = (more: Partial<SubmissionFacts['launch']>) => ({
  status: 'New' as const,
  jobs: NO_JOBS,
  launch: { ...submission().launch, ...more },
});
const work = (kind: 'locate' | 'follow-up', note: string | null) => ({ kind, note, due: ago(-40) });
const action = (what: 'hold' | 'remove', open: boolean, detail: string | null = null) => ({
  action: what,
  by: 'jane',
  at: ago(300),
  open,
  detail,
});

describe('a submission', () => {
  const hold = { scope: 'stage', heldBy: 'jane', since: ago(7200), reason: 'the disk is full' };
  it.each<[string, Partial<SubmissionFacts>, string, string]>([
    [
      'whose launches are held',
      { ...launch({ state: 'queued' }), hold },
      'launches-held',
      'Launches of the stage have been held by jane for 2 h: the disk is full.',
    ],
    [
      'behind others',
      launch({ state: 'queued', ahead: 3, underWay: 8 }),
      'launch-queued',
      'Its launch waits: 3 launches before it and 8 under way on gpvm01.',
    ],
    [
      'whose launch host is away',
      launch({ state: 'queued', since: ago(240), detail: 'gpvm01 cannot be reached', ahead: 3 }),
      'launch-host-away',
      'Its launch has waited for 4 min: gpvm01 cannot be reached.',
    ],
    [
      'that no engine launches',
      launch({ state: 'queued', since: ago(240) }),
      'no-engine',
      'Its launch is next and nobody has taken it for 4 min: does an engine run?',
    ],
    [
      'whose launch was put off',
      launch({ state: 'running', detail: 'Launch host gpvm01 could not be asked: no route' }),
      'launch-interrupted',
      'Its launch is tried again: Launch host gpvm01 could not be asked: no route.',
    ],
    [
      'whose launch script runs',
      launch({ state: 'running', since: ago(45) }),
      'launch-script-runs',
      'Its launch script has been running on gpvm01 for 45 s.',
    ],
    [
      'whose launch failed',
      { ...launch({ state: 'failed', detail: 'The script was not found.' }), status: 'LaunchFailed' },
      'launch-failed',
      'Its launch failed: The script was not found. Launch it again when that is mended.',
    ],
    [
      'that a person has to approve',
      { status: 'Awaiting Approval', jobs: NO_JOBS, statusSince: ago(3 * 86_400) },
      'approval',
      'It has waited for 3 days for a person to approve it.',
    ],
    [
      'whose removal the batch system has not taken on',
      { action: action('remove', true, 'Batch system farm could not be asked: timeout') },
      'action-under-way',
      'Removing its jobs was asked for by jane 5 min ago. Batch system farm could not be asked: timeout.',
    ],
    [
      'on a batch system that is away',
      { batch: { ...BATCH, problem: 'collector down', problemSince: ago(1800) } },
      'batch-away',
      'Batch system farm has not answered for 30 min: collector down.',
    ],
    [
      'whose batch system nobody asks',
      { batch: { ...BATCH, looked: ago(7200) } },
      'no-engine',
      'Nobody has asked batch system farm for 2 h: does an engine run?',
    ],
    [
      'without jobs',
      { status: 'New', jobs: NO_JOBS },
      'not-seen-yet',
      'It was submitted to farm, and no job of it was seen yet for 10 min.',
    ],
    [
      'with held jobs',
      {
        status: 'Held',
        jobs: { ...NO_JOBS, held: 3, completed: 7 },
        held: { reason: 'Disk quota exceeded', count: 2, since: ago(60) },
        action: action('hold', false),
      },
      'held',
      '3 of 10 jobs are held (2 of them for this reason): Disk quota exceeded.',
    ],
    [
      'that a person has held',
      {
        status: 'Held',
        jobs: { ...NO_JOBS, held: 10 },
        held: { reason: 'maintenance (jane)', count: 10, since: ago(60) },
        action: action('hold', false),
      },
      'held',
      '10 of 10 jobs are held, as jane asked 5 min ago: maintenance (jane).',
    ],
    [
      'that runs',
      { status: 'Running', jobs: { ...NO_JOBS, running: 4, idle: 5, completed: 1 } },
      'running',
      '4 of 10 jobs run, 1 has ended, 5 wait.',
    ],
    [
      'behind the jobs of others',
      { idleAhead: 250 },
      'idle',
      '10 jobs wait on farm, behind 250 idle jobs of earlier submissions.',
    ],
    [
      'whose output is not there',
      { status: 'Completed', work: work('locate', '3 files have located output, 10 are needed.') },
      'output',
      '3 files have located output, 10 are needed. The next look is in 40 s.',
    ],
    [
      'with a recovery under way',
      { status: 'Located', recovery: { submissionId: 17, status: 'Running' }, work: work('follow-up', 'x') },
      'recovery',
      'What follows waits for its recovery, submission 17, which is Running.',
    ],
    [
      'whose dependents cannot be launched',
      { status: 'Located', work: work('follow-up', 'Stage merge: the split is wrong.') },
      'follow-up',
      'Stage merge: the split is wrong. It is tried again in 40 s.',
    ],
    [
      'of a run that is not over',
      { status: 'Located', gather: { stage: 'merge', open: 3 } },
      'others-of-run',
      'Stage merge waits for 3 more submissions of the run.',
    ],
    [
      'that failed',
      { status: 'Failed', jobs: { ...NO_JOBS, failed: 8, completed: 2 } },
      'failed',
      '8 jobs of 10 failed. Nothing follows by itself: launch a recovery, or launch it again.',
    ],
    ['that is done', { status: 'Located' }, 'done', 'Nothing is left to do: its output is located.'],
  ])('%s', (_what, facts, code, text) => {
    expect(whySubmission(submission(facts))).toMatchObject({ code, text });
  });

  it('is told what the batch system says of its first idle job, or that it could not be asked', () => {
    const said = whySubmission(submission(), { text: 'No slot has 64 GB' }).text;
    expect(said).toMatch(/before them\. No slot has 64 GB\.$/);
    const failed = whySubmission(submission(), { problem: 'no answer within 10 s' }).text;
    expect(failed).toMatch(/Asking the batch system why failed: no answer within 10 s\.$/);
  });
});

describe('a job', () => {
  const job = (more: Partial<JobFacts>): JobFacts => ({
    now: NOW,
    state: 'idle',
    since: ago(600),
    attempt: 1,
    host: null,
    exitCode: null,
    signal: null,
    reason: null,
    batch: BATCH,
    idleAhead: 12,
    ...more,
  });
  it.each<[string, Partial<JobFacts>, string, string]>([
    ['that waits', {}, 'idle', 'It has waited on farm for 10 min, behind 12 idle jobs that came earlier.'],
    [
      'that is held',
      { state: 'held', reason: 'Disk quota exceeded' },
      'held',
      'It has been held for 10 min: Disk quota exceeded.',
    ],
    [
      'that runs again',
      { state: 'running', host: 'n1', attempt: 2 },
      'running',
      'It has been running on n1 for 10 min, as attempt 2.',
    ],
    ['that failed', { state: 'failed', exitCode: 3 }, 'failed', 'It failed with exit status 3.'],
    [
      'that was killed',
      { state: 'failed', signal: 'KILL', reason: 'out of memory' },
      'failed',
      'It failed by signal KILL. Out of memory.',
    ],
    [
      'that ended well, though its system is away',
      { state: 'completed', batch: { ...BATCH, problem: 'x', problemSince: ago(60) } },
      'done',
      'It ended well.',
    ],
  ])('%s', (_what, facts, code, text) => {
    expect(whyJob(job(facts))).toMatchObject({ code, text });
  });
});

it('whatever the facts, there is one answer in whole sentences', () => {
  const date = fc.date({ min: ago(1e7), max: ago(-1e4), noInvalidDate: true });
  const words = fc.constantFrom('why', 'because of it.', 'x');
  const name = fc.constantFrom('jane', 'merge');
  const facts = fc.record({
    now: fc.constant(NOW),
    status: fc.constantFrom(...STATUSES),
    statusSince: date,
    launch: fc.record({
      state: fc.constantFrom('queued', 'claimed', 'running', 'done', 'failed', 'cancelled' as const),
      since: date,
      detail: fc.option(words),
      host: fc.constant('h'),
      ahead: fc.nat(2),
      underWay: fc.nat(2),
    }),
    hold: fc.option(fc.record({ scope: fc.constant('stage'), heldBy: name, since: date, reason: words })),
    batch: fc.record({
      system: fc.constant('s'),
      looked: fc.option(date),
      problem: fc.option(words),
      problemSince: fc.option(date),
    }),
    jobs: fc.record(
      Object.fromEntries(JOB_STATES.map((state) => [state, fc.nat(2)])) as Record<
        keyof typeof NO_JOBS,
        fc.Arbitrary<number>
      >,
    ),
    held: fc.option(fc.record({ reason: fc.option(words), count: fc.nat(3), since: date })),
    idleAhead: fc.nat(3),
    action: fc.option(
      fc.record({
        action: fc.constantFrom('hold', 'release', 'remove' as const),
        by: name,
        at: date,
        open: fc.boolean(),
        detail: fc.option(words),
      }),
    ),
    work: fc.option(
      fc.record({ kind: fc.constantFrom('locate', 'follow-up' as const), note: fc.option(words), due: date }),
    ),
    recovery: fc.option(fc.record({ submissionId: fc.option(fc.nat()), status: name })),
    gather: fc.option(fc.record({ stage: name, open: fc.nat(2) })),
  });
  fc.assert(
    fc.property(facts, (some) => {
      const why = whySubmission(some);
      expect(why.text).toMatch(/^[A-Z0-9].*[.!?]$/s);
      expect(why.text).not.toMatch(/undefined|null|NaN|\.\./);
    }),
  );
});
