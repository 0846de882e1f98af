/**
 * When a Completed submission counts as Located, so that recoveries and dependents may start
 * (spec/backend.md 3.5, as intended: without its defects L1 to L7).
 */

/** After this the output is taken as it is: something is missing for good. Milliseconds. */
export const LOCATED_TIMEOUT_MS = 2 * 24 * 3600 * 1000;

export interface CompletionFacts {
  /** `complete`: its jobs have ended, that is all. `located`: its output must be where it belongs. */
  completionType: 'complete' | 'located';
  /** Percent of the output that is enough, above 0 and up to 100. */
  completionPct: number;
  createdAt: Date;
  now: Date;
  /** A person has said that it counts as located. */
  forced: boolean;
  isRecovery: boolean;
  output: OutputCounts;
}

/**
 * With a project: files consumed, and files of its snapshot that have children with a location. Without: files
 * of the output dataset, and the number of jobs, each of which should make one. A count that could not be had
 * is no fact: ask again later.
 */
export type OutputCounts =
  | { from: 'project'; consumed: number; childrenLocated: number }
  | { from: 'definition'; jobs: number; files: number };

export type Completion =
  | { located: true; why: string }
  /** `missing`: files that are still to come, at least. */
  | { located: false; why: string; missing: number };

/** Decides from the facts, and says why in a sentence for people. Only for a submission that is Completed. */
export function decideCompletion(facts: CompletionFacts): Completion {
  if (facts.completionType === 'complete')
    return { located: true, why: 'Its stage asks only for ended jobs.' };
  if (facts.forced) return { located: true, why: 'A person marked it as located.' };
  if (facts.now.getTime() - facts.createdAt.getTime() > LOCATED_TIMEOUT_MS) {
    return { located: true, why: 'It is older than two days: what has not come by now is not waited for.' };
  }
  return facts.output.from === 'project'
    ? byProject(facts, facts.output.consumed, facts.output.childrenLocated)
    : byDefinition(facts, facts.output.jobs, facts.output.files);
}

function byProject(facts: CompletionFacts, consumed: number, located: number): Completion {
  const needed = share(consumed, facts.completionPct);
  if (needed === 0) {
    return facts.isRecovery
      ? { located: true, why: 'It is a recovery that consumed no file, so it has no output.' }
      : { located: false, why: 'No file of its project is consumed yet.', missing: 1 };
  }
  const goal = `${needed} are needed (${facts.completionPct}% of ${consumed} consumed files)`;
  if (located >= needed) return { located: true, why: `${located} files have located output, ${goal}.` };
  return { located: false, why: `${located} files have located output, ${goal}.`, missing: needed - located };
}

function byDefinition(facts: CompletionFacts, jobs: number, files: number): Completion {
  const needed = Math.max(1, share(jobs, facts.completionPct));
  const why = `${files} output files are located, ${needed} are needed (${facts.completionPct}% of ${jobs} jobs).`;
  return files >= needed ? { located: true, why } : { located: false, why, missing: needed - files };
}

/** The least whole number that is `pct` percent of `count`. */
function share(count: number, pct: number): number {
  // 2.2% of 1500 is 33, which binary fractions make 33.00000000000001: that must not ask for a 34th file.
  return Math.ceil((count * pct) / 100 - 1e-9);
}
