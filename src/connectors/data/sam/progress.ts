/** File counts of submissions by a SAM server (spec/backend.md 3.5, 11.2). */
import { patternCondition, relatives, snapshotFiles } from '../../../domain/dimension-text.ts';
import { type OutputSpec, outputConditions, outputPatterns } from '../../../domain/output.ts';
import type { Progress, ProjectSummary } from '../types.ts';
import { atOnce } from './at-once.ts';
import type { SamServer } from './server.ts';

export async function projectSummaries(
  sam: SamServer,
  projects: readonly string[],
): Promise<ProjectSummary[]> {
  return atOnce(projects, (project) => summaryOf(sam, project));
}

/** One for each item, in the same order. A count that fails is an error. */
export function progress(
  sam: SamServer,
  items: readonly { project: string; output: OutputSpec }[],
): Promise<Progress[]> {
  return atOnce(items, async ({ project, output }) => {
    const summary = await summaryOf(sam, project);
    if (!summary.exists) return { ...summary, childrenDeclared: 0, childrenLocated: 0 };
    const [childrenDeclared, childrenLocated] = await Promise.all(
      (['anylocation', 'physical'] as const).map((availability) =>
        sam.count(withChildren(project, output, availability)),
      ),
    );
    return { ...summary, childrenDeclared: childrenDeclared ?? 0, childrenLocated: childrenLocated ?? 0 };
  });
}

/** Files of the project that have a descendant for every pattern. */
function withChildren(project: string, output: OutputSpec, availability: 'anylocation' | 'physical'): string {
  const children = outputPatterns(output).map((pattern) => {
    const child = `${outputConditions(output)} and ${patternCondition(pattern)} with availability ${availability}`;
    return relatives('isparentof', output.depth, child);
  });
  return [snapshotFiles(project), ...children].join(' and ');
}

async function summaryOf(sam: SamServer, project: string): Promise<ProjectSummary> {
  const found = await sam.project(project);
  if (found === null) {
    return { project, exists: false, files: 0, consumed: 0, failed: 0, delivered: 0, ended: false };
  }
  const { file_counts: counts, files_in_snapshot: files, project_status: status } = found;
  const sum = (...states: string[]) => states.reduce((all, state) => all + (counts[state] ?? 0), 0);
  return {
    project,
    exists: true,
    files,
    consumed: sum('consumed', 'completed'),
    failed: sum('failed', 'skipped', 'cancelled', 'unknown'),
    delivered: sum('delivered', 'transferred'),
    ended: status === 'completed' || status.startsWith('ended'),
    states: {
      ...counts,
      unassigned: Math.max(0, files - sum(...Object.keys(counts).filter((one) => one !== 'unassigned'))),
    },
  };
}
