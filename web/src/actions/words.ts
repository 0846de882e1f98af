/** What follows from an action, in words, before it is done. */
import type { SubmissionView } from '../api/types.ts';

export type RemovedAs = 'Removed' | 'Cancelled';

export function isRemovedAs(value: string): value is RemovedAs {
  return value === 'Removed' || value === 'Cancelled';
}

/** The recovery types (spec/backend.md 4), in the words of a choice. */
export const RECOVERY_TYPES = [
  { value: 'consumed_status', text: 'Files that no job reported as consumed' },
  { value: 'process_status', text: 'Files whose job did not end well' },
  { value: 'pending_files', text: 'Files for which output is missing' },
  { value: 'added_files', text: 'Files added to the dataset since' },
  { value: 'delivered_not_consumed', text: 'Files handed out but not consumed' },
  { value: 'state_failed', text: 'Files that a job reported as failed' },
  { value: 'state_not_done', text: 'Files that no job reported as done' },
  { value: 'reprocess_orphans', text: 'Files done or failed of which nothing was made' },
  { value: 'reprocess_all', text: 'All files of the project' },
] as const;

export function consequenceOf(action: string, view: SubmissionView): string {
  switch (action) {
    case 'recover':
      return 'A new submission runs on the input that was not processed well, with the parameters of the recovery.';
    case 'approve':
      return `The chain goes on after ${view.stage}: its dependent stages are launched.`;
    case 'relaunch':
      return `${view.stage} is launched again on ${view.dataset || 'the same input'}, as a new submission.`;
    default:
      return `For submission ${view.submissionId} of ${view.campaign}, ${view.stage}.`;
  }
}
