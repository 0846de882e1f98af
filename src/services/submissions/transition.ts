/** The one way a submission's status changes: guarded by the status it is expected to leave, with its event. */
import type { Transaction } from '../../database/index.ts';
import { type Mover, STATUS_IDS, type Status, sourcesOf } from '../../domain/status.ts';

export interface Move {
  submissionId: number;
  to: Status;
  mover: Mover;
  /** A username, or the part of POMS that decides. */
  actor: string;
  message: string;
}

/**
 * Moves the submission if the transition table allows it from where it is now, and says whether it did. What has
 * to happen next follows from the new status: a Completed one is looked at for its output, a Located one is
 * followed up, and so is one that was stopped, for others may wait for it.
 */
export async function moveSubmission(trx: Transaction, move: Move): Promise<boolean> {
  const work = NEXT_WORK[move.to] ?? null;
  const moved = await trx
    .updateTable('submission')
    .set({
      statusId: STATUS_IDS[move.to],
      statusSince: new Date(),
      updated: new Date(),
      work,
      workDue: work === null ? null : new Date(),
      workNote: null,
      leaseOwner: null,
      leaseUntil: null,
    })
    .where('submissionId', '=', move.submissionId)
    .where(
      'statusId',
      'in',
      sourcesOf(move.to, move.mover).map((from) => STATUS_IDS[from]),
    )
    .executeTakeFirst();
  if (moved.numUpdatedRows === 0n) return false;
  await trx
    .insertInto('submissionEvent')
    .values({
      submissionId: move.submissionId,
      kind: 'status',
      statusId: STATUS_IDS[move.to],
      actor: move.actor,
      message: move.message,
    })
    .execute();
  return true;
}

const NEXT_WORK: Partial<Record<Status, 'locate' | 'follow-up'>> = {
  Completed: 'locate',
  Located: 'follow-up',
  Removed: 'follow-up',
  Cancelled: 'follow-up',
};

export interface Note {
  submissionId: number;
  kind: 'launch' | 'jobs' | 'files' | 'follow-up' | 'action' | 'note';
  actor: string;
  message: string;
}

/** Appends an event that is no change of status. */
export async function noteEvent(trx: Transaction, note: Note): Promise<void> {
  await trx.insertInto('submissionEvent').values(note).execute();
}
