/** What can be done with the jobs of a submission: with those that are chosen, else with those that the filter shows. */
import { Button } from '@mantine/core';
import { JobActionMenu } from '../../actions/job-action-menu.tsx';
import type { JobRow, JobState } from '../../api/types.ts';
import { count, counted } from '../../format/numbers.ts';
import { useSelection } from '../../table/selection.tsx';

export interface JobChoiceProps {
  experiment: string;
  submissionId: number;
  /** Those that are loaded. */
  jobs: readonly JobRow[];
  /** The state that the list is filtered to. */
  state: JobState | undefined;
}

/** Numbers that one request may name. */
const MOST = 1000;

export function JobChoice({ experiment, submissionId, jobs, state }: JobChoiceProps) {
  const { ids, choose } = useSelection();
  const scope =
    ids.size > 0
      ? { jobs: [...ids] }
      : { submissions: [submissionId], ...(state === undefined ? {} : { states: [state] }) };
  const all = jobs.slice(0, MOST);
  return (
    <>
      <JobActionMenu
        experiment={experiment}
        scope={scope}
        label={
          ids.size > 0
            ? `With ${counted(ids.size, 'job')}`
            : state === undefined
              ? 'With all'
              : `With all ${state}`
        }
      />
      <Button
        variant="subtle"
        disabled={jobs.length === 0}
        onClick={() => choose(ids.size > 0 ? [] : all.map((job) => job.jobId))}
      >
        {ids.size > 0 ? 'Choose none' : `Choose ${count(all.length)} shown`}
      </Button>
    </>
  );
}
