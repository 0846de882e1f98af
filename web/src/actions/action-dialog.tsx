/** Asks before an action on a submission, does it, and tells what became of it. */
import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useSubmissionAction } from '../api/mutations.ts';
import type { ActionResult, ActionView, SubmissionView } from '../api/types.ts';
import { SelectFilter } from '../table/select-filter.tsx';
import styles from './actions.module.css';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { JobActionProgress } from './job-action-progress.tsx';
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
  // One key for one dialog: a second click is the same launch, or the same action on jobs.
  const [requestKey] = useState(() => crypto.randomUUID());
  const [as, setAs] = useState<RemovedAs>('Removed');
  if (act.data !== undefined)
    return <Outcome experiment={experiment} title={action.label} result={act.data} onClose={onClose} />;
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
          ...(KEYED.has(action.name) ? { requestKey } : {}),
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

const KEYED: ReadonlySet<string> = new Set(['relaunch', 'hold', 'release', 'remove']);

function Outcome({
  experiment,
  title,
  result,
  onClose,
}: {
  experiment: string;
  title: string;
  result: ActionResult;
  onClose: () => void;
}) {
  return (
    <Modal opened onClose={onClose} title={title}>
      <div className={styles.form}>
        {result.jobActionId === null ? (
          <p role="status">{result.done}</p>
        ) : (
          <JobActionProgress experiment={experiment} id={result.jobActionId} />
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
