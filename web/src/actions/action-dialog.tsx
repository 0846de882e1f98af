/** Asks before an action on a submission, does it, and tells what became of it. */
import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useSubmissionAction } from '../api/mutations.ts';
import type { ActionResult, ActionView, SubmissionView } from '../api/types.ts';
import { SelectFilter } from '../table/select-filter.tsx';
import styles from './actions.module.css';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { consequenceOf, RECOVERY_TYPES } from './words.ts';

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
          ...(action.name === 'relaunch' || action.name === 'recover' ? { requestKey } : {}),
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
    </ConfirmDialog>
  );
}

function Outcome({ title, result, onClose }: { title: string; result: ActionResult; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={title}>
      <div className={styles.form}>
        <p role="status">{result.done}</p>
        <div className={styles.buttons}>
          <Button variant="filled" onClick={onClose}>
            Back to the submission
          </Button>
        </div>
      </div>
    </Modal>
  );
}
