/**
 * Every URL of the console, from one typed builder. A link never changes what a reader may do: the role is no part
 * of it. Filters are search parameters, so that a colleague sees the same view.
 */

export type SubmissionTab = 'overview' | 'jobs' | 'files' | 'launch' | 'events' | 'config';
export type LogStream = 'stdout' | 'stderr';

export interface CampaignFilter {
  q?: string | undefined;
  status?: string | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  active?: string | undefined;
}

export interface TreeFilter {
  stage?: string | undefined;
  status?: string | undefined;
  run?: number | string | undefined;
}

/** Whose failures: a campaign's, those of a stage of it, or a submission's. */
export interface FailureScope {
  campaign?: string | undefined;
  stage?: string | undefined;
  submission?: number | string | undefined;
}

/** Which data handling is asked; absent: the built-in catalogue. */
export interface DataFilter {
  dataHandling?: string | undefined;
}

export const url = {
  home: () => '/',
  campaigns: (experiment: string, filter: CampaignFilter = {}) =>
    build(['e', experiment, 'campaigns'], { ...filter }),
  campaign: (experiment: string, name: string, filter: TreeFilter = {}) =>
    build(['e', experiment, 'campaigns', name], { ...filter }),
  submission: (
    experiment: string,
    id: number,
    tab: SubmissionTab = 'overview',
    filter: { state?: string } = {},
  ) =>
    build(['e', experiment, 'submissions', String(id), ...(tab === 'overview' ? [] : [tab])], { ...filter }),
  job: (experiment: string, id: number, stream?: LogStream) =>
    build(['e', experiment, 'jobs', String(id), ...(stream === undefined ? [] : ['log', stream])], {}),
  launches: (
    experiment: string,
    filter: { state?: string | undefined; campaign?: string | undefined } = {},
  ) => build(['e', experiment, 'launches'], { ...filter }),
  /** How far the files of each submission are. */
  fileReport: (experiment: string, campaign: string) =>
    build(['e', experiment, 'campaigns', campaign, 'files'], {}),
  /** With a query: it is explained. */
  datasets: (experiment: string, filter: DataFilter & { like?: string; query?: string } = {}) =>
    build(['e', experiment, 'datasets'], { ...filter }),
  dataset: (experiment: string, name: string, filter: DataFilter = {}) =>
    build(['e', experiment, 'datasets', name], { ...filter }),
  file: (experiment: string, name: string, filter: DataFilter = {}) =>
    build(['e', experiment, 'files', name], { ...filter }),
  /** With the number of a group: that group and its jobs. */
  failures: (experiment: string, scope: FailureScope, failure?: number) =>
    build(['e', experiment, 'failures'], { ...scope, failure }),
};

function build(path: string[], search: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return `/${path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}
