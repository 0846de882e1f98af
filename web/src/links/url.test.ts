import { expect, it } from 'vitest';
import { url } from './url.ts';

it('builds the addresses of the blueprint', () => {
  expect(url.campaigns('demo')).toBe('/e/demo/campaigns');
  expect(url.submission('demo', 17)).toBe('/e/demo/submissions/17');
  expect(url.submission('demo', 17, 'jobs', { state: 'failed' })).toBe(
    '/e/demo/submissions/17/jobs?state=failed',
  );
  expect(url.failures('demo', { campaign: 'quakes', stage: 'merge' }, 7)).toBe(
    '/e/demo/failures?campaign=quakes&stage=merge&failure=7',
  );
  expect(url.job('demo', 5, 'stderr')).toBe('/e/demo/jobs/5/log/stderr');
});

it('leaves out filters that are not set', () => {
  expect(url.campaign('demo', 'quakes', { stage: undefined, status: '' })).toBe('/e/demo/campaigns/quakes');
});

it('carries any name unharmed', () => {
  const name = 'mc 50% "a/b" ?#&';
  const built = new URL(url.campaign('demo', name, { stage: name }), 'http://poms');
  expect(decodeURIComponent(built.pathname.split('/')[4] ?? '')).toBe(name);
  expect(built.searchParams.get('stage')).toBe(name);
});
