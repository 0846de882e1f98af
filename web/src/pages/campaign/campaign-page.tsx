/** A campaign: is it well; its stages as a graph, its submissions as a tree, the launches that wait or failed. */
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { JobActionMenu } from '../../actions/job-action-menu.tsx';
import { campaignQuery } from '../../api/queries.ts';
import type { CampaignView } from '../../api/types.ts';
import { FailureCard } from '../../failures/failure-card.tsx';
import { Moment } from '../../format/moment.tsx';
import { Page } from '../../frame/page.tsx';
import { StageList, type StageListProps } from '../../graph/stage-list.tsx';
import { heightOf, structureOf } from '../../graph/structure.ts';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { useFilter } from '../../links/use-filter.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { Skeleton } from '../../states/skeleton.tsx';
import { Chip } from '../../status/chip.tsx';
import { campaignAnswer } from './answer.ts';
import styles from './campaign.module.css';
import { LaunchDialog } from './launch-dialog.tsx';
import { LaunchList } from './launch-list.tsx';
import { SubmissionTree } from './submission-tree.tsx';

const CampaignGraph = lazy(() => import('../../graph/campaign-graph.tsx'));

export function CampaignPage() {
  const { experiment, name } = useParams({ from: '/e/$experiment/campaigns/$name' });
  const campaign = useQuery(campaignQuery(experiment, name));
  return (
    <QueryState query={campaign} height={480}>
      {(view) => <Campaign key={view.campaignId} experiment={experiment} view={view} />}
    </QueryState>
  );
}

function Campaign({ experiment, view }: { experiment: string; view: CampaignView }) {
  const [launching, setLaunching] = useState(false);
  const [filter] = useFilter();
  return (
    <Page
      title={view.name}
      path={<Link to={url.campaigns(experiment)}>Campaigns</Link>}
      heading={<Heading view={view} />}
      answer={campaignAnswer(view)}
      actions={
        <>
          <JobActionMenu
            experiment={experiment}
            scope={{ campaign: view.name, stage: filter.stage }}
            label={filter.stage === undefined ? 'Jobs' : `Jobs of ${filter.stage}`}
            disabled={view.stages.length === 0}
          />
          <Button component={Link} to={url.fileReport(experiment, view.name)}>
            Files
          </Button>
          <Button
            component="a"
            href={`/api/v1/experiments/${encodeURIComponent(experiment)}/campaigns/${encodeURIComponent(view.name)}/file`}
            download={`${view.name}.yaml`}
          >
            Campaign file
          </Button>
          <Button variant="filled" disabled={view.stages.length === 0} onClick={() => setLaunching(true)}>
            Launch…
          </Button>
        </>
      }
    >
      {view.stages.length === 0 ? (
        <Empty title="This campaign has no stages yet">
          Add stages to its campaign file and apply it again.
        </Empty>
      ) : (
        <Stages experiment={experiment} view={view} chosen={filter.stage} />
      )}
      <div className={styles.failures}>
        <FailureCard
          experiment={experiment}
          scope={{ campaign: view.name, stage: filter.stage }}
          jobs={view.stages
            .filter(({ name }) => filter.stage === undefined || name === filter.stage)
            .map(({ jobs }) => jobs)}
        />
      </div>
      <div className={styles.columns}>
        <LaunchList experiment={experiment} campaign={view.name} />
        <SubmissionTree experiment={experiment} view={view} />
      </div>
      <LaunchDialog
        experiment={experiment}
        view={view}
        opened={launching}
        onClose={() => setLaunching(false)}
      />
    </Page>
  );
}

/** The graph where there is room for it; on a phone the same cards as a list. */
function Stages(props: StageListProps) {
  const narrow = useMediaQuery('(max-width: 720px)', undefined, { getInitialValueInEffect: false });
  const height = heightOf(structureOf(props.view));
  if (narrow) {
    return (
      <div className={styles.stageList}>
        <StageList {...props} />
      </div>
    );
  }
  return (
    <div className={styles.graph} style={{ height }}>
      <Suspense fallback={<Skeleton height={height} />}>
        <CampaignGraph {...props} />
      </Suspense>
    </div>
  );
}

function Heading({ view }: { view: CampaignView }) {
  return (
    <>
      {view.name}
      {!view.active && <Chip title="An inactive campaign becomes active when it is launched">inactive</Chip>}
      {view.type === 'test' && <Chip>test</Chip>}
      {view.hold !== null && (
        <Chip title={view.hold.reason}>
          launches held by {view.hold.heldBy}, <Moment at={view.hold.since} />
        </Chip>
      )}
      {view.tags.map((tag) => (
        <Chip key={tag}>{tag}</Chip>
      ))}
    </>
  );
}
