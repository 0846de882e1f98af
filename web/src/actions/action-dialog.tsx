/** Asks before an action on a submission, does it, and tells what became of each job. */
import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useSubmissionAction } from '../api/mutations.ts';
import type { ActionResult, ActionView, SubmissionView } from '../api/types.ts';
import { counted } from '../format/numbers.ts';
import { SelectFilter } from '../table/select-filter.tsx';
import styles from './actions.module.css';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { consequenceOf, isRemovedAs, RECOVERY_TYPES, type RemovedAs } from './words.ts';

export interface ActionDialogProps {
  experiment: string;
  view: SubmissionView;
  action: ActionView;
  onClose: () => void;
}

export function ActionDialog({ experiment, view, action, onClose }: ActionDialogProps) {
  const act = useSubmissionAction(experiment, view.submissionId);
  const [recoveryType, setRecoveryType] = useState('');
  // One key for one dialog: a second click is the same launch.
  const [requestKey] = useState(() => crypto.randomUUID());
  const [as, setAs] = useState<RemovedAs>('Removed');
  if (act.data !== undefined) return <Outcome title={action.label} result={act.data} onClose={onClose} />;
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={`${action.label}: submission ${view.submissionId}`}
      confirm={action.label}
      consequence={consequenceOf(action.name, view)}
      needsReason={action.needsReason}
      onConfirm={async (reason) => {
        await act.mutateAsync({
          action: action.name,
          reason,
          ...(action.name === 'recover' && recoveryType !== '' ? { recoveryType } : {}),
          ...(action.name === 'remove' ? { as } : {}),
          ...(action.name === 'relaunch' ? { requestKey } : {}),
        });
      }}
    >
      {action.name === 'recover' && (
        <div className={styles.select}>
          <span>What to run again</span>
          <SelectFilter
            label="What to run again"
            all="As the job type says"
            options={RECOVERY_TYPES}
            value={recoveryType}
            onChange={setRecoveryType}
          />
        </div>
      )}
      {action.name === 'remove' && (
        <div className={styles.select}>
          <span>The submission then counts as</span>
          <SelectFilter
            label="The submission then counts as"
            all="removed"
            options={[{ value: 'Cancelled', text: 'cancelled' }]}
            value={as === 'Removed' ? '' : as}
            onChange={(value) => setAs(isRemovedAs(value) ? value : 'Removed')}
          />
        </div>
      )}
    </ConfirmDialog>
  );
}

function Outcome({ title, result, onClose }: { title: string; result: ActionResult; onClose: () => void }) {
  const odd = result.jobs.filter((job) => job.outcome !== 'accepted');
  return (
    <Modal opened onClose={onClose} title={title}>
      <div className={styles.form}>
        <p role="status">{result.done}</p>
        {odd.length > 0 && (
          <>
            <p>{counted(odd.length, 'job was', 'jobs were')} not touched:</p>
            <ul className={styles.outcomes}>
              {odd.slice(0, 20).map((job) => (
                <li key={job.batchId}>
                  {job.batchId}: {job.detail ?? job.outcome}
                </li>
              ))}
            </ul>
          </>
        )}
        <div className={styles.buttons}>
          <Button variant="filled" onClick={onClose}>
            Back to the submission
          </Button>
        </div>
      </div>
    </Modal>
  );
}
