/** The menu of actions on jobs: the same three wherever jobs are shown, each asked for in the same dialog. */
import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { JOB_ACTIONS } from '../../../src/domain/job-actions.ts';
import type { JobAction, JobActionScope } from '../api/types.ts';
import { JobActionDialog } from './job-action-dialog.tsx';
import { ACTION_LABELS } from './job-action-words.ts';

export interface JobActionMenuProps {
  experiment: string;
  scope: JobActionScope;
  /** Of the button: which jobs are meant. */
  label: string;
  disabled?: boolean;
}

export function JobActionMenu({ experiment, scope, label, disabled = false }: JobActionMenuProps) {
  const [asking, setAsking] = useState<JobAction | null>(null);
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <Button disabled={disabled}>{label}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {JOB_ACTIONS.map((action) => (
            <Menu.Item key={action} onClick={() => setAsking(action)}>
              {ACTION_LABELS[action]}…
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asking !== null && (
        <JobActionDialog
          experiment={experiment}
          scope={scope}
          action={asking}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
