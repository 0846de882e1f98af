/** What an action on jobs would be done to: counts, the first submissions or jobs, and what is left out. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { JobAction, JobActionPreview } from '../api/types.ts';
import { count } from '../format/numbers.ts';
import { QueryState } from '../states/query-state.tsx';
import { JOB_WORDS } from '../status/language.ts';
import styles from './actions.module.css';
import { EFFECTS, previewWords, skippedWords } from './job-action-words.ts';

export interface JobActionPreviewedProps {
  action: JobAction;
  preview: UseQueryResult<JobActionPreview>;
}

export function JobActionPreviewed({ action, preview }: JobActionPreviewedProps) {
  return (
    <QueryState query={preview} height={80}>
      {(shown) => <Previewed action={action} shown={shown} />}
    </QueryState>
  );
}

function Previewed({ action, shown }: { action: JobAction; shown: JobActionPreview }) {
  const nothing = shown.submissions + shown.launches === 0;
  return (
    <>
      <p>
        Meant: {shown.scope}.{' '}
        {nothing
          ? 'There is nothing that this could be done to.'
          : `${previewWords(shown)}. ${EFFECTS[action]}`}
      </p>
      {shown.submissions > 1 ? <Submissions shown={shown} /> : <Jobs shown={shown} />}
      {shown.skipped.length > 0 && <p>Left out: {skippedWords(shown.skipped)}.</p>}
    </>
  );
}

function Submissions({ shown }: { shown: JobActionPreview }) {
  const rest = shown.submissions - shown.firstSubmissions.length;
  return (
    <ul className={styles.outcomes}>
      {shown.firstSubmissions.map((one) => (
        <li key={one.submissionId}>
          {one.submissionId} {one.campaign}, {one.stage}, {one.status}: {count(one.jobs)} jobs
        </li>
      ))}
      {rest > 0 && <li>and {count(rest)} more</li>}
    </ul>
  );
}

function Jobs({ shown }: { shown: JobActionPreview }) {
  const rest = shown.jobs - shown.firstJobs.length;
  return (
    <ul className={styles.outcomes}>
      {shown.firstJobs.map((job) => (
        <li key={job.jobId}>
          {job.batchId}, {JOB_WORDS[job.state].toLowerCase()}
          {job.host !== null && ` on ${job.host}`}
        </li>
      ))}
      {rest > 0 && <li>and {count(rest)} more</li>}
    </ul>
  );
}
