/** The failures of a campaign, stage or submission as groups, the most frequent first. */
import type { Db } from '../../database/index.ts';
import { failureWords } from '../../domain/failures/classify.ts';
import { readValues, sampleJobs } from './factor-queries.ts';
import { factorsOf } from './factors.ts';
import { countJobs, type LogRead, readExamples, readGroups, readLogs } from './queries.ts';
import type { FailureGroupRead } from './schema.ts';
import { findScope, type ScopeAsked } from './scope.ts';

/** Groups that are shown; the others are the least frequent. */
const SHOWN = 100;
const EXAMPLES = 3;
const SIGNATURES = 3;

/** Throws as `findScope`. `since`: only groups in which a job failed since then. */
export async function listFailures(
  db: Db,
  experiment: string,
  asked: ScopeAsked,
  since: string | undefined,
): Promise<{ jobs: number; failed: number; groups: FailureGroupRead[] }> {
  const scope = await findScope(db, experiment, asked);
  const from = since === undefined ? null : new Date(since);
  const [all, stageJobs] = await Promise.all([readGroups(db, scope, from), countJobs(db, scope)]);
  const jobs = [...stageJobs.values()].reduce((sum, n) => sum + n, 0);
  if (all.length === 0) return { jobs, failed: 0, groups: [] };
  const shown = all.slice(0, SHOWN);
  const numbers = shown.flatMap(({ groups }) => groups);
  const [values, sample, examples, logs] = await Promise.all([
    readValues(db, scope, numbers),
    sampleJobs(db, scope),
    readExamples(db, scope, numbers),
    readLogs(db, numbers),
  ]);
  const wallLost = all.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
  const groups = shown.map((group): FailureGroupRead => {
    const { groups: own, stage: _stage, stageId: _stageId, stageJobs: _stageJobs, ...told } = group;
    return {
      ...told,
      words: failureWords(group),
      share: jobs === 0 ? null : group.jobs / jobs,
      wallShare: wallLost === 0 ? null : group.wallSeconds / wallLost,
      logs: logsOf(logs.filter(({ failure }) => failure === group.failure)),
      ...factorsOf(group, { values, sample, stageJobs }),
      examples: examples
        .filter(({ failureGroup }) => own.includes(failureGroup))
        .map(({ jobId }) => jobId)
        .sort((a, b) => b - a)
        .slice(0, EXAMPLES),
    };
  });
  return { jobs, failed: all.reduce((sum, group) => sum + group.jobs, 0), groups };
}

function logsOf(logs: readonly LogRead[]): FailureGroupRead['logs'] {
  const unread = logs.find(({ signature }) => signature === null);
  const signatures = logs.flatMap(({ signature, stream, samples, line, jobId }) =>
    signature === null || stream === null ? [] : [{ signature, samples, line, stream, jobId }],
  );
  return {
    read: signatures.reduce((sum, { samples }) => sum + samples, 0),
    unread: unread?.samples ?? 0,
    problem: unread?.line ?? null,
    signatures: signatures.slice(0, SIGNATURES),
  };
}
