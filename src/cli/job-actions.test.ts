import { describe, expect, it } from 'vitest';
import { useServer } from '../../test/support/cli.ts';
import { poms } from './fixture.ts';

const E = '/api/v1/experiments/demo';
const { serve } = useServer();

describe('actions', () => {
  const action = (more: object = {}) => ({
    jobActionId: 3,
    action: 'remove',
    as: 'Cancelled',
    scope: 'submission 7',
    reason: 'wrong version',
    requestedBy: 'jane',
    state: 'running',
    parts: 1,
    partsEnded: 0,
    jobs: 2,
    accepted: 0,
    notApplicable: 0,
    unknownJob: 0,
    failed: 0,
    launchesCancelled: 0,
    skipped: [],
    created: '2026-01-01T00:00:00Z',
    ended: null,
    partList: [],
    outcomes: [],
    ...more,
  });

  it('send the reason, wait until they are done, and fail when a job could not be acted on', async () => {
    let looks = 0;
    const { asked } = await serve({
      [`POST ${E}/submissions/7/actions/remove`]: () => ({
        json: { done: 'Asked for as action 3 on jobs.', launchId: null, jobActionId: 3 },
      }),
      [`GET ${E}/job-actions/3`]: () => ({
        json:
          ++looks === 1
            ? action()
            : action({
                state: 'failed',
                partsEnded: 1,
                accepted: 1,
                failed: 1,
                ended: '2026-01-01T00:00:01Z',
                outcomes: [{ submissionId: 7, batchId: '1.1@local', outcome: 'failed', detail: 'no answer' }],
              }),
      }),
    });
    const { exitCode, out } = await poms(
      'submission',
      'remove',
      '7',
      '--reason',
      'wrong version',
      '--as',
      'Cancelled',
    );
    expect(asked[0]?.body).toEqual({ reason: 'wrong version', as: 'Cancelled' });
    expect(out).toBe(
      'Action 3, remove submission 7: accepted for 1 job, 1 failed.\n  1.1@local: no answer\n',
    );
    expect(exitCode).toBe(1);
  });

  it('on jobs name them by numbers, batch ids or conditions', async () => {
    const { asked } = await serve({
      [`POST ${E}/job-actions`]: () => ({ json: action({ state: 'queued' }) }),
    });
    const scopeOf = async (...argv: string[]) => {
      const { exitCode, err } = await poms('job', ...argv, '--no-wait');
      return exitCode === 0 ? (asked.at(-1)?.body as { scope: unknown } | undefined)?.scope : err;
    };
    expect(await scopeOf('release', '5', '6')).toEqual({ jobs: [5, 6] });
    expect(await scopeOf('release', '12@farm')).toEqual({ batchIds: ['12@farm'] });
    expect(
      await scopeOf(
        'hold',
        '--campaign',
        'quakes',
        '--state',
        'idle,running',
        '--host',
        'n1',
        '--reason',
        'r',
      ),
    ).toEqual({ campaign: 'quakes', states: ['idle', 'running'], hosts: ['n1'] });
    expect(await scopeOf('remove', '--submission', '7,8', '--reason', 'r')).toEqual({ submissions: [7, 8] });
    expect(await scopeOf('hold', '5', '6@farm')).toContain('not both');
    expect(await scopeOf('hold')).toContain('Which jobs?');
    expect(await scopeOf('hold', 'five')).toContain('whole number');
  });

  it('on jobs are shown with --dry-run, and nothing is done', async () => {
    const { asked } = await serve({
      [`POST ${E}/job-actions/preview`]: () => ({
        json: {
          scope: 'campaign quakes',
          jobs: 12,
          byState: { idle: 8, running: 4, held: 0, completed: 0, failed: 0, removed: 0 },
          submissions: 1,
          launches: 0,
          firstSubmissions: [
            { submissionId: 7, campaign: 'quakes', stage: 'select', status: 'Running', jobs: 12 },
          ],
          firstJobs: [],
          skipped: [{ what: 'job', count: 3, why: 'has ended: completed' }],
        },
      }),
    });
    const { exitCode, out } = await poms('job', 'hold', '--campaign', 'quakes', '--dry-run');
    expect(exitCode).toBe(0);
    expect(out).toBe(
      'hold         campaign quakes\njobs         12 (8 idle, 4 running)\nsubmissions  1\n' +
        'left out     3 jobs (has ended: completed)\n  7  quakes / select  Running  12 jobs\n',
    );
    expect(asked.map(({ path }) => path)).toEqual([`${E}/job-actions/preview`]);
  });
});
