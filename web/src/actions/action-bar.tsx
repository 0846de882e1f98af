/** The one action bar: what a person can do now; what not now says why not. The first ones as buttons, the rest in a menu. */
import { Button, Menu, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { ActionView, SubmissionView } from '../api/types.ts';
import { ActionDialog } from './action-dialog.tsx';

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
        <ActionDialog experiment={experiment} view={view} action={asking} onClose={() => setAsking(null)} />
      )}
    </>
  );
}
