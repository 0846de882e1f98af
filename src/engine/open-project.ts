/**
 * The data project of a submission where POMS starts it (`projectsBy: 'poms'`): after the submission is stored and before
 * its script runs, outside any transaction, for the other system may take its time. The same submission asks for the
 * same project however often it is tried, so it does not matter where an engine dies.
 */
import { sql } from 'kysely';
import type { WantedProject } from '../connectors/data/types.ts';
import { instanceId } from '../database/instance.ts';
import { takesProject } from '../domain/data-settings.ts';
import type { DispatchedProject } from '../domain/launch-environment.ts';
import type { SubmissionToLaunch } from '../services/submissions/launching.ts';
import { noteEvent } from '../services/submissions/transition.ts';
import { dataHandling, type EngineParts } from './parts.ts';

/**
 * The project, opened now or before; null where the jobs start it themselves or there is none. Throws what
 * `openProject` throws: `outside-system` is worth another try, all else is a mistake in the definitions.
 */
export async function openProject(
  parts: EngineParts,
  submission: SubmissionToLaunch,
  experiment: string,
): Promise<DispatchedProject | null> {
  const { submissionId, stageType, dataset, dataSettings } = submission;
  const data = dataHandling(parts, submission.dataHandling);
  if (data.capabilities.projectsBy !== 'poms') return null;
  if (!takesProject({ stageType, dataset, settings: dataSettings })) return null;
  const query = dataset === '' ? '' : data.datasetQuery([dataset]);
  const opened = (project: string): DispatchedProject => ({ project, query, settings: dataSettings });
  if (submission.project !== null) return opened(submission.project);
  const project = await data.openProject(experiment, await wanted(parts, submission));
  await parts.database.db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('submission')
      .set({ project, updated: sql<Date>`clock_timestamp()` })
      .where('submissionId', '=', submissionId)
      .where('project', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    const message = `Project ${project} of ${data.name} is ready.`;
    await noteEvent(trx, { submissionId, kind: 'launch', actor: 'launcher', message });
  });
  return opened(project);
}

async function wanted(parts: EngineParts, submission: SubmissionToLaunch): Promise<WantedProject> {
  const { submissionId, campaign, stage, dataset, dataSettings: settings, recovers } = submission;
  const sameAgain = settings.methodology === 'one-project' && recovers !== null && recovers.project !== null;
  return {
    key: `${await instanceId(parts.database.db)}:${submissionId}`,
    dataset,
    description: `POMS ${campaign} / ${stage}, submission ${submissionId}`,
    again: sameAgain ? { project: recovers.project ?? '', type: recovers.type } : null,
    settings,
  };
}
