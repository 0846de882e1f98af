/** What can be done with a launch: one that has not begun cancelled, one that failed without a submission tried again. */
import { Button } from '@mantine/core';
import { useRetryLaunch } from '../api/mutations.ts';
import type { LaunchRow } from '../api/types.ts';
import { tellProblem } from '../states/tell-problem.ts';
import { CancelLaunch } from './cancel-launch.tsx';

export function LaunchActions({ experiment, launch }: { experiment: string; launch: LaunchRow }) {
  const retry = useRetryLaunch(experiment);
  const begun = launch.state !== 'queued' && (launch.state !== 'claimed' || launch.submissionId !== null);
  if (!begun) return <CancelLaunch experiment={experiment} launch={launch} />;
  if (launch.state !== 'failed' || launch.submissionId !== null) return null;
  return (
    <Button
      size="compact-xs"
      loading={retry.isPending}
      onClick={() => retry.mutate(launch.launchId, { onError: tellProblem })}
    >
      Try again
    </Button>
  );
}
