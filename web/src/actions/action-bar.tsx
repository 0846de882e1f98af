/** The one action bar: what a person can do now; what not now says why not. The first ones as buttons, the rest in a menu. */
import { Button, Menu, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { JOB_ACTIONS } from '../../../src/domain/job-actions.ts';
import type { ActionView, SubmissionView } from '../api/types.ts';
import { ActionDialog, type ActionDialogProps } from './action-dialog.tsx';
import { JobActionDialog } from './job-action-dialog.tsx';

/** So many of what can be done now stand beside the menu. */
const BUTTONS = 2;

export function ActionBar({ experiment, view }: { experiment: string; view: SubmissionView }) {
  const [asking, setAsking] = useState<ActionView | null>(null);
  const first = view.actions.filter((action) => action.allowed).slice(0, BUTTONS);
  const rest = view.actions.filter((action) => !first.includes(action));
  return (
    <>
      {first.map((action) => (
        <Button key={action.name} onClick={() => setAsking(action)}>
          {action.label}…
        </Button>
      ))}
      {rest.length > 0 && (
        <Menu position="bottom-end" width={240}>
          <Menu.Target>
            <Button>More</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((action) => (
              <Tooltip key={action.name} label={action.why} disabled={action.why === null} position="left">
                <Menu.Item
                  // Not "disabled": a reader must be able to reach it to learn why not.
                  aria-disabled={!action.allowed}
                  {...(action.allowed ? {} : { 'data-disabled': true })}
                  closeMenuOnClick={action.allowed}
                  onClick={() => action.allowed && setAsking(action)}
                >
                  {action.label}
                  {action.allowed && '…'}
                </Menu.Item>
              </Tooltip>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {asking !== null && (
        <Dialog experiment={experiment} view={view} action={asking} onClose={() => setAsking(null)} />
      )}
    </>
  );
}

/** An action on its jobs is one on jobs like any other. */
function Dialog(props: ActionDialogProps) {
  const { experiment, view, action, onClose } = props;
  const onJobs = JOB_ACTIONS.find((one) => one === action.name);
  return onJobs === undefined ? (
    <ActionDialog {...props} />
  ) : (
    <JobActionDialog
      experiment={experiment}
      action={onJobs}
      scope={{ submissions: [view.submissionId] }}
      onClose={onClose}
    />
  );
}
