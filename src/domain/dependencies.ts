/** What a dependent stage runs on: the files that a submission's input became (spec/backend.md 5.2). */
import { patternCondition, relatives, snapshotFiles } from './dimension-text.ts';
import { type OutputSpec, outputConditions, outputPatterns } from './output.ts';

/**
 * Files made from the input of a project, as SAM dimensions. Several patterns are alternatives.
 *
 * Recoveries run on the same input, so their output belongs to it as well: `project` is always the original's,
 * and there is no upper bound of time. Error `bad-query` for values that cannot be written.
 */
export function dependencyQuery(project: string, output: OutputSpec): string {
  const base = relatives('ischildof', output.depth, snapshotFiles(project));
  const conditions = outputPatterns(output).map(patternCondition);
  const patterns = conditions.length === 1 ? conditions.join() : `(${conditions.join(' or ')})`;
  return `${base} and ${outputConditions(output)} and ${patterns}`;
}

/**
 * The name of the i-th dependent's dataset, counted from 1 over the dependents other than the stage itself;
 * stages of analysis users carry the user's name. Jobs of generators define it themselves, so the name is fixed.
 */
export function dependencyName(submissionId: number, index: number, analysisUser: string | null): string {
  const owner = analysisUser === null ? '' : `${analysisUser}_`;
  return `poms_${owner}depends_${submissionId}_${index}`;
}
