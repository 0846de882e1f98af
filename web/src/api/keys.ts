/** The keys of cached answers. Everything of an experiment begins with its name, so that one prefix renews it all. */
import type { Query } from './client.ts';
import type { JobActionQuestion, LaunchInput } from './types.ts';

export const keys = {
  me: ['me'] as const,
  experiment: (experiment: string) => ['of', experiment] as const,
  campaigns: (experiment: string) => ['of', experiment, 'campaigns'] as const,
  campaignList: (experiment: string, query: Query) => ['of', experiment, 'campaigns', query] as const,
  campaignViews: (experiment: string) => ['of', experiment, 'campaign'] as const,
  campaign: (experiment: string, name: string) => ['of', experiment, 'campaign', name] as const,
  submissions: (experiment: string) => ['of', experiment, 'submissions'] as const,
  submissionList: (experiment: string, query: Query) => ['of', experiment, 'submissions', query] as const,
  submissionViews: (experiment: string) => ['of', experiment, 'submission'] as const,
  submission: (experiment: string, id: number) => ['of', experiment, 'submission', id] as const,
  part: (experiment: string, id: number, part: string, query: Query = {}) =>
    ['of', experiment, 'submission', id, part, query] as const,
  jobs: (experiment: string) => ['of', experiment, 'job'] as const,
  job: (experiment: string, id: number) => ['of', experiment, 'job', id] as const,
  jobWhy: (experiment: string, id: number) => ['of', experiment, 'job', id, 'why'] as const,
  launches: (experiment: string) => ['of', experiment, 'launches'] as const,
  launch: (experiment: string, id: number) => ['of', experiment, 'launches', id] as const,
  launchList: (experiment: string, query: Query) => ['of', experiment, 'launches', query] as const,
  preview: (experiment: string, request: LaunchInput) => ['of', experiment, 'preview', request] as const,
  jobActions: (experiment: string) => ['of', experiment, 'job-action'] as const,
  jobAction: (experiment: string, id: number) => ['of', experiment, 'job-action', id] as const,
  jobActionPreview: (experiment: string, request: JobActionQuestion) =>
    ['of', experiment, 'job-action-preview', request] as const,
  failures: (experiment: string) => ['of', experiment, 'failures'] as const,
  failureGroups: (experiment: string, scope: Query) => ['of', experiment, 'failures', scope] as const,
  failureJobs: (experiment: string, scope: Query, failure: number) =>
    ['of', experiment, 'failures', scope, failure] as const,
  data: (experiment: string, ...what: (string | Query)[]) => ['of', experiment, 'data', ...what] as const,
  fileReports: (experiment: string) => ['of', experiment, 'file-report'] as const,
  fileReport: (experiment: string, campaign: string) => ['of', experiment, 'file-report', campaign] as const,
  holds: (experiment: string) => ['of', experiment, 'holds'] as const,
};
