import { expect, it } from 'vitest';
import { useServer } from '../../test/support/cli.ts';
import { poms } from './fixture.ts';

const FAILURES = '/api/v1/experiments/demo/failures';
const { serve } = useServer();

const group = {
  ...{ failure: 5, kind: 'exit-code', code: '127', text: '', words: 'exit code 127: command not found' },
  ...{ jobs: 90, share: 0.09, wallSeconds: 900, wallShare: 1 },
  ...{ first: '2026-01-01T00:00:00Z', last: '2026-01-01T01:00:00Z' },
  ...{ factors: [{ factor: 'host', value: 'n1', jobs: 87, of: 90 }], examples: [12, 11] },
};

it('shows groups with their share, the host that most are on, and examples', async () => {
  const { asked } = await serve({
    [`GET ${FAILURES}`]: () => ({ json: { jobs: 1000, failed: 90, groups: [group] } }),
  });
  const { exitCode, out } = await poms('failures', '--campaign', 'quakes', '--stage', 'select');
  expect(exitCode).toBe(0);
  expect(asked[0]?.query).toEqual({ campaign: 'quakes', stage: 'select' });
  for (const words of ['9.0 %', '100.0 %', 'exit code 127: command not found', 'n1 87 of 90', '12, 11'])
    expect(out).toContain(words);
  expect(out).toContain('90 of 1000 jobs have failed, are held or were removed.');
});

it('says so where no job has failed, and needs a campaign', async () => {
  await serve({ [`GET ${FAILURES}`]: () => ({ json: { jobs: 3, failed: 0, groups: [] } }) });
  expect((await poms('failures', '--campaign', 'quakes')).out).toContain('No job has failed.');
  expect((await poms('failures')).exitCode).toBe(2);
});
