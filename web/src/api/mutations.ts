/** Every change the console asks for. Each renews what it touches; the event stream brings the rest. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from './client.ts';
import { keys } from './keys.ts';
import type {
  ActionInput,
  ActionResult,
  HoldInfo,
  JobActionInput,
  JobActionView,
  LaunchInput,
  LaunchRow,
} from './types.ts';

const base = (experiment: string): string => `/experiments/${encodeURIComponent(experiment)}`;

export function useLaunch(experiment: string) {
  return useChange(experiment, (body: LaunchInput) =>
    post<{ launch: LaunchRow }>(`${base(experiment)}/launches`, body),
  );
}

export function useCancelLaunch(experiment: string) {
  return useChange(experiment, (launch: number) =>
    post<unknown>(`${base(experiment)}/launches/${launch}/cancel`, {}),
  );
}

export function useSubmissionAction(experiment: string, submission: number) {
  return useChange(experiment, ({ action, ...body }: ActionInput & { action: string }) =>
    post<ActionResult>(
      `${base(experiment)}/submissions/${submission}/actions/${encodeURIComponent(action)}`,
      body,
    ),
  );
}

export function useJobAction(experiment: string) {
  return useChange(experiment, (body: JobActionInput) =>
    post<JobActionView>(`${base(experiment)}/job-actions`, body),
  );
}

/** A hold of everything is released by an administrator, at an address of its own. */
export function useReleaseHold(experiment: string) {
  return useChange(experiment, ({ holdId, scope }: HoldInfo) =>
    post<unknown>(`${scope === 'everything' ? '' : base(experiment)}/holds/${holdId}/release`, {}),
  );
}

/** Puts a launch that failed before it had a submission into the queue again. */
export function useRetryLaunch(experiment: string) {
  return useChange(experiment, (launch: number) =>
    post<unknown>(`${base(experiment)}/launches/${launch}/retry`, {}),
  );
}

function useChange<Input, Output>(experiment: string, change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: keys.experiment(experiment) }),
  });
}
