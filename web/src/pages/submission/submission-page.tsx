/** A submission: how it is and why, what caused it and what it caused, what can be done, and all there is to see. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ActionBar } from '../../actions/action-bar.tsx';
import { launchLogPath, submissionQuery, submissionWhyQuery } from '../../api/queries.ts';
import type { SubmissionView } from '../../api/types.ts';
import { Page } from '../../frame/page.tsx';
import { Tabs } from '../../frame/tabs.tsx';
import { Link } from '../../links/link.tsx';
import { type SubmissionTab, url } from '../../links/url.ts';
import { LogView } from '../../log/log-view.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { Cause } from './cause.tsx';
import { Config } from './config.tsx';
import { Events } from './events.tsx';
import { SubmissionHeading } from './heading.tsx';
import { Jobs } from './jobs.tsx';
import { Outputs } from './outputs.tsx';
import { Overview } from './overview.tsx';

const TABS: readonly { tab: SubmissionTab; text: string }[] = [
  { tab: 'overview', text: 'Overview' },
  { tab: 'jobs', text: 'Jobs' },
  { tab: 'files', text: 'Files' },
  { tab: 'launch', text: 'Launch log' },
  { tab: 'events', text: 'Events' },
  { tab: 'config', text: 'Configuration' },
];

export function SubmissionPage() {
  const { experiment, id, tab } = useParams({ from: '/e/$experiment/submissions/$id/{-$tab}' });
  const submission = useQuery(submissionQuery(experiment, Number(id)));
  const shown = TABS.find((one) => one.tab === tab)?.tab ?? 'overview';
  return (
    <QueryState query={submission} height={480}>
      {(view) => <Submission experiment={experiment} view={view} tab={shown} />}
    </QueryState>
  );
}

function Submission({
  experiment,
  view,
  tab,
}: {
  experiment: string;
  view: SubmissionView;
  tab: SubmissionTab;
}) {
  const { submissionId, campaign, stage } = view;
  const why = useQuery(submissionWhyQuery(experiment, submissionId));
  return (
    <Page
      title={`Submission ${submissionId}`}
      path={
        <>
          <Link to={url.campaigns(experiment)}>Campaigns</Link> /{' '}
          <Link to={url.campaign(experiment, campaign)}>{campaign}</Link> /{' '}
          <Link to={url.campaign(experiment, campaign, { stage })}>{stage}</Link>
        </>
      }
      heading={<SubmissionHeading view={view} />}
      answer={why.data?.text ?? view.next ?? 'Nothing is left to do.'}
      actions={<ActionBar experiment={experiment} view={view} />}
    >
      <Cause experiment={experiment} view={view} />
      <Tabs
        label="Parts of the submission"
        tabs={TABS.map((one) => ({
          text: one.text,
          to: url.submission(experiment, submissionId, one.tab),
          current: one.tab === tab,
        }))}
      />
      <Part experiment={experiment} view={view} tab={tab} />
    </Page>
  );
}

function Part({ experiment, view, tab }: { experiment: string; view: SubmissionView; tab: SubmissionTab }) {
  const { submissionId } = view;
  switch (tab) {
    case 'overview':
      return <Overview experiment={experiment} view={view} />;
    case 'jobs':
      return <Jobs experiment={experiment} view={view} />;
    case 'files':
      return <Outputs of={view} submission={submissionId} />;
    case 'launch':
      return (
        <LogView
          path={launchLogPath(experiment, submissionId)}
          name={`launch-${submissionId}.log`}
          empty="The launch script printed nothing."
        />
      );
    case 'events':
      return <Events experiment={experiment} submission={submissionId} />;
    case 'config':
      return <Config view={view} />;
  }
}
