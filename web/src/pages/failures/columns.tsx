/** The columns of the jobs of a failure group. */
import type { FailureJob, JobState } from '../../api/types.ts';
import { Moment } from '../../format/moment.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { JOB_KINDS, JOB_ORDER, JOB_WORDS } from '../../status/language.ts';
import { KindMark } from '../../status/status-mark.tsx';
import { type Columns, columnsOf } from '../../table/columns.ts';

const cache = new Map<string, Columns<FailureJob>>();

/** The same columns for the same experiment every time: the table is rebuilt when they change. */
export function failureJobColumns(experiment: string): Columns<FailureJob> {
  const known = cache.get(experiment);
  if (known !== undefined) return known;
  const made = columnsOf<FailureJob>([
    {
      id: 'job',
      header: 'Job',
      width: 190,
      cell: (job) => <Link to={url.job(experiment, job.jobId, 'stderr')}>{job.batchId}</Link>,
    },
    {
      id: 'submission',
      header: 'Submission',
      width: 100,
      hideBelow: 'medium',
      cell: (job) => <Link to={url.submission(experiment, job.submissionId)}>{job.submissionId}</Link>,
    },
    { id: 'state', header: 'State', width: 110, cell: (job) => <State state={job.state} /> },
    { id: 'exit', header: 'Exit', width: 70, align: 'end', cell: (job) => job.signal ?? job.exitCode ?? '–' },
    { id: 'host', header: 'Host', width: 150, cell: (job) => job.host ?? '–' },
    {
      id: 'reason',
      header: 'Reason',
      hideBelow: 'medium',
      cell: (job) => <span title={job.reason ?? ''}>{job.reason ?? ''}</span>,
    },
    {
      id: 'ended',
      header: 'Ended',
      width: 120,
      hideBelow: 'medium',
      cell: (job) => <Moment at={job.ended} />,
    },
  ]);
  cache.set(experiment, made);
  return made;
}

function State({ state }: { state: string }) {
  const known: JobState | undefined = JOB_ORDER.find((one) => one === state);
  return known === undefined ? state : <KindMark kind={JOB_KINDS[known]} word={JOB_WORDS[known]} />;
}
