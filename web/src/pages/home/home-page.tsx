/** Home: leads to the campaigns of the experiment last looked at; says what to do where there is none. */
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { meQuery } from '../../api/queries.ts';
import type { Me } from '../../api/types.ts';
import { Page } from '../../frame/page.tsx';
import { url } from '../../links/url.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { lastExperiment } from './last-experiment.ts';

export function HomePage() {
  const me = useQuery(meQuery);
  return <QueryState query={me}>{(data) => <Redirect me={data} />}</QueryState>;
}

function Redirect({ me }: { me: Me }) {
  const router = useRouter();
  const target = lastExperiment(me.experiments.map((one) => one.experiment));
  useEffect(() => {
    if (target !== null) router.history.replace(url.campaigns(target));
  }, [target, router]);
  if (target !== null) return null;
  return (
    <Page title="Home" heading={`Welcome, ${me.name}`}>
      <Empty title="You are not a member of an experiment yet">
        <p>
          Campaigns, submissions and jobs of your experiments will be here. A superuser of your experiment can
          add you by your name <code>{me.username}</code>.
        </p>
        {me.root && (
          <p>
            You are an administrator and can make experiments: see <a href="/api/v1/docs">the API</a>.
          </p>
        )}
      </Empty>
    </Page>
  );
}
