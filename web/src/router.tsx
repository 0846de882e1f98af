/** The console's routes. Pages are loaded when they are first visited; filters in the URL are plain text. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Frame } from './frame/frame.tsx';
import { NotFound } from './frame/not-found.tsx';
import { ProblemPanel } from './states/problem-panel.tsx';

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home/home-page.tsx'), 'HomePage'),
});
const campaigns = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/campaigns',
  component: lazyRouteComponent(() => import('./pages/campaigns/campaigns-page.tsx'), 'CampaignsPage'),
});
const campaign = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/campaigns/$name',
  component: lazyRouteComponent(() => import('./pages/campaign/campaign-page.tsx'), 'CampaignPage'),
});
const submission = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/submissions/$id/{-$tab}',
  component: lazyRouteComponent(() => import('./pages/submission/submission-page.tsx'), 'SubmissionPage'),
});
const job = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/jobs/$id',
  component: lazyRouteComponent(() => import('./pages/job/job-page.tsx'), 'JobPage'),
});
const jobLog = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/jobs/$id/log/$stream',
  component: lazyRouteComponent(() => import('./pages/job/job-page.tsx'), 'JobPage'),
});
const launches = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/launches',
  component: lazyRouteComponent(() => import('./pages/launches/launches-page.tsx'), 'LaunchesPage'),
});
const failures = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/failures',
  component: lazyRouteComponent(() => import('./pages/failures/failures-page.tsx'), 'FailuresPage'),
});

const fileReport = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/campaigns/$name/files',
  component: lazyRouteComponent(() => import('./pages/data/file-report-page.tsx'), 'FileReportPage'),
});
const datasets = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/datasets',
  component: lazyRouteComponent(() => import('./pages/data/datasets-page.tsx'), 'DatasetsPage'),
});
const dataset = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/datasets/$name',
  component: lazyRouteComponent(() => import('./pages/data/dataset-page.tsx'), 'DatasetPage'),
});
const file = createRoute({
  getParentRoute: () => root,
  path: '/e/$experiment/files/$name',
  component: lazyRouteComponent(() => import('./pages/data/file-page.tsx'), 'FilePage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    ...[home, campaigns, campaign, fileReport, submission, job, jobLog],
    ...[launches, failures, datasets, dataset, file],
  ]),
  scrollRestoration: true,
  defaultPendingMs: 150,
  defaultErrorComponent: ({ error, reset }) => <ProblemPanel error={error} retry={reset} />,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Record<string, string>).toString();
    return text === '' ? '' : `?${text}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
