import { expect, it } from 'vitest';
import { useServer } from '../../test/support/cli.ts';
import { poms } from './fixture.ts';

const FAILURES = '/api/v1/experiments/demo/failures';
const { serve } = useServer();

const group = {
  ...{ failure: 5, kind: 'exit-code', code: '127', text: '', words: 'exit code 127: command not found' },
  ...{ jobs: 90, share: 0.09, wallSeconds: 900, wallShare: 1 },
  ...{ first: '2026-01-01T00:00:00Z', last: '2026-01-01T01:00:00Z' },
  logs: {
    ...{ read: 4, unread: 0, problem: null },
    signatures: [
      { signature: 'cannot open <path>', samples: 3, line: 'cannot open /f', stream: 'stderr', jobId: 12 },
    ],
  },
  factors: [
    { factor: 'host', value: 'n1', jobs: 87, of: 90, others: 0.01, common: true },
    { factor: 'site', value: 'here', jobs: 90, of: 90, others: 1, common: false },
  ],
  ...{ timeline: null, examples: [12, 11] },
};

it('shows groups with their share, the host that most are on, and examples', async () => {
  const { asked } = await serve({
    [`GET ${FAILURES}`]: () => ({ json: { jobs: 1000, failed: 90, groups: [group] } }),
  });
  const { exitCode, out } = await poms('failures', '--campaign', 'quakes', '--stage', 'select');
  expect(exitCode).toBe(0);
  expect(asked[0]?.query).toEqual({ campaign: 'quakes', stage: 'select' });
  for (const words of ['9.0 %', '100.0 %', 'exit code 127: command not found', '12, 11'])
    expect(out).toContain(words);
  expect(out).toContain('cannot open <path> (3 of 4)');
  expect(out).toContain('host n1: 87 of 90, of others 1.0 %');
  expect(out, 'what is as frequent elsewhere explains nothing').not.toContain('site');
  expect(out).toContain('90 of 1000 jobs have failed, are held or were removed.');
});

it('says so where no job has failed, and why a log could not be read', async () => {
  const unread = { ...group, logs: { read: 0, unread: 2, problem: 'no log of job 7', signatures: [] } };
  let groups: unknown[] = [];
  const { asked } = await serve({ [`GET ${FAILURES}`]: () => ({ json: { jobs: 3, failed: 0, groups } }) });
  expect((await poms('failures', '--campaign', 'quakes')).out).toContain('No job has failed.');
  groups = [unread];
  expect((await poms('failures', '--submission', '7')).out).toContain('no line: no log of job 7');
  expect(asked[1]?.query).toEqual({ submission: '7' });
});

it('needs a campaign or a submission', async () => {
  for (const args of [[], ['--stage', 'x'], ['--campaign', 'x', '--submission', '7'], ['--submission', 'x']])
    expect((await poms('failures', ...args)).exitCode).toBe(2);
});
