/** The failures of a campaign or stage as groups, the most frequent first. */
import type { Db } from '../../database/index.ts';
import { failureWords } from '../../domain/failures/classify.ts';
import { countJobs, findStages, readExamples, readFactors, readGroups } from './queries.ts';
import type { FailureGroupRead } from './schema.ts';

/** Groups that are shown; the others are the least frequent. */
const SHOWN = 100;
const EXAMPLES = 3;

/** Throws `not-found` for a campaign or stage that is not there, `bad-request` without a campaign. */
export async function listFailures(
  db: Db,
  experiment: string,
  asked: { campaign: string | undefined; stage: string | undefined; since: string | undefined },
): Promise<{ jobs: number; failed: number; groups: FailureGroupRead[] }> {
  const { ids } = await findStages(db, experiment, asked.campaign, asked.stage);
  const since = asked.since === undefined ? null : new Date(asked.since);
  const [all, jobs] = await Promise.all([readGroups(db, ids, since), countJobs(db, ids)]);
  const shown = all.slice(0, SHOWN);
  const numbers = shown.flatMap(({ groups }) => groups);
  const [factors, examples] = await Promise.all([readFactors(db, numbers), readExamples(db, numbers)]);
  const wallLost = all.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
  const groups = shown.map(({ groups: own, stage, stageJobs, ...group }): FailureGroupRead => {
    const where = factors
      .filter(({ failure }) => failure === group.failure)
      .map(({ factor, value, jobs: count, of }) => ({ factor, value, jobs: count, of }));
    return {
      ...group,
      words: failureWords(group),
      share: jobs === 0 ? null : group.jobs / jobs,
      wallShare: wallLost === 0 ? null : group.wallSeconds / wallLost,
      factors: [...where, { factor: 'stage', value: stage, jobs: stageJobs, of: group.jobs }],
      examples: examples
        .filter(({ failureGroup }) => own.includes(failureGroup))
        .map(({ jobId }) => jobId)
        .sort((a, b) => b - a)
        .slice(0, EXAMPLES),
    };
  });
  return { jobs, failed: all.reduce((sum, group) => sum + group.jobs, 0), groups };
}
