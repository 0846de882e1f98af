/** What holds for the whole page: developer mode, a lost connection, held launches. Only when there is something to say. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../api/connection.ts';
import { useReleaseHold } from '../api/mutations.ts';
import { holdsQuery } from '../api/queries.ts';
import type { HoldInfo, Me } from '../api/types.ts';
import { Moment, Span } from '../format/moment.tsx';
import { tellProblem } from '../states/tell-problem.ts';
import { StatusIcon } from '../status/status-icon.tsx';
import styles from './frame.module.css';

export function Banners({ me, experiment }: { me: Me | undefined; experiment: string | null }) {
  return (
    <>
      {me?.identity === 'developer' && (
        <p className={styles.developer}>
          Developer mode: everyone on this machine is <b>{me.username}</b>.
        </p>
      )}
      <OfflineBanner />
      {experiment !== null && me !== undefined && <HoldBanners experiment={experiment} root={me.root} />}
    </>
  );
}

function OfflineBanner() {
  const { state, since } = useConnection();
  if (state !== 'lost') return null;
  return (
    <p className={styles.banner} role="status">
      <StatusIcon kind="waiting" />
      <span>
        No live connection to POMS for <Span from={new Date(since).toISOString()} to={null} />: what you see
        may be old. It is tried again by itself.
      </span>
    </p>
  );
}

function HoldBanners({ experiment, root }: { experiment: string; root: boolean }) {
  const holds = useQuery(holdsQuery(experiment));
  // Holds of one campaign or stage are told on its page.
  const wide = holds.data?.filter((hold) => hold.scope === 'everything' || hold.scope === 'experiment') ?? [];
  return wide.map((hold) => (
    <HoldBanner
      key={hold.holdId}
      hold={hold}
      experiment={experiment}
      mayRelease={root || hold.scope !== 'everything'}
    />
  ));
}

interface HoldBannerProps {
  hold: HoldInfo;
  experiment: string;
  mayRelease: boolean;
}

function HoldBanner({ hold, experiment, mayRelease }: HoldBannerProps) {
  const release = useReleaseHold(experiment);
  const what = hold.scope === 'everything' ? 'of all experiments' : `of ${experiment}`;
  return (
    <p className={styles.banner} role="status">
      <StatusIcon kind="held" />
      <span>
        Launches {what} are held by {hold.heldBy} since <Moment at={hold.since} />: “{hold.reason}”
      </span>
      {mayRelease && (
        <Button
          size="compact-xs"
          loading={release.isPending}
          onClick={() => release.mutate(hold, { onError: tellProblem })}
        >
          Release launches
        </Button>
      )}
    </p>
  );
}
