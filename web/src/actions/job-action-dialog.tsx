/** Asks before an action on jobs with what it would be done to, asks for it, and follows it. */
import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isWhole } from '../../../src/domain/job-actions.ts';
import { useJobAction } from '../api/mutations.ts';
import { jobActionPreviewQuery } from '../api/queries.ts';
import type { JobAction, JobActionScope } from '../api/types.ts';
import { SelectFilter } from '../table/select-filter.tsx';
import styles from './actions.module.css';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { JobActionPreviewed } from './job-action-preview.tsx';
import { JobActionProgress } from './job-action-progress.tsx';
import { ACTION_LABELS } from './job-action-words.ts';
import { isRemovedAs, type RemovedAs } from './words.ts';

export interface JobActionDialogProps {
  experiment: string;
  action: JobAction;
  scope: JobActionScope;
  onClose: () => void;
}

export function JobActionDialog({ experiment, action, scope, onClose }: JobActionDialogProps) {
  const ask = useJobAction(experiment);
  const preview = useQuery(jobActionPreviewQuery(experiment, { action, scope }));
  const [as, setAs] = useState<RemovedAs>('Removed');
  // One key for one dialog: a second click is the same action.
  const [requestKey] = useState(() => crypto.randomUUID());
  const title = ACTION_LABELS[action];
  if (ask.data !== undefined) {
    return (
      <Modal opened onClose={onClose} title={title}>
        <div className={styles.form}>
          <JobActionProgress experiment={experiment} id={ask.data.jobActionId} />
          <div className={styles.buttons}>
            <Button variant="filled" onClick={onClose}>
              Close
            </Button>
          </div>
        </div>
      </Modal>
    );
  }
  const whole = action === 'remove' && isWhole(scope);
  const nothing = preview.data !== undefined && preview.data.submissions + preview.data.launches === 0;
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={title}
      confirm={title}
      consequence={<JobActionPreviewed action={action} preview={preview} />}
      needsReason={action !== 'release'}
      disabled={preview.data === undefined || nothing}
      onConfirm={async (reason) => {
        await ask.mutateAsync({ action, scope, reason, requestKey, ...(whole ? { as } : {}) });
      }}
    >
      {whole && (
        <div className={styles.select}>
          <span>The submissions then count as</span>
          <SelectFilter
            label="The submissions then count as"
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
