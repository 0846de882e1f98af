/**
 * What a person can do with a submission: each defined once, with when it is possible; offered by the API, the CLI
 * and the console (tenet 5). The effects are in the engine, for they touch jobs, launches and datasets.
 */
import type { Status } from '../../domain/status.ts';

export const ACTION_NAMES = [
  'approve',
  'reject',
  'recover',
  'relaunch',
  'hold',
  'release',
  'remove',
  'complete',
  'locate',
] as const;
export type SubmissionAction = (typeof ACTION_NAMES)[number];

interface ActionRule {
  label: string;
  /** The statuses in which it makes sense. */
  when: readonly Status[];
  /** The dangerous asks for a reason (tenet 9). */
  needsReason: boolean;
}

const LIVE: readonly Status[] = ['New', 'Idle', 'Running', 'Held'];
const ENDED: readonly Status[] = ['Completed', 'Located', 'Failed', 'LaunchFailed', 'Removed', 'Cancelled'];

export const SUBMISSION_ACTIONS: Record<SubmissionAction, ActionRule> = {
  approve: { label: 'Approve', when: ['Awaiting Approval'], needsReason: false },
  reject: { label: 'Reject', when: ['Awaiting Approval'], needsReason: true },
  recover: {
    label: 'Launch a recovery',
    when: ['Completed', 'Located', 'Failed', 'Removed', 'Cancelled'],
    needsReason: false,
  },
  relaunch: { label: 'Launch again', when: ENDED, needsReason: false },
  hold: { label: 'Hold its jobs', when: ['Idle', 'Running'], needsReason: true },
  release: { label: 'Release its jobs', when: ['Held'], needsReason: false },
  remove: { label: 'Remove its jobs', when: LIVE, needsReason: true },
  complete: {
    label: 'Mark as completed',
    when: ['Failed', 'LaunchFailed', 'Idle', 'Running', 'Held'],
    needsReason: true,
  },
  locate: { label: 'Mark as located', when: ['Completed', 'Failed'], needsReason: true },
};

export interface ActionView {
  name: SubmissionAction;
  label: string;
  allowed: boolean;
  why: string | null;
  needsReason: boolean;
}

/** All actions, with why one is not possible now. */
export function actionsFor(status: Status): ActionView[] {
  return ACTION_NAMES.map((name) => {
    const rule = SUBMISSION_ACTIONS[name];
    const allowed = rule.when.includes(status);
    const why = allowed ? null : `Possible when the submission is ${rule.when.join(', ')}; it is ${status}.`;
    return { name, label: rule.label, allowed, why, needsReason: rule.needsReason };
  });
}
