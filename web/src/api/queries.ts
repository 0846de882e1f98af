/** Every question the console asks, as query options: the same answer is asked once however many parts show it. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get, getText, post, type Query } from './client.ts';
import { keys } from './keys.ts';
import type {
  CampaignRow,
  CampaignView,
  DatasetDetail,
  DatasetRow,
  EventView,
  Explanation,
  FailureJob,
  FailureList,
  FileDetail,
  FileReport,
  FileRow,
  FileUsesView,
  HoldInfo,
  JobActionPreview,
  JobActionQuestion,
  JobActionView,
  JobRow,
  LaunchInput,
  LaunchPreview,
  LaunchRow,
  LineageView,
  Me,
  OutputFile,
  QuerySummary,
  SubmissionRow,
  SubmissionView,
  SystemsView,
  WhyView,
} from './types.ts';
import { type ListQuery, listQuery } from './use-list.ts';

const base = (experiment: string): string => `/experiments/${encodeURIComponent(experiment)}`;

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => get<Me>('/me', {}, signal),
  staleTime: 5 * 60_000,
});

export const campaignsQuery = (experiment: string, filter: Query) =>
  listQuery<CampaignRow>(keys.campaignList(experiment, filter), `${base(experiment)}/campaigns`, filter);

export const submissionsQuery = (experiment: string, filter: Query) =>
  listQuery<SubmissionRow>(
    keys.submissionList(experiment, filter),
    `${base(experiment)}/submissions`,
    filter,
  );

export const launchesQuery = (experiment: string, filter: Query) =>
  listQuery<LaunchRow>(keys.launchList(experiment, filter), `${base(experiment)}/launches`, filter);

export const jobsQuery = (experiment: string, submission: number, filter: Query) =>
  listQuery<JobRow>(keys.part(experiment, submission, 'jobs', filter), `${base(experiment)}/jobs`, {
    ...filter,
    submission,
  });

export const eventsQuery = (experiment: string, submission: number) =>
  listQuery<EventView>(
    keys.part(experiment, submission, 'events'),
    `${base(experiment)}/submissions/${submission}/events`,
    {},
  );

export const outputsQuery = (experiment: string, submission: number) =>
  listQuery<OutputFile>(
    keys.part(experiment, submission, 'outputs'),
    `${base(experiment)}/submissions/${submission}/outputs`,
    {},
  );

export const campaignQuery = (experiment: string, name: string) =>
  queryOptions({
    queryKey: keys.campaign(experiment, name),
    queryFn: ({ signal }) =>
      get<CampaignView>(`${base(experiment)}/campaigns/${encodeURIComponent(name)}`, {}, signal),
  });

export const submissionQuery = (experiment: string, id: number) =>
  queryOptions({
    queryKey: keys.submission(experiment, id),
    queryFn: ({ signal }) => get<SubmissionView>(`${base(experiment)}/submissions/${id}`, {}, signal),
  });

/** Waiting is told in minutes, so that it is asked for again from time to time also when nothing happens. */
const WHY_MS = 30_000;

export const submissionWhyQuery = (experiment: string, id: number) =>
  queryOptions({
    queryKey: keys.part(experiment, id, 'why'),
    queryFn: ({ signal }) => get<WhyView>(`${base(experiment)}/submissions/${id}/why`, {}, signal),
    refetchInterval: WHY_MS,
  });

export const jobWhyQuery = (experiment: string, id: number) =>
  queryOptions({
    queryKey: keys.jobWhy(experiment, id),
    queryFn: ({ signal }) => get<WhyView>(`${base(experiment)}/jobs/${id}/why`, {}, signal),
    refetchInterval: WHY_MS,
  });

export const jobQuery = (experiment: string, id: number) =>
  queryOptions({
    queryKey: keys.job(experiment, id),
    queryFn: ({ signal }) => get<JobRow>(`${base(experiment)}/jobs/${id}`, {}, signal),
  });

export const launchQuery = (experiment: string, id: number) =>
  queryOptions({
    queryKey: keys.launch(experiment, id),
    queryFn: ({ signal }) => get<LaunchRow>(`${base(experiment)}/launches/${id}`, {}, signal),
  });

/** Logs of failed jobs are read some time after they failed, of which no event tells. */
const LOGS_MS = 30_000;

/** Failures in groups; `scope` is whose. */
export const failuresQuery = (experiment: string, scope: Query) =>
  queryOptions({
    queryKey: keys.failureGroups(experiment, scope),
    queryFn: ({ signal }) => get<FailureList>(`${base(experiment)}/failures`, scope, signal),
    refetchInterval: LOGS_MS,
  });

export const failureJobsQuery = (experiment: string, scope: Query, failure: number) =>
  listQuery<FailureJob>(
    keys.failureJobs(experiment, scope, failure),
    `${base(experiment)}/failures/${failure}/jobs`,
    scope,
  );

export const datasetsQuery = (experiment: string, filter: Query) =>
  listQuery<DatasetRow>(keys.data(experiment, 'datasets', filter), `${base(experiment)}/datasets`, filter);

const datasetPath = (experiment: string, name: string): string =>
  `${base(experiment)}/datasets/${encodeURIComponent(name)}`;

export const datasetQuery = (experiment: string, name: string, system: Query) =>
  queryOptions({
    queryKey: keys.data(experiment, 'dataset', name, system),
    queryFn: ({ signal }) => get<DatasetDetail>(datasetPath(experiment, name), system, signal),
  });

/** Counting a large dataset takes seconds, so it is not asked for again soon. */
export const datasetSummaryQuery = (experiment: string, name: string, system: Query) =>
  queryOptions({
    queryKey: keys.data(experiment, 'summary', name, system),
    queryFn: ({ signal }) => get<QuerySummary>(`${datasetPath(experiment, name)}/summary`, system, signal),
    staleTime: 60_000,
    retry: false,
  });

export const datasetFilesQuery = (experiment: string, name: string, system: Query) =>
  listQuery<FileRow>(
    keys.data(experiment, 'files', name, system),
    `${datasetPath(experiment, name)}/files`,
    system,
  );

/** Changes nothing, so it is a question although it is sent with POST. */
export const explanationQuery = (experiment: string, query: string, system: Query) =>
  queryOptions({
    queryKey: keys.data(experiment, 'explain', query, system),
    queryFn: () => post<Explanation>(`${base(experiment)}/queries/explain`, { query, ...system }),
    staleTime: 60_000,
    retry: false,
  });

/** The files that a query finds; sent with POST, for a query may be long. */
export const queryFilesQuery = (experiment: string, query: string, system: Query): ListQuery<FileRow> => ({
  key: keys.data(experiment, 'found', query, system),
  fetch: (after) =>
    post<{ items: FileRow[]; next: string | null }>(`${base(experiment)}/queries/files`, {
      ...{ query, ...system, limit: 100 },
      ...(after !== undefined && { after }),
    }),
});

const filePath = (experiment: string, name: string): string =>
  `${base(experiment)}/files/${encodeURIComponent(name)}`;

export const fileQuery = (experiment: string, name: string, system: Query) =>
  queryOptions({
    queryKey: keys.data(experiment, 'file', name, system),
    queryFn: ({ signal }) => get<FileDetail>(filePath(experiment, name), system, signal),
  });

/** `asked`: which data handling, and how far (`depth`, `limit`). */
export const lineageQuery = (experiment: string, name: string, direction: 'up' | 'down', asked: Query) =>
  queryOptions({
    queryKey: keys.data(experiment, 'lineage', name, direction, asked),
    queryFn: ({ signal }) =>
      get<LineageView>(`${filePath(experiment, name)}/lineage`, { ...asked, direction }, signal),
  });

/** The projects that a file was given to. */
export const usesQuery = (experiment: string, name: string, system: Query) =>
  queryOptions({
    queryKey: keys.data(experiment, 'uses', name, system),
    queryFn: ({ signal }) => get<FileUsesView>(`${filePath(experiment, name)}/uses`, system, signal),
    retry: false,
  });

/** The content of a small text file; `path` from its description. */
export const fileTextQuery = (path: string) =>
  queryOptions({
    queryKey: ['text', path],
    queryFn: ({ signal }) => getText(path, signal),
    staleTime: 60_000,
  });

/** Submissions of a campaign with their files, the newest first, in pages: each is counted anew when it is asked for. */
export const fileReportQuery = (experiment: string, campaign: string) =>
  infiniteQueryOptions({
    queryKey: keys.fileReport(experiment, campaign),
    queryFn: ({ signal, pageParam }) =>
      get<FileReport>(
        `${base(experiment)}/campaigns/${encodeURIComponent(campaign)}/files`,
        { limit: 50, after: pageParam },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });

/** An action on jobs; while it is under way it is asked for again also when no event told of it. */
export const jobActionQuery = (experiment: string, id: number) =>
  queryOptions({
    queryKey: keys.jobAction(experiment, id),
    queryFn: ({ signal }) => get<JobActionView>(`${base(experiment)}/job-actions/${id}`, {}, signal),
    refetchInterval: (query) => (query.state.data?.ended === null ? 2000 : false),
  });

/** What an action on jobs would be done to; changes nothing, so it is a question although it is sent with POST. */
export const jobActionPreviewQuery = (experiment: string, request: JobActionQuestion) =>
  queryOptions({
    queryKey: keys.jobActionPreview(experiment, request),
    queryFn: () => post<JobActionPreview>(`${base(experiment)}/job-actions/preview`, request),
    retry: false,
    staleTime: 5_000,
  });

/** The data handlings that this POMS is connected to; who asks may not be allowed to see more of systems. */
export const dataHandlingsQuery = queryOptions({
  queryKey: ['systems'],
  queryFn: ({ signal }) => get<SystemsView>('/systems', {}, signal),
  staleTime: 60_000,
  select: (systems) => systems.dataHandlings,
});

/** Holds that apply to the experiment's launches. */
export const holdsQuery = (experiment: string) =>
  queryOptions({
    queryKey: keys.holds(experiment),
    queryFn: ({ signal }) => get<{ items: HoldInfo[] }>(`${base(experiment)}/holds`, {}, signal),
    select: (answer) => answer.items,
  });

/** What a launch would do; changes nothing, so it is a question although it is sent with POST. */
export const previewQuery = (experiment: string, request: LaunchInput) =>
  queryOptions({
    queryKey: keys.preview(experiment, request),
    queryFn: () => post<LaunchPreview>(`${base(experiment)}/launches/preview`, request),
    retry: false,
    staleTime: 5_000,
  });

/** Where the log of a submission's launch is, below the API's root. */
export const launchLogPath = (experiment: string, submission: number): string =>
  `${base(experiment)}/submissions/${submission}/launch-log`;

/** Where a job's output is, below the API's root. */
export const jobLogPath = (experiment: string, job: number, stream: 'stdout' | 'stderr'): string =>
  `${base(experiment)}/jobs/${job}/log/${stream}`;
