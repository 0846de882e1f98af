/** Number, status and modifiers of a submission. */
import type { SubmissionView } from '../../api/types.ts';
import { Moment } from '../../format/moment.tsx';
import { Chip } from '../../status/chip.tsx';
import { endedPercent } from '../../status/ended.ts';
import { StatusMark } from '../../status/status-mark.tsx';
import styles from './submission.module.css';

export function SubmissionHeading({ view }: { view: SubmissionView }) {
  return (
    <>
      Submission {view.submissionId}
      <span className={styles.status}>
        <StatusMark status={view.status} percent={endedPercent(view.jobs)} />
      </span>
      <span className={styles.since}>
        since <Moment at={view.statusSince} />
      </span>
      {view.isTest && <Chip>test</Chip>}
      {view.recoveryOf !== null && <Chip title={view.recoveryType ?? ''}>recovery of {view.recoveryOf}</Chip>}
    </>
  );
}
