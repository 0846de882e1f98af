/** What the output of a submission looks like, for its completion, its recoveries and its dependents. */
import type { OutputSpec } from '../domain/output.ts';
import type { FinishedSubmission } from '../services/submissions/following.ts';

/** `patterns`: those of the dependency, or, where none are asked for, of all dependencies, else the job type's. */
export function outputOf(submission: FinishedSubmission, patterns?: string[]): OutputSpec {
  const asked =
    patterns ??
    (submission.dependencyPatterns.length > 0
      ? submission.dependencyPatterns
      : submission.outputFilePatterns);
  return {
    patterns: asked,
    softwareVersion: submission.stage.softwareVersion,
    createdAfter: submission.created,
    depth: submission.stage.outputAncestorDepth,
  };
}

/** The user in the name of an analysis stage's definitions, else null (spec/backend.md 5.2). */
export function analysisUser(submission: { stage: { voRole: string; creator: string } }): string | null {
  return submission.stage.voRole === 'analysis' ? submission.stage.creator : null;
}
