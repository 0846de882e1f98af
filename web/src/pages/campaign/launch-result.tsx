/** What became of a launch, live: queued, starting, launched with its submission, failed with the reason. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { launchQuery } from '../../api/queries.ts';
import type { LaunchRow, ProblemDocument } from '../../api/types.ts';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { launchMeaning } from '../../status/language.ts';
import { StatusIcon } from '../../status/status-icon.tsx';
import { KindMark } from '../../status/status-mark.tsx';
import { reasonOf } from '../launches/words.ts';
import styles from './campaign.module.css';

export interface LaunchResultProps {
  experiment: string;
  launch: LaunchRow;
  onClose: () => void;
}

export function LaunchResult({ experiment, launch, onClose }: LaunchResultProps) {
  const now = useQuery({ ...launchQuery(experiment, launch.launchId), initialData: launch }).data;
  const { kind, word, hint } = launchMeaning(now.state, now.hold !== null);
  const reason = reasonOf(now);
  return (
    <div className={styles.dialog}>
      <div role="status">
        <KindMark kind={kind} word={word} hint={hint} launch={now.state === 'failed'} /> Launch {now.launchId}{' '}
        of <b>{now.stage}</b>
        {now.isTest && ', a test'}. {hint}
      </div>
      {reason !== null && <p className={styles.reason}>{reason}</p>}
      <div className={styles.buttons}>
        <Button onClick={onClose}>Back to the campaign</Button>
        {now.submissionId !== null && (
          <Button
            variant="filled"
            renderRoot={(props) => (
              <Link {...props} to={url.submission(experiment, now.submissionId ?? 0)}>
                {props.children}
              </Link>
            )}
          >
            Open submission {now.submissionId}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The launch was taken but waits behind a hold: no failure. */
export function LaunchHeld({ problem, onClose }: { problem: ProblemDocument; onClose: () => void }) {
  return (
    <div className={styles.dialog}>
      <div role="status">
        <StatusIcon kind="held" /> <b>The launch is queued, and held.</b>
        <p>{problem.detail}</p>
        <p className={styles.soft}>{problem.advice}</p>
      </div>
      <div className={styles.buttons}>
        <Button variant="filled" onClick={onClose}>
          Back to the campaign
        </Button>
      </div>
    </div>
  );
}
