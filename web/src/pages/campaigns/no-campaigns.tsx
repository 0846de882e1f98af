/** The list of campaigns without one. */

import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { Empty } from '../../states/empty.tsx';

export function NoCampaigns({ experiment, filtered }: { experiment: string; filtered: boolean }) {
  if (filtered) {
    return (
      <Empty title="No campaign matches">
        <Link to={url.campaigns(experiment)}>Show all active campaigns</Link>
      </Empty>
    );
  }
  return (
    <Empty title="The campaigns of this experiment will be here">
      <p>
        A campaign is a graph of stages, each with its dataset, job type and login setup. Describe one in a
        campaign file and apply it:
      </p>
      <pre>poms campaign apply my-campaign.yaml --experiment {experiment}</pre>
      <p>It appears here at once.</p>
    </Empty>
  );
}
