import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SubmissionRow } from '../../api/types.ts';
import { treeOf } from './tree.ts';

function submission(id: number, more: Partial<SubmissionRow> = {}): SubmissionRow {
  return {
    submissionId: id,
    campaign: 'quakes',
    stage: 'select',
    stageId: 1,
    runId: 1,
    status: 'Located',
    statusSince: '2026-11-24T00:00:00Z',
    created: '2026-11-24T00:00:00Z',
    creator: 'ana',
    cause: 'manual',
    isTest: false,
    recoveryOf: null,
    recoveryType: null,
    triggeredBy: null,
    dataset: 'd',
    batchIds: [],
    jobs: { idle: 0, running: 0, held: 0, completed: 0, failed: 0, removed: 0 },
    files: { total: null, consumed: null, failed: null, produced: null, located: null },
    next: null,
    ...more,
  };
}

const shape = (rows: SubmissionRow[]) =>
  treeOf(rows).map(({ row, depth, relation }) => [row.submissionId, depth, relation]);

describe('tree of submissions', () => {
  it('puts recoveries and dependents under what caused them, newest chain first', () => {
    const rows = [
      submission(1, { stage: 'ingest' }),
      submission(2, { triggeredBy: 1 }),
      submission(3, { recoveryOf: 2 }),
      submission(4, { stage: 'merge', triggeredBy: 3 }),
      submission(5, { stage: 'ingest' }),
    ];
    expect(shape(rows)).toEqual([
      [5, 0, null],
      [1, 0, null],
      [2, 1, 'dependent'],
      [3, 2, 'recovery'],
      [4, 3, 'dependent'],
    ]);
  });

  it('puts the next slice of a stage that depends on itself beside the one before, after its dependents', () => {
    const rows = [
      submission(1),
      submission(2, { triggeredBy: 1 }),
      submission(3, { stage: 'merge', triggeredBy: 1 }),
      submission(4, { triggeredBy: 2 }),
    ];
    expect(shape(rows)).toEqual([
      [1, 0, null],
      [3, 1, 'dependent'],
      [2, 0, 'next slice'],
      [4, 0, 'next slice'],
    ]);
  });

  it('begins a chain with a row whose cause is not in the list', () => {
    expect(shape([submission(9, { recoveryOf: 2 })])).toEqual([[9, 0, null]]);
  });

  it('shows every row exactly once, and each after its cause, in whatever order they come', () => {
    const rows = fc
      .array(fc.record({ cause: fc.nat(), recovery: fc.boolean() }), { maxLength: 40 })
      .map((specs) =>
        specs.map(({ cause, recovery }, index) => {
          const parent = index === 0 ? null : cause % (index + 1) || null;
          return submission(index + 1, recovery ? { recoveryOf: parent } : { triggeredBy: parent });
        }),
      );
    fc.assert(
      fc.property(
        rows.chain((list) => fc.shuffledSubarray(list, { minLength: list.length })),
        (list) => {
          const order = treeOf(list).map((one) => one.row.submissionId);
          expect([...order].sort((a, b) => a - b)).toEqual(
            list.map((one) => one.submissionId).sort((a, b) => a - b),
          );
          for (const { row } of treeOf(list)) {
            const cause = row.recoveryOf ?? row.triggeredBy;
            if (cause !== null) expect(order.indexOf(cause)).toBeLessThan(order.indexOf(row.submissionId));
          }
        },
      ),
    );
  });
});
