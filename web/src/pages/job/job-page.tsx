/** A job: how it ended, where it ran, and what it printed. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { isEnded } from '../../../../src/domain/job-state.ts';
import { JobActionMenu } from '../../actions/job-action-menu.tsx';
import { jobLogPath, jobQuery, jobWhyQuery } from '../../api/queries.ts';
import type { JobRow } from '../../api/types.ts';
import { Moment, Span } from '../../format/moment.tsx';
import { bytes, percent } from '../../format/numbers.ts';
import { duration } from '../../format/time.ts';
import { Page } from '../../frame/page.tsx';
import { Tabs } from '../../frame/tabs.tsx';
import { Link } from '../../links/link.tsx';
import { type LogStream, url } from '../../links/url.ts';
import { LogView } from '../../log/log-view.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { Chip } from '../../status/chip.tsx';
import { JOB_KINDS, JOB_WORDS } from '../../status/language.ts';
import { KindMark } from '../../status/status-mark.tsx';
import { jobAnswer } from './answer.ts';
import styles from './job.module.css';

export function JobPage() {
  const { experiment = '', id = '', stream } = useParams({ strict: false });
  const job = useQuery(jobQuery(experiment, Number(id)));
  return (
    <QueryState query={job} height={480}>
      {(row) => <Job experiment={experiment} job={row} stream={stream === 'stderr' ? 'stderr' : 'stdout'} />}
    </QueryState>
  );
}

function Job({ experiment, job, stream }: { experiment: string; job: JobRow; stream: LogStream }) {
  const over = isEnded(job.state);
  const why = useQuery({ ...jobWhyQuery(experiment, job.jobId), enabled: !over });
  return (
    <Page
      title={`Job ${job.batchId}`}
      path={
        <>
          <Link to={url.submission(experiment, job.submissionId)}>Submission {job.submissionId}</Link> /{' '}
          <Link to={url.submission(experiment, job.submissionId, 'jobs')}>Jobs</Link>
        </>
      }
      heading={
        <>
          Job {job.batchId}
          <span className={styles.state}>
            <KindMark kind={JOB_KINDS[job.state]} word={JOB_WORDS[job.state]} />
          </span>
          {job.attempt > 1 && <Chip>attempt {job.attempt}</Chip>}
        </>
      }
      answer={(over ? undefined : why.data?.text) ?? jobAnswer(job)}
      actions={
        !over && <JobActionMenu experiment={experiment} scope={{ jobs: [job.jobId] }} label="With this job" />
      }
    >
      <JobFacts job={job} />
      <Tabs
        label="Output"
        tabs={(['stdout', 'stderr'] as const).map((one) => ({
          text: one === 'stdout' ? 'Standard output' : 'Standard error',
          to: url.job(experiment, job.jobId, one),
          current: one === stream,
        }))}
      />
      <LogView
        path={jobLogPath(experiment, job.jobId, stream)}
        name={`${job.batchId}.${stream}.log`}
        empty={`The job wrote nothing to ${stream === 'stdout' ? 'standard output' : 'standard error'}.`}
      />
    </Page>
  );
}

function JobFacts({ job }: { job: JobRow }) {
  const efficiency =
    job.cpuSeconds !== null && job.wallSeconds ? percent(job.cpuSeconds / job.wallSeconds) : null;
  return (
    <dl className={styles.facts}>
      <div>
        <dt>Host</dt>
        <dd>
          {job.host ?? '–'}
          {job.site !== null && ` (${job.site})`}
        </dd>
      </div>
      <div>
        <dt>Submitted</dt>
        <dd>
          <Moment at={job.submitted} />
        </dd>
      </div>
      <div>
        <dt>Waited</dt>
        <dd>
          <Span from={job.submitted} to={job.started ?? job.ended} />
        </dd>
      </div>
      <div>
        <dt>Wall time</dt>
        <dd>
          {job.wallSeconds === null ? <Span from={job.started} to={job.ended} /> : duration(job.wallSeconds)}
        </dd>
      </div>
      <div>
        <dt>CPU time</dt>
        <dd>
          {job.cpuSeconds === null ? '–' : duration(job.cpuSeconds)}
          {efficiency !== null && ` (${efficiency})`}
        </dd>
      </div>
      <div>
        <dt>Peak memory</dt>
        <dd>{job.memoryKb === null ? '–' : bytes(job.memoryKb * 1000)}</dd>
      </div>
    </dl>
  );
}
