/** How far an action on jobs is, live, and what became of jobs that were not simply accepted. */
import { Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { jobActionQuery } from '../api/queries.ts';
import type { JobActionView } from '../api/types.ts';
import { counted } from '../format/numbers.ts';
import { QueryState } from '../states/query-state.tsx';
import styles from './actions.module.css';
import { actionWords, skippedWords } from './job-action-words.ts';

export function JobActionProgress({ experiment, id }: { experiment: string; id: number }) {
  const action = useQuery(jobActionQuery(experiment, id));
  return (
    <QueryState query={action} height={80}>
      {(view) => <Told view={view} />}
    </QueryState>
  );
}

/** Named at most. */
const NAMED = 20;

function Told({ view }: { view: JobActionView }) {
  const problems = view.partList.filter((part) => part.detail !== null && part.state !== 'done');
  return (
    <>
      {view.ended === null && (
        <Progress
          value={view.parts === 0 ? 100 : (100 * view.partsEnded) / view.parts}
          aria-label={`${view.partsEnded} of ${counted(view.parts, 'submission')} done`}
        />
      )}
      <p role="status">{actionWords(view)}</p>
      {problems.length > 0 && (
        <ul className={styles.outcomes}>
          {problems.slice(0, NAMED).map((part) => (
            <li key={part.submissionId}>
              Submission {part.submissionId}: {part.detail}
            </li>
          ))}
        </ul>
      )}
      {view.outcomes.length > 0 && (
        <ul className={styles.outcomes}>
          {view.outcomes.slice(0, NAMED).map((job) => (
            <li key={`${job.submissionId} ${job.batchId}`}>
              {job.batchId}: {job.detail ?? job.outcome}
            </li>
          ))}
        </ul>
      )}
      {view.skipped.length > 0 && <p>Left out: {skippedWords(view.skipped)}.</p>}
    </>
  );
}
