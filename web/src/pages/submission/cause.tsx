/** The chain: what this submission came from, and what came from it. */
import type { SubmissionView } from '../../api/types.ts';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { StatusMark } from '../../status/status-mark.tsx';
import styles from './submission.module.css';

export function Cause({ experiment, view }: { experiment: string; view: SubmissionView }) {
  const down = [
    ...view.recoveries.map((one) => ({ ...one, text: `recovery, ${one.recoveryType}` })),
    ...view.launched.map((one) => ({ ...one, text: one.stage })),
  ];
  return (
    <dl className={styles.chain}>
      <dt>From</dt>
      <dd>
        <Origin experiment={experiment} view={view} />
      </dd>
      {down.length > 0 && (
        <>
          <dt>Led to</dt>
          <dd className={styles.led}>
            {down.map((one) => (
              <span key={one.submissionId} className={styles.ledItem}>
                <Link to={url.submission(experiment, one.submissionId)}>{one.submissionId}</Link>
                <span className={styles.soft}>{one.text}</span>
                <StatusMark status={one.status} />
              </span>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

function Origin({ experiment, view }: { experiment: string; view: SubmissionView }) {
  const run = <Link to={url.campaign(experiment, view.campaign, { run: view.runId })}>run {view.runId}</Link>;
  if (view.recoveryOf !== null) {
    return (
      <>
        Recovery ({view.recoveryType}) of{' '}
        <Link to={url.submission(experiment, view.recoveryOf)}>{view.recoveryOf}</Link>, in {run}
      </>
    );
  }
  if (view.triggeredBy !== null) {
    return (
      <>
        Launched because <Link to={url.submission(experiment, view.triggeredBy)}>{view.triggeredBy}</Link>{' '}
        made its input, in {run}
      </>
    );
  }
  return (
    <>
      {CAUSES[view.cause] ?? `Launched (${view.cause})`} for {view.creator}; it began {run}
    </>
  );
}

const CAUSES: Record<string, string> = {
  manual: 'Launched by hand',
  schedule: 'Launched by its schedule',
  relaunch: 'Launched again',
  test: 'Launched as a test',
  script: 'Launched by a script',
};
