/** Actions on jobs in words: what would follow, how far one is, what was left out. */
import type { JobAction, JobActionPreview, JobActionView, Skipped } from '../api/types.ts';
import { counted } from '../format/numbers.ts';
import { JOB_ORDER, JOB_WORDS } from '../status/language.ts';

export const ACTION_LABELS: Record<JobAction, string> = {
  hold: 'Hold jobs',
  release: 'Release jobs',
  remove: 'Remove jobs',
};

/** What an action does to a job, after which nobody should be surprised. */
export const EFFECTS: Record<JobAction, string> = {
  hold: 'What runs is stopped, and runs again when it is released.',
  release: 'They may run again.',
  remove: 'This cannot be undone; a recovery can run their input again.',
};

/** `12 jobs of 3 submissions (8 idle, 4 running), and 1 launch`. */
export function previewWords({ jobs, submissions, byState, launches }: JobActionPreview): string {
  const states = JOB_ORDER.filter((state) => byState[state] > 0);
  const detail = states.map((state) => `${byState[state]} ${JOB_WORDS[state].toLowerCase()}`).join(', ');
  const base = `${counted(jobs, 'job')} of ${counted(submissions, 'submission')}${detail === '' ? '' : ` (${detail})`}`;
  return launches === 0 ? base : `${base}, and ${counted(launches, 'launch', 'launches')} that wait or run`;
}

/** How far it is, and what became of it. */
export function actionWords(view: JobActionView): string {
  const { accepted, notApplicable, unknownJob, failed, launchesCancelled, parts, partsEnded } = view;
  if (view.ended === null) return `Asked for; ${partsEnded} of ${counted(parts, 'submission')} done.`;
  const told = [
    `Accepted for ${counted(accepted, 'job')}`,
    notApplicable > 0 && `${counted(notApplicable, 'job')} needed nothing`,
    unknownJob > 0 && `${counted(unknownJob, 'job')} unknown to the batch system`,
    failed > 0 && `${counted(failed, 'job')} could not be asked for`,
    launchesCancelled > 0 && `${counted(launchesCancelled, 'launch', 'launches')} cancelled`,
  ].filter(Boolean);
  return `${told.join('; ')}. States follow when the batch system has done it.`;
}

export function skippedWords(skipped: readonly Skipped[]): string {
  return skipped.map(({ what, count, why }) => `${counted(count, what)} (${why})`).join('; ');
}
