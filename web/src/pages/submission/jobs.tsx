/** The jobs of a submission, filtered by state. */
import { jobsQuery } from '../../api/queries.ts';
import type { JobRow, SubmissionView } from '../../api/types.ts';
import { useList } from '../../api/use-list.ts';
import { count, counted } from '../../format/numbers.ts';
import { url } from '../../links/url.ts';
import { useFilter } from '../../links/use-filter.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { JOB_ORDER, JOB_WORDS } from '../../status/language.ts';
import { Choice } from '../../table/choice.tsx';
import { DataTable } from '../../table/data-table.tsx';
import { SelectionScope } from '../../table/selection.tsx';
import { Toolbar } from '../../table/toolbar.tsx';
import { JobChoice } from './job-choice.tsx';
import { jobColumns } from './job-columns.tsx';

export interface JobsProps {
  experiment: string;
  view: SubmissionView;
}

export function Jobs(props: JobsProps) {
  return (
    <SelectionScope>
      <JobList {...props} />
    </SelectionScope>
  );
}

function JobList({ experiment, view }: JobsProps) {
  const [filter, change] = useFilter();
  const { rows, state, more } = useList(jobsQuery(experiment, view.submissionId, { state: filter.state }));
  const options = [
    { value: '', text: 'All' },
    ...JOB_ORDER.filter((one) => view.jobs[one] > 0 || filter.state === one).map((one) => ({
      value: one,
      text: `${JOB_WORDS[one]} ${count(view.jobs[one])}`,
    })),
  ];
  return (
    <>
      <Toolbar note={rows && `${counted(rows.length, 'job')}${more.has ? ' so far' : ''}`}>
        <Choice
          label="State"
          options={options}
          value={filter.state ?? ''}
          onChange={(value) => change({ state: value })}
        />
        <JobChoice
          experiment={experiment}
          submissionId={view.submissionId}
          jobs={rows ?? []}
          state={JOB_ORDER.find((one) => one === filter.state)}
        />
      </Toolbar>
      <QueryState query={state} height={240}>
        {(jobs) =>
          jobs.length === 0 ? (
            <Empty
              title={filter.state === undefined ? 'No job was submitted yet' : 'No job is in this state'}
            >
              {filter.state === undefined && 'The launch log tells what the launch script does.'}
            </Empty>
          ) : (
            <DataTable
              label="Jobs"
              columns={jobColumns(experiment)}
              rows={jobs}
              rowId={jobId}
              rowUrl={(job) => url.job(experiment, job.jobId)}
              more={more}
            />
          )
        }
      </QueryState>
    </>
  );
}

const jobId = (job: JobRow): string => String(job.jobId);
