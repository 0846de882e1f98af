/** Why jobs of a campaign, stage or submission failed, in groups; and the jobs of one group. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { failureJobsQuery, failuresQuery } from '../../api/queries.ts';
import type { FailureJob, FailureGroup as Group } from '../../api/types.ts';
import { useList } from '../../api/use-list.ts';
import { FailureGroup } from '../../failures/failure-group.tsx';
import styles from '../../failures/failures.module.css';
import { failuresAnswer } from '../../failures/words.ts';
import { counted } from '../../format/numbers.ts';
import { Page } from '../../frame/page.tsx';
import { Link } from '../../links/link.tsx';
import { type FailureScope, url } from '../../links/url.ts';
import { useFilter } from '../../links/use-filter.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { DataTable } from '../../table/data-table.tsx';
import { failureJobColumns } from './columns.tsx';

export function FailuresPage() {
  const { experiment } = useParams({ from: '/e/$experiment/failures' });
  const [{ campaign, stage, submission, failure }] = useFilter();
  const scope: FailureScope = submission === undefined ? { campaign, stage } : { submission };
  if (campaign === undefined && submission === undefined) {
    return (
      <Page title="Failures" heading="Failures">
        <Empty title="Whose failures?">
          Open the failures of a campaign or submission from its page.{' '}
          <Link to={url.campaigns(experiment)}>Campaigns</Link>
        </Empty>
      </Page>
    );
  }
  return <Failures experiment={experiment} scope={scope} chosen={failure} />;
}

interface FailuresProps {
  experiment: string;
  scope: FailureScope;
  /** The number of the group whose jobs are shown. */
  chosen: string | undefined;
}

function Failures({ experiment, scope, chosen }: FailuresProps) {
  const failures = useQuery(failuresQuery(experiment, { ...scope }));
  const of =
    scope.submission !== undefined ? `submission ${scope.submission}` : (scope.stage ?? scope.campaign);
  return (
    <Page
      title={`Failures of ${of}`}
      path={<Path experiment={experiment} scope={scope} />}
      heading={`Failures of ${of}`}
      answer={failures.data && failuresAnswer(failures.data)}
    >
      <QueryState query={failures} height={320}>
        {({ groups, failed }) => {
          const shown = groups.filter(({ failure }) => chosen === undefined || String(failure) === chosen);
          if (groups.length === 0) {
            return (
              <Empty title="No job has failed">
                Jobs that fail, are held by the batch system or are removed are shown here in groups: by exit
                code, signal, hold code and reason.
              </Empty>
            );
          }
          return (
            <>
              {chosen !== undefined && (
                <p className={styles.head}>
                  <Link to={url.failures(experiment, scope)}>All {counted(groups.length, 'group')}</Link>
                </p>
              )}
              {shown.length === 0 ? (
                <Empty title="No job fails like this any more">Those that did have run again.</Empty>
              ) : (
                <div className={styles.groups}>
                  {shown.map((group) => (
                    <FailureGroup
                      key={group.failure}
                      experiment={experiment}
                      scope={scope}
                      group={group}
                      failed={failed}
                    />
                  ))}
                </div>
              )}
              {shown.map(
                (group) =>
                  chosen !== undefined && (
                    <Jobs key={group.failure} experiment={experiment} scope={scope} group={group} />
                  ),
              )}
            </>
          );
        }}
      </QueryState>
    </Page>
  );
}

function Path({
  experiment,
  scope: { campaign, stage, submission },
}: {
  experiment: string;
  scope: FailureScope;
}) {
  if (campaign === undefined)
    return <Link to={url.submission(experiment, Number(submission))}>Submission {submission}</Link>;
  return (
    <>
      <Link to={url.campaigns(experiment)}>Campaigns</Link> /{' '}
      <Link to={url.campaign(experiment, campaign)}>{campaign}</Link>
      {stage !== undefined && (
        <>
          {' / '}
          <Link to={url.campaign(experiment, campaign, { stage })}>{stage}</Link>
        </>
      )}
    </>
  );
}

function Jobs({ experiment, scope, group }: { experiment: string; scope: FailureScope; group: Group }) {
  const { state, more } = useList(failureJobsQuery(experiment, { ...scope }, group.failure));
  return (
    <section className={styles.jobs}>
      <h2>{counted(group.jobs, 'job')}</h2>
      <QueryState query={state} height={240}>
        {(jobs) => (
          <DataTable
            label="Jobs with this failure"
            columns={failureJobColumns(experiment)}
            rows={jobs}
            rowId={jobId}
            rowUrl={(job) => url.job(experiment, job.jobId, 'stderr')}
            more={more}
          />
        )}
      </QueryState>
    </section>
  );
}

const jobId = (job: FailureJob): string => String(job.jobId);
