/** Launches of the campaign that have not become a submission: queued, held, starting, failed, each with its reason. */

import { LaunchActions } from '../../actions/launch-actions.tsx';
import { launchesQuery } from '../../api/queries.ts';
import type { LaunchRow } from '../../api/types.ts';
import { useList } from '../../api/use-list.ts';
import { Moment } from '../../format/moment.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { QueryState } from '../../states/query-state.tsx';
import { launchMeaning } from '../../status/language.ts';
import { KindMark } from '../../status/status-mark.tsx';
import { causeOf, reasonOf } from '../launches/words.ts';
import styles from './campaign.module.css';

/** More than these are on the page of launches. */
const SHOWN = 8;

export function LaunchList({ experiment, campaign }: { experiment: string; campaign: string }) {
  const { state } = useList(launchesQuery(experiment, { campaign, state: 'queued,claimed,running,failed' }));
  return (
    <section className={styles.launches} aria-label="Launches">
      <div className={styles.sectionHead}>
        <h2>Launches</h2>
        <Link to={url.launches(experiment, { campaign })}>All launches</Link>
      </div>
      <QueryState query={state} height={80}>
        {(launches) =>
          launches.length === 0 ? (
            <p className={styles.quiet}>No launch waits, and none failed.</p>
          ) : (
            launches
              .slice(0, SHOWN)
              .map((one) => <Launch key={one.launchId} experiment={experiment} launch={one} />)
          )
        }
      </QueryState>
    </section>
  );
}

function Launch({ experiment, launch }: { experiment: string; launch: LaunchRow }) {
  const { kind, word, hint } = launchMeaning(launch.state, launch.hold !== null);
  const reason = reasonOf(launch);
  return (
    <article className={styles.launch}>
      <div className={styles.line}>
        <KindMark kind={kind} word={word} hint={hint} launch={launch.state === 'failed'} />
        <LaunchActions experiment={experiment} launch={launch} />
      </div>
      <div>
        <b>{launch.stage}</b> <span className={styles.soft}>{causeOf(launch)}</span>
      </div>
      {reason !== null && <p className={styles.reason}>{reason}</p>}
      <div className={styles.soft}>
        <Moment at={launch.stateSince} />
        {launch.submissionId !== null && (
          <>
            {' · '}
            <Link to={url.submission(experiment, launch.submissionId)}>submission {launch.submissionId}</Link>
          </>
        )}
      </div>
    </article>
  );
}
