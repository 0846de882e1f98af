/** Actions on jobs in words: what would be touched, how far one is, what became of it. */
import type { z } from 'zod';
import type { JobAction } from '../domain/job-actions.ts';
import { JOB_STATES } from '../domain/job-state.ts';
import type { JobActionView, jobActionPreview, Skipped } from '../services/job-actions/schema.ts';
import { facts } from './output.ts';

type Preview = z.output<typeof jobActionPreview>;

export function previewWords(action: JobAction, preview: Preview): string {
  const head = facts([
    [action, preview.scope],
    ['jobs', preview.jobs === 0 ? 'none that POMS knows of' : stateWords(preview)],
    ['submissions', preview.submissions],
    ['launches', preview.launches === 0 ? null : `${preview.launches} that wait or run are cancelled`],
    ['left out', skippedWords(preview.skipped)],
  ]);
  const submissions = preview.firstSubmissions.map(
    (one) => `  ${one.submissionId}  ${one.campaign} / ${one.stage}  ${one.status}  ${one.jobs} jobs\n`,
  );
  const rest = preview.submissions - submissions.length;
  return `${head}${submissions.join('')}${rest > 0 ? `  and ${rest} more\n` : ''}`;
}

function stateWords({ jobs, byState }: Preview): string {
  const states = JOB_STATES.flatMap((state) => (byState[state] > 0 ? [`${byState[state]} ${state}`] : []));
  return `${jobs} (${states.join(', ')})`;
}

function skippedWords(skipped: readonly Skipped[]): string | null {
  return skipped.length === 0
    ? null
    : skipped.map(({ what, count, why }) => `${count} ${what}${count === 1 ? '' : 's'} (${why})`).join(', ');
}

export function progressWords({ partsEnded, parts, partList }: JobActionView): string {
  const waits = partList.find((part) => part.state === 'queued' && part.detail !== null)?.detail;
  return `${partsEnded} of ${parts} submissions${waits === undefined ? '' : `: ${waits}`}`;
}

export function actionWords(view: JobActionView): string {
  const { accepted, notApplicable, unknownJob, failed, launchesCancelled } = view;
  const counts = [
    view.ended === null && `${view.partsEnded} of ${view.parts} submissions done`,
    `accepted for ${accepted} job${accepted === 1 ? '' : 's'}`,
    notApplicable > 0 && `${notApplicable} needed nothing`,
    unknownJob > 0 && `${unknownJob} unknown to the batch system`,
    failed > 0 && `${failed} failed`,
    launchesCancelled > 0 && `${launchesCancelled} launch${launchesCancelled === 1 ? '' : 'es'} cancelled`,
  ].filter(Boolean);
  const parts = view.partList.flatMap(({ submissionId, state, detail }) =>
    state === 'failed' && detail !== null ? [`  submission ${submissionId}: ${detail}\n`] : [],
  );
  const jobs = view.outcomes.flatMap(({ batchId, outcome, detail }) =>
    outcome === 'not-applicable' ? [] : [`  ${batchId}: ${detail ?? outcome}\n`],
  );
  const skipped = skippedWords(view.skipped);
  return [
    `Action ${view.jobActionId}, ${view.action} ${view.scope}: ${counts.join(', ')}.\n`,
    skipped === null ? '' : `Left out: ${skipped}.\n`,
    ...parts,
    ...jobs,
  ].join('');
}
