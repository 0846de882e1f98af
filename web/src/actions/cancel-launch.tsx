/** Cancels a launch that has not begun, after asking. */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useCancelLaunch } from '../api/mutations.ts';
import type { LaunchRow } from '../api/types.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

export function CancelLaunch({ experiment, launch }: { experiment: string; launch: LaunchRow }) {
  const [asking, setAsking] = useState(false);
  const cancel = useCancelLaunch(experiment);
  const run = async (): Promise<void> => {
    await cancel.mutateAsync(launch.launchId);
    setAsking(false);
    notifications.show({ message: `Launch ${launch.launchId} of ${launch.stage} is cancelled.` });
  };
  return (
    <>
      <Button size="compact-xs" variant="subtle" onClick={() => setAsking(true)}>
        Cancel…
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Cancel the launch of ${launch.stage}`}
        confirm="Cancel the launch"
        consequence="It leaves the queue and submits nothing. Launch the stage again to undo this."
        onConfirm={run}
      />
    </>
  );
}
