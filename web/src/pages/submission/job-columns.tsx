/** The columns of a list of jobs: batch id, state, exit, times, memory, host. */
import type { JobRow } from '../../api/types.ts';
import { Moment, Span } from '../../format/moment.tsx';
import { bytes } from '../../format/numbers.ts';
import { duration } from '../../format/time.ts';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { Chip } from '../../status/chip.tsx';
import { JOB_KINDS, JOB_WORDS } from '../../status/language.ts';
import { KindMark } from '../../status/status-mark.tsx';
import { type Columns, columnsOf } from '../../table/columns.ts';
import { SelectBox } from '../../table/selection.tsx';
import styles from '../../table/table.module.css';

const cache = new Map<string, Columns<JobRow>>();

/** The same columns for the same experiment every time: the table is rebuilt when they change. */
export function jobColumns(experiment: string): Columns<JobRow> {
  const known = cache.get(experiment);
  if (known !== undefined) return known;
  const made = columnsOf<JobRow>([
    {
      id: 'choose',
      header: '',
      width: 34,
      narrow: 34,
      cell: (job) => <SelectBox id={job.jobId} label={`Choose job ${job.batchId}`} />,
    },
    { id: 'job', header: 'Job', width: 190, cell: (job) => <JobName job={job} experiment={experiment} /> },
    {
      id: 'state',
      header: 'State',
      width: 110,
      cell: (job) => <KindMark kind={JOB_KINDS[job.state]} word={JOB_WORDS[job.state]} />,
    },
    { id: 'exit', header: 'Exit', width: 90, align: 'end', cell: exitWords },
    {
      id: 'reason',
      header: 'Reason',
      hideBelow: 'medium',
      cell: (job) => <span title={job.reason ?? ''}>{job.reason ?? ''}</span>,
    },
    {
      id: 'started',
      header: 'Started',
      width: 120,
      hideBelow: 'medium',
      cell: (job) => <Moment at={job.started} />,
    },
    {
      id: 'wall',
      header: 'Wall',
      width: 100,
      align: 'end',
      hideBelow: 'narrow',
      cell: (job) => <Wall job={job} />,
    },
    {
      id: 'cpu',
      header: 'CPU',
      width: 100,
      align: 'end',
      hideBelow: 'wide',
      cell: (job) => (job.cpuSeconds === null ? '–' : duration(job.cpuSeconds)),
    },
    {
      id: 'memory',
      header: 'Memory',
      width: 90,
      align: 'end',
      hideBelow: 'narrow',
      cell: (job) => (job.memoryKb === null ? '–' : bytes(job.memoryKb * 1000)),
    },
    { id: 'host', header: 'Host', width: 170, hideBelow: 'wide', cell: (job) => job.host ?? '–' },
  ]);
  cache.set(experiment, made);
  return made;
}

function JobName({ job, experiment }: { job: JobRow; experiment: string }) {
  return (
    <span className={styles.name}>
      <Link to={url.job(experiment, job.jobId)}>{job.batchId}</Link>
      {job.attempt > 1 && <Chip>attempt {job.attempt}</Chip>}
    </span>
  );
}

/** How it ended: the signal where one stopped it, else the exit code. */
export function exitWords(job: Pick<JobRow, 'exitCode' | 'signal'>): string {
  return job.signal ?? (job.exitCode === null ? '–' : String(job.exitCode));
}

function Wall({ job }: { job: JobRow }) {
  if (job.wallSeconds !== null) return duration(job.wallSeconds);
  return <Span from={job.started} to={job.ended} />;
}
