/** Submissions as a tree: recoveries and dependents stand indented under the submission that caused them. */
import type { SubmissionRow } from '../../api/types.ts';

export type Relation = 'recovery' | 'dependent' | 'next slice' | null;

export interface TreeRow {
  row: SubmissionRow;
  /** 0 for what no other row of the list caused. */
  depth: number;
  relation: Relation;
}

/**
 * The rows in the order of reading: newest chain first, and in a chain the caused below the causing, oldest first.
 * A stage that depends on itself makes chains of any length; its next slice stands beside the one before, not below.
 * A row whose cause is not in the list (another page, or filtered away) begins a chain of its own.
 */
export function treeOf(rows: readonly SubmissionRow[]): TreeRow[] {
  const present = new Map(rows.map((row) => [row.submissionId, row]));
  const children = new Map<number, SubmissionRow[]>();
  const roots: SubmissionRow[] = [];
  for (const row of [...rows].sort((a, b) => a.submissionId - b.submissionId)) {
    const cause = causeOf(row);
    if (cause === null || !present.has(cause) || cause >= row.submissionId) roots.push(row);
    else children.set(cause, [...(children.get(cause) ?? []), row]);
  }
  const result: TreeRow[] = [];
  const pending: TreeRow[] = roots.map((row) => ({ row, depth: 0, relation: null }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    result.push(next);
    const { row, depth } = next;
    const below = (children.get(row.submissionId) ?? []).map((child) => place(child, row, depth));
    const beside = below.filter((one) => one.depth === depth);
    const indented = below.filter((one) => one.depth > depth);
    pending.push(...beside.reverse(), ...indented.reverse());
  }
  return result;
}

function causeOf(row: SubmissionRow): number | null {
  return row.recoveryOf ?? row.triggeredBy;
}

function place(child: SubmissionRow, parent: SubmissionRow, depth: number): TreeRow {
  if (child.recoveryOf !== null) return { row: child, depth: depth + 1, relation: 'recovery' };
  if (child.stage === parent.stage) return { row: child, depth, relation: 'next slice' };
  return { row: child, depth: depth + 1, relation: 'dependent' };
}
